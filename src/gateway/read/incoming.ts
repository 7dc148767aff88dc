/**
 * The code's request, read once. The runtime keeps headers outside of JavaScript, and each look-up there costs more
 * than what the gateway does with the result.
 */

/** Headers by lower-case name. Only `set-cookie` may come several times; the last one stays. */
export type HeaderValues = ReadonlyMap<string, string>;

export interface IncomingRequest {
  /** Upper case. */
  method: string;
  url: string;
  /** As the code set them, before anything was removed. */
  headers: HeaderValues;
}

export function readIncoming({ method, url, headers }: Request): IncomingRequest {
  return { method: method.toUpperCase(), url, headers: headerValues(headers) };
}

export function headerValues(headers: Headers): HeaderValues {
  return new Map(headers);
}
