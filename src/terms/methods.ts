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
