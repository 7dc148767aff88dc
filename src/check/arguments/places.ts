/** Where parameters go, and which of them nobody has to declare. */

export const places = ["path", "query", "header", "cookie"] as const;
export type Place = (typeof places)[number];

/** The member of a call's arguments that holds the parameters of a place. */
export function memberOf(place: string): "path" | "query" | "headers" | "cookies" {
  if (place === "header") return "headers";
  if (place === "cookie") return "cookies";
  return place === "path" ? "path" : "query";
}

/** Headers that any request may carry, whatever the document says. */
const standardHeaders = new Set(
  (
    "accept accept-encoding accept-language authorization cache-control connection content-disposition " +
    "content-encoding content-language content-length content-md5 content-type cookie date digest expect " +
    "idempotency-key if-match if-modified-since if-none-match if-range if-unmodified-since origin pragma prefer " +
    "range referer traceparent tracestate user-agent"
  ).split(" "),
);

export function isStandardHeader(name: string): boolean {
  return standardHeaders.has(name.toLowerCase());
}

/** Documents list credentials among the parameters; the gateway sets them. */
export function looksLikeCredential(name: string): boolean {
  return /^(?:authorization|(?:x-)?(?:api|access|auth|app|bot|bearer)?[-_]?(?:key|token)|token|api[-_]?secret)$/i.test(
    name,
  );
}
