/** Where the logins of one user at APIs are kept. */
import type { Caller } from "../terms/caller.ts";
import { openCredential } from "./vault.ts";

/**
 * @param user with the deployment's secret, without which nobody knows where a login is
 * @param accounts what the user's connections hold, sealed
 * @returns the names of the Durable Objects `UpstreamTokens`
 */
export async function loginsOf(
  { userId, secret }: { userId: string; secret: string },
  accounts: readonly NonNullable<Caller["accounts"]>[],
): Promise<string[]> {
  const names = new Set<string>();
  for (const each of accounts)
    for (const [api, list] of Object.entries(each))
      for (const { sealed } of list) {
        const content = await openCredential(sealed, { userId, api }, secret);
        if (content?.kind === "oauth") names.add(content.store);
      }
  return [...names];
}
