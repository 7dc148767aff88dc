/**
 * Dynamic client registration is open to everybody, as MCP wants, so it is limited per address: a stored client costs
 * us a write and ninety days of storage, and its sender nothing.
 */
import { env } from "cloudflare:workers";
import { expandIPv6 } from "hono/utils/ipaddr";
import type { ClientRegistrationCallbackResult } from "@cloudflare/workers-oauth-provider";

/** Runs before a client is stored. @returns a refusal, or undefined to admit it */
export async function admitRegistration(
  request: Request,
): Promise<ClientRegistrationCallbackResult | undefined> {
  const key = senderOf(request.headers.get("CF-Connecting-IP") ?? "unknown");
  const { success } = await env.REGISTRATIONS.limit({ key });
  if (success) return undefined;
  return {
    code: "temporarily_unavailable",
    description: "Too many registrations from this address. Wait a minute, then try again",
    status: 429,
  };
}

/** One sender controls a whole IPv6 /64 network, so its addresses count as one (RFC 6177). */
function senderOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  return expandIPv6(address.toLowerCase()).split(":").slice(0, 4).join(":");
}
