/**
 * The code's request, read once. The runtime keeps headers outside of JavaScript, and each look-up there costs more
 * than what the gateway does with the result.
 */

/** Headers by lower-case name. Only `set-cookie` may come several times; the last one stays. */
export type HeaderValues = ReadonlyMap<string, string>;

/** A request as the runtime hands it over, or as it was written here. */
export interface OutboundRequest extends Pick<Request, "method" | "url"> {
  headers: Headers | HeaderValues;
  body: ReadableStream<Uint8Array> | Uint8Array | null;
}

export interface IncomingRequest {
  /** Upper case. */
  method: string;
  url: string;
  /** As the code set them, before anything was removed. */
  headers: HeaderValues;
}

export function readIncoming({ method, url, headers }: OutboundRequest): IncomingRequest {
  return { method: method.toUpperCase(), url, headers: headerValues(headers) };
}

export function headerValues(headers: Headers | HeaderValues): HeaderValues {
  return new Map(headers);
}
