/**
 * A grant on its way: what the person approved, while they log in at the APIs that want it, one after the other.
 * Complete when no login is left.
 */
import {
  authorizationErrorRedirect,
  type AuthRequest,
  type OAuthHelpers,
} from "@cloudflare/workers-oauth-provider";
import { z } from "zod";
import type { GrantProps } from "./caller.ts";
import type { User } from "./sign-in/sign-in.ts";
import { openCredential, sealCredential } from "../vault/vault.ts";
import { SealedAccount } from "../terms/caller.ts";

/** Owner of what is sealed before it is known who the person is. */
export const unknownUser = "unknown";

export const PendingGrant = z.object({
  request: z.custom<AuthRequest>((value) => typeof value === "object" && value !== null),
  /** Not known yet where the login at an API is the sign-in. */
  user: z.object({ id: z.string(), label: z.string() }).optional(),
  scopes: z.array(z.string()),
  accounts: z.record(z.string(), z.array(SealedAccount)),
  /** Names of the APIs that the person still has to log in at. */
  logins: z.array(z.string()),
});
export type PendingGrant = z.infer<typeof PendingGrant>;

/** Stores the grant. @returns where the browser goes: back to the client, with the code */
export async function completeGrant(pending: PendingGrant, user: User, oauth: OAuthHelpers): Promise<string> {
  const { clientName } = await oauth.describeConsent(pending.request);
  const props: GrantProps = {
    userId: user.id,
    clientName,
    ...(Object.keys(pending.accounts).length > 0 ? { accounts: pending.accounts } : {}),
  };
  // The metadata is what the list of connections shows; it is not encrypted.
  const { redirectTo } = await oauth.completeAuthorization({
    request: pending.request,
    userId: user.id,
    metadata: { clientName },
    scope: pending.scopes,
    props,
  });
  return redirectTo;
}

/** Where the browser goes when the person declined on the way. */
export function declinedGrant({ request }: PendingGrant): string {
  return authorizationErrorRedirect(request, "access_denied");
}

/** Seals anew, for the user that is known now, what was sealed before. */
export async function ownedBy(
  user: User,
  accounts: PendingGrant["accounts"],
  secret: string,
): Promise<PendingGrant["accounts"]> {
  const owned: PendingGrant["accounts"] = {};
  for (const [api, list] of Object.entries(accounts)) {
    owned[api] = [];
    for (const { label, sealed } of list) {
      const content = await openCredential(sealed, { userId: unknownUser, api }, secret);
      if (content)
        owned[api].push({ label, sealed: await sealCredential(content, { userId: user.id, api }, secret) });
    }
  }
  return owned;
}
