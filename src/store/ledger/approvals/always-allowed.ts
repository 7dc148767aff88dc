/**
 * What a person has always allowed: one operation of one API to one client, by its method and path (`route` of a request),
 * on the server that was shown, in the name of the account that was shown, with the credential that the account had.
 */
import { templatesOf } from "../../../request/route.ts";
import type { ExactRequest } from "../../../terms/approvals.ts";
import { all, first, insertRow } from "../rows.ts";

/** What is not the same in all of it was not allowed. */
export const allowedBy = ["client", "api", "route", "server", "account", "credential"] as const;

/** `client` is the client's id; `account` is empty for the nameless one, and both it and `credential` where all users call with one credential. */
export type AlwaysAllowedKey = Record<(typeof allowedBy)[number], string>;

/** What is allowed with a request: it and others like it. */
export function allowedWith(request: ExactRequest, client: string): AlwaysAllowedKey {
  const { api, operation, route = operation, account = "", credentialId: credential = "" } = request;
  return { client, api, route, server: serverOf(request), account, credential };
}

/** The address that the paths of the document stand below: one host can serve tests below one path and customers below another. */
function serverOf(request: ExactRequest): string {
  const url = URL.parse(request.url);
  if (!url) return request.url;
  const segments = url.pathname.split("/");
  const above = templatesOf(request).map((template) => {
    const [path = ""] = template.split("?", 1);
    return segments.slice(0, Math.max(1, segments.length - path.split("/").length + 1)).join("/");
  });
  const paths = above.length > 0 ? [...new Set(above)] : [url.pathname];
  return paths.map((path) => url.origin + path).join(" or ");
}

export const isSameAllowed = (one: AlwaysAllowedKey, other: AlwaysAllowedKey): boolean =>
  allowedBy.every((name) => one[name] === other[name]);

export interface AlwaysAllowed extends AlwaysAllowedKey {
  /** As the client called itself. */
  clientName?: string;
  /** Milliseconds since the epoch. */
  sinceMs: number;
}

const byKey = `FROM always_allowed WHERE ${allowedBy.map((name) => `${name} = ?`).join(" AND ")}`;
const valuesOf = (key: AlwaysAllowedKey) => allowedBy.map((name) => key[name]);

export function isAlwaysAllowed(sql: SqlStorage, key: AlwaysAllowedKey): boolean {
  return first(sql, `SELECT 1 ${byKey}`, ...valuesOf(key)) !== undefined;
}

/** Keeps the first permission if there is one. */
export function allowAlways(sql: SqlStorage, key: AlwaysAllowedKey, sinceMs: number): void {
  insertRow(sql, "always_allowed", { ...key, since: sinceMs }, "IGNORE");
}

export function askAgain(sql: SqlStorage, key: AlwaysAllowedKey): void {
  sql.exec(`DELETE ${byKey}`, ...valuesOf(key));
}

export function listAlwaysAllowed(sql: SqlStorage): AlwaysAllowed[] {
  return all<AlwaysAllowedKey & { since: number; asked: string | null }>(
    sql,
    `SELECT *, (SELECT client FROM continuations WHERE grant_id = always_allowed.client LIMIT 1) AS asked
     FROM always_allowed ORDER BY since DESC`,
  ).map(({ since, asked, ...key }) => {
    const { name } = JSON.parse(asked ?? "{}") as { name?: string };
    return { ...key, ...(name !== undefined && { clientName: name }), sinceMs: since };
  });
}
