/**
 * Dynamic client registration is open to everybody, as MCP wants it, so it is limited per address: a stored client
 * costs us a write and ninety days of storage, and costs its sender nothing.
 */
import { env } from "cloudflare:workers";
import type { ClientRegistrationCallbackResult } from "@cloudflare/workers-oauth-provider";

/** Asked before a client is stored. @returns a refusal, or nothing to let it in */
export async function admitRegistration(
  request: Request,
): Promise<ClientRegistrationCallbackResult | undefined> {
  const address = request.headers.get("CF-Connecting-IP") ?? "unknown";
  const { success } = await env.REGISTRATIONS.limit({ key: address });
  if (success) return undefined;
  return {
    code: "temporarily_unavailable",
    description: "Too many registrations from this address: wait a minute, then try again",
    status: 429,
  };
}
