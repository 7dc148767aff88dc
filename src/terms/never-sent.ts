/** Headers that code can never send, whatever a document or an API file says. Pure. */

/** RFC 9110 section 7.6.1, credentials, and what a server in front may trust. */
const names = new Set(
  (
    "accept-encoding authorization connection content-length cookie cookie2 expect forwarded host keep-alive " +
    "origin proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding " +
    "true-client-ip upgrade via x-client-ip x-cluster-client-ip x-host x-http-host-override x-original-host " +
    "x-original-url x-real-ip x-rewrite-url"
  ).split(" "),
);
const prefixes = ["cf-", "cdn-", "isogate-", "proxy-", "sec-", "x-forwarded-"];

/** @param name in any spelling */
export function isNeverSent(name: string): boolean {
  const plain = plainName(name);
  return names.has(plain) || prefixes.some((prefix) => plain.startsWith(prefix));
}

/** CGI, and so PHP and Python, does not distinguish `x_api_key` from `x-api-key` (RFC 3875 section 4.1.18). */
export const plainName = (name: string) => name.toLowerCase().replaceAll("_", "-");
