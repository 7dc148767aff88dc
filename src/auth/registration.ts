/**
 * Dynamic client registration is open to everybody, as MCP wants, so it is limited per address: a stored client costs
 * us a write and ninety days of storage, and its sender nothing. What a client asks for and cannot have is left out of
 * its registration, which the answer tells it (RFC 7591 section 3.2.1), unless nothing is left that it could use.
 */
import { env } from "cloudflare:workers";
import { expandIPv6 } from "hono/utils/ipaddr";
import type { ClientRegistrationCallbackResult } from "@cloudflare/workers-oauth-provider";
import { isObject, type Json } from "../spec/objects.ts";
import { readBounded } from "../terms/bounded-body.ts";
import { mayReceiveCode } from "./redirect.ts";

/**
 * Runs before a client is stored.
 * @param uris where it wants to receive codes: refused here, so that it can register another one instead
 * @returns a refusal, or undefined to admit it
 */
export async function admitRegistration(
  request: Request,
  uris: readonly string[],
): Promise<ClientRegistrationCallbackResult | undefined> {
  const refused = uris.find((uri) => !mayReceiveCode(uri));
  if (refused !== undefined)
    return {
      code: "invalid_redirect_uri",
      description: `A code is sent to https addresses and to loopback only, such as http://127.0.0.1/callback, and not to ${refused.slice(0, 100).replace(/[^\x20-\x7e]|["\\]/g, "?")}`,
      status: 400,
    };
  const key = senderOf(request.headers.get("CF-Connecting-IP") ?? "unknown");
  const { success } = await env.REGISTRATIONS.limit({ key });
  if (success) return undefined;
  return {
    code: "temporarily_unavailable",
    description: "Too many registrations from this address. Wait a minute, then try again",
    status: 429,
  };
}

/** What this server does; a client may ask for more. */
const known = { grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] } as const;

/** Longer than any list of redirect URIs and names; what is longer is passed on as it is. */
const maxBytes = 16_384;

/** What the provider reads at most: no more is read for it. */
const mostBytes = 1_048_576;

/**
 * @returns the same registration without what the provider would refuse it for: other grant and response types, members
 *   that are empty or null, and redirect URIs that no code would be sent to, if there are others; undefined for what is
 *   longer than any
 */
export async function tolerated(request: Request): Promise<Request | undefined> {
  if (request.method !== "POST") return request;
  const bytes = await readBounded(request, mostBytes);
  if (!bytes) return undefined;
  const again = (body: BodyInit) => new Request(request, { method: "POST", body });
  if (bytes.byteLength > maxBytes) return again(bytes);
  const asked = parsed(bytes);
  if (!isObject(asked)) return again(bytes);
  const kept: Json = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== "" && value !== null),
  );
  for (const [member, names] of Object.entries(known))
    if (Array.isArray(kept[member])) {
      const some = kept[member].filter((one) => (names as readonly unknown[]).includes(one));
      if (some.length > 0) kept[member] = some;
      else delete kept[member];
    }
  if (Array.isArray(kept["redirect_uris"])) {
    const usable = kept["redirect_uris"].filter((uri) => typeof uri === "string" && mayReceiveCode(uri));
    if (usable.length > 0) kept["redirect_uris"] = usable;
  }
  return again(JSON.stringify(kept));
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** One sender controls a whole IPv6 /64 network, so its addresses count as one (RFC 6177). */
function senderOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  return expandIPv6(address.toLowerCase()).split(":").slice(0, 4).join(":");
}
