/**
 * A grant on its way: what the user approved, while they log in at the APIs that require it, one after the other.
 * Complete when no login is left.
 */
import type { AuthRequest, OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import { z } from "zod";
import type { GrantProps } from "./caller.ts";
import { grantsOf } from "./grants.ts";
import { openCredential, sealAccount } from "../vault/vault.ts";
import { SealedAccount } from "../terms/caller.ts";
import { Untried } from "./credentials.ts";
import { User } from "../terms/user.ts";

/** Owner of what is sealed before the user is known. */
export const unknownUser = "unknown";

/** `anyPath`: the client named no resource. */
export interface Unnamed {
  anyPath?: true;
}

export const PendingGrant = z.object({
  request: z.custom<AuthRequest & Unnamed>((value) => typeof value === "object" && value !== null),
  /** Not known yet where the login at an API is the sign-in. */
  user: User.optional(),
  scopes: z.array(z.string()),
  accounts: z.record(z.string(), z.array(SealedAccount)),
  /** Those that are tried, and become accounts, once it is known who the user is. */
  untried: z.array(Untried).optional(),
  /** Names of the APIs where the user still has to log in. */
  logins: z.array(z.string()),
  /** When the user approved it, in milliseconds since the epoch. */
  approvedAtMs: z.number(),
});
export type PendingGrant = z.infer<typeof PendingGrant>;

/** Grants of one user. Programs that register at each login leave theirs behind. */
const mostGrants = 100;

/** Stores the grant, and ends the oldest if there are too many. @returns where the browser goes: back to the client, with the code */
export async function completeGrant(pending: PendingGrant, user: User, oauth: OAuthHelpers): Promise<string> {
  const { scopes: scope, accounts } = pending;
  const { anyPath, ...request } = pending.request;
  const { clientName } = await oauth.describeConsent(request);
  const own = Object.keys(accounts).length > 0 && { accounts };
  const props: GrantProps = { user, clientName, ...own, ...(anyPath && { anyPath }) };
  // The list of connections shows the metadata; it is not encrypted.
  const granted = { request, userId: user.id, metadata: { clientName }, scope, props };
  const earlier = (await grantsOf(oauth, user.id)).toSorted((a, b) => b.createdAt - a.createdAt);
  await Promise.all(earlier.slice(mostGrants - 1).map(({ id }) => oauth.revokeGrant(id, user.id)));
  return (await oauth.completeAuthorization(granted)).redirectTo;
}

/** Seals what was sealed before the user was known again, for that user. */
export async function ownedBy(
  { id: userId }: User,
  accounts: PendingGrant["accounts"],
  secret: string,
): Promise<PendingGrant["accounts"]> {
  const owned: PendingGrant["accounts"] = {};
  for (const [api, list] of Object.entries(accounts)) {
    owned[api] = [];
    for (const { label, sealed } of list) {
      const content = await openCredential(sealed, { userId: unknownUser, api }, secret);
      if (content) owned[api].push(await sealAccount(label, content, { userId, api }, secret));
    }
  }
  return owned;
}
