/** Forgets logins at APIs before their time, once nothing may use them any more. */
import type { Caller } from "../terms/caller.ts";
import { openCredential } from "./vault.ts";

/**
 * Drops the stored tokens of these accounts. What a user pasted is in the accounts themselves, and ends with them.
 * @param secret the deployment's
 */
export async function forgetLogins(
  env: Env,
  { userId, secret }: { userId: string; secret: string },
  accounts: NonNullable<Caller["accounts"]>,
): Promise<void> {
  for (const [api, list] of Object.entries(accounts)) {
    for (const { sealed } of list) {
      const content = await openCredential(sealed, { userId, api }, secret);
      if (content?.kind === "oauth") await env.UPSTREAM_TOKENS.getByName(content.store).forget();
    }
  }
}
