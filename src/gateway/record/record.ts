/** The record of a request: what it was and what became of it; never bodies, never secrets. */
import type { RequestRecord } from "../../terms/failure.ts";
import type { IncomingRequest } from "../read/incoming.ts";
import type { Located } from "../decide/locate.ts";

/** A URL in a record is cut here: a longer one is a mistake in the code, and its beginning shows which. */
const maxUrlChars = 2_000;

/**
 * The record of a request that has just been decided on.
 * @param incoming as the code sent it; its URL is recorded, without the query, only if the target is unknown
 * @param startedAtMs when it was handed to the gateway, in milliseconds since the epoch
 */
export function recordOf(
  { method, url }: Pick<IncomingRequest, "method" | "url">,
  located: Located,
  startedAtMs: number,
): RequestRecord {
  const begun = { startedAtMs, durationMs: 0, bytesUp: 0, bytesDown: 0 };
  if (located.ok) {
    const { api, href, operation, access, rule, grounds } = located.target;
    const known = { api: api.name, method, url: shortened(href), operation: operation.id, access, rule };
    return { ...known, ...(grounds && { grounds }), outcome: "under way", ...begun };
  }
  const { api = "", href, operation, access, rule, grounds } = located;
  return {
    api,
    method,
    url: shortened(href ?? url.split(/[?#]/, 1)[0] ?? ""),
    ...(operation !== undefined && { operation }),
    ...(access && { access }),
    outcome: "denied",
    ...begun,
    ...(rule !== undefined && { rule }),
    ...(grounds && { grounds }),
  };
}

function shortened(url: string): string {
  return url.length > maxUrlChars ? `${url.slice(0, maxUrlChars)}…` : url;
}
