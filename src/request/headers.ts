/**
 * Which headers of the code leave: those that the operation declares, and those that any API may get because no server
 * trusts them. A list of the dangerous ones could not be complete: servers trust `X-Remote-User`, `Client-IP` or
 * `Impersonate-User` from whatever they take for a proxy. Pure.
 */
import type { OperationObject } from "../spec/openapi.ts";
import { parametersOf } from "../spec/read/required.ts";

const harmless = new Set(
  (
    "accept accept-language baggage cache-control content-digest content-disposition content-encoding content-language " +
    "content-md5 content-range content-type date depth digest idempotency-key if-match if-modified-since if-none-match " +
    "if-range if-unmodified-since last-event-id pragma prefer range traceparent tracestate user-agent " +
    "x-correlation-id x-idempotency-key x-request-id"
  ).split(" "),
);

/** Also `X-GitHub-Api-Version` and its like, which documents seldom declare. @param name lower case */
export function isHarmless(name: string): boolean {
  return harmless.has(name) || /^[a-z\d-]+-version$/.test(name);
}

/**
 * Lower-case names of the headers that an operation declares, and of those that the API file adds.
 * @param further the API file's `headers`
 */
export function declaredHeaders(object: OperationObject, further: readonly string[] = []): Set<string> {
  const declared = parametersOf(object).filter((parameter) => parameter.in === "header");
  return new Set([...declared.map(({ name }) => name), ...further].map((name) => name.toLowerCase()));
}
