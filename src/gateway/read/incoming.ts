/**
 * What the code asks for, read once. The runtime keeps headers outside of JavaScript, and each question to them is a
 * call out of it that costs more than what the gateway does with the answer.
 */

/** Headers by lower-case name. Of `set-cookie`, which alone may come several times, the last. */
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
