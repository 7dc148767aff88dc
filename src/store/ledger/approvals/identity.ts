/** When two requests, or two pieces of code, are the same. */
import { createHash } from "node:crypto";
import type { ExactRequest } from "../../../terms/approvals.ts";

/** Same method, URL and body. */
export function identityOf({ method, url, body }: ExactRequest): string {
  return digest([method, url, body?.hash ?? ""]);
}

/** What else must be as the person saw it. */
export function headersHash({ headers }: ExactRequest): string {
  return digest(headers.map(([name, value]) => `${name}: ${value}`));
}

/** A model that sends its code again may end its lines otherwise. */
export function codeHash(code: string): string {
  return digest([code.replaceAll("\r\n", "\n").trim()]);
}

/** JSON keeps the parts apart: no part can look like the end of another. */
function digest(parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
