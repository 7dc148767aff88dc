/** Forgets logins at APIs before their time, once nothing may use them any more. */
import type { Caller } from "../terms/caller.ts";
import { loginsOf } from "./logins.ts";

/**
 * Drops the stored tokens of these accounts. What a user pasted is in the accounts themselves, and ends with them.
 * @param secret the deployment's
 */
export async function forgetLogins(
  env: Env,
  user: { userId: string; secret: string },
  accounts: NonNullable<Caller["accounts"]>,
): Promise<void> {
  for (const store of await loginsOf(user, [accounts])) await env.UPSTREAM_TOKENS.getByName(store).forget();
}
