/** When two requests, or two pieces of code, are the same. */
import type { ExactRequest } from "../../../terms/approvals.ts";
import { digest } from "../../../terms/digest.ts";

/** Same method, URL and body. */
export function identityOf({ method, url, body }: ExactRequest): string {
  return hashOf([method, url, body?.hash ?? ""]);
}

/** What else must be as the person saw it. */
export function headersHash({ headers }: ExactRequest): string {
  return hashOf(headers.map(([name, value]) => `${name}: ${value}`));
}

/** A model that sends its code again may change the line endings. */
export function codeHash(code: string): string {
  return hashOf([code.replaceAll("\r\n", "\n").trim()]);
}

/** JSON keeps the parts apart: no part can look like the end of another. */
function hashOf(parts: string[]): string {
  return digest(JSON.stringify(parts), "hex");
}
