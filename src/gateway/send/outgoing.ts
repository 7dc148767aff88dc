/**
 * A request as it leaves, but for its credential: the one value that the sender sends, and that a person's record of it
 * (approve/exact-request.ts) is made from. Pure.
 */
import { requestHeadersFor } from "../sign/strip.ts";
import type { Target } from "../decide/locate.ts";
import type { HeaderValues } from "../read/incoming.ts";

export interface Outgoing {
  /** Upper case. */
  method: string;
  /** The canonical URL. */
  href: string;
  /** By lower-case name. */
  headers: ReadonlyMap<string, string>;
  body: Uint8Array | undefined;
  /** The label of the account to sign with; undefined for the first one. */
  account: string | undefined;
}

/** @param given `headers` as the code set them; the result leaves out what the gateway removes */
export function outgoingOf(
  given: { method: string; headers: HeaderValues; body: Uint8Array | undefined },
  { href, places, object }: Target,
  account: string | undefined,
): Outgoing {
  const { method, body } = given;
  const headers = requestHeadersFor(given.headers, places, object);
  if (!headers.has("user-agent")) headers.set("user-agent", "isogate");
  if (!body) headers.delete("content-type");
  return { method, href, headers, body, account };
}
