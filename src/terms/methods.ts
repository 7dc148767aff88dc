/** What the methods of HTTP do (RFC 9110 section 9.2.1, RFC 5323, RFC 4918, RFC 3253). */
import type { Access } from "./api-file.ts";

/** Those that only read. All others may write. */
const reading = new Set(["get", "head", "options", "query", "search", "propfind", "report", "trace"]);
const deleting = new Set(["delete", "purge"]);

/** @param method any case */
export function accessOfMethod(method: string): Access {
  const own = method.toLowerCase();
  if (reading.has(own)) return "read";
  return deleting.has(own) ? "delete" : "write";
}

/** The registry of HTTP's methods (RFC 9110 section 16.1.1), and those that servers have beside it. */
const known = new Set(
  (
    "acl baseline-control bind checkin checkout connect copy delete get head label link lock merge mkactivity " +
    "mkcalendar mkcol mkredirectref mkworkspace move options orderpatch patch post propfind proppatch put query rebind " +
    "report search trace unbind uncheckout unlink unlock update updateredirectref version-control " +
    "list m-search notify purge source subscribe unsubscribe view"
  ).split(" "),
);

/** @param name any case */
export function isMethod(name: string): boolean {
  return known.has(name.toLowerCase());
}
