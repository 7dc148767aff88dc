/** When two requests, or two pieces of code, are the same. */
import type { ExactRequest } from "../../../terms/approvals.ts";
import type { CapabilitySet } from "../../../terms/capabilities.ts";
import { digest } from "../../../terms/digest.ts";

/** What a request is looked up by: method, URL and body. The API and the operation have columns of their own. */
export function identityOf({ method, url, body }: ExactRequest): string {
  return hashOf([method, url, body?.hash ?? ""]);
}

/** All of a request as it leaves: what was shown, and what a decision was about. */
export function requestHash(request: ExactRequest): string {
  const { api, operation, account, credentialId, method, url, headers, body } = request;
  const signer = credentialId === undefined ? [] : [credentialId];
  return hashOf([api, operation, account ?? null, method, url, headers, body?.hash ?? null, ...signer]);
}

/** What a person was shown of a program, and what the gateway says that it holds the program to. */
export function capabilitiesHash(capabilities: CapabilitySet): string {
  return hashOf([...capabilities]);
}

/** A model that sends its code again may change the line endings. */
export function codeHash(code: string): string {
  return hashOf([code.replaceAll("\r\n", "\n").trim()]);
}

/** JSON keeps the parts apart: no part can look like the end of another. */
function hashOf(parts: unknown[]): string {
  return digest(JSON.stringify(parts), "hex");
}
