/**
 * The login of a user at the identity provider, kept so that the provider can be asked later whether it still stands.
 * One per user, sealed under a key of the deployment; the tokens are for that question only.
 */
import { deriveKey } from "./secret.ts";
import type { Login, Standing } from "./upstream-tokens.ts";

type Keeper = { env: Env; secret: string; userId: string };

/** The name of the Durable Object that keeps it. */
export const signInStore = (userId: string): string => `sign-in:${userId}`;

const storeOf = ({ env, userId }: Omit<Keeper, "secret">) =>
  env.UPSTREAM_TOKENS.getByName(signInStore(userId));

const keyOf = async (secret: string) => Buffer.from(await deriveKey(secret, "sign-in")).toString("base64url");

/** Replaces the login that was kept. */
export async function keepSignIn(keeper: Keeper, login: Login): Promise<void> {
  await storeOf(keeper).keep(login, await keyOf(keeper.secret));
}

/** @param freshMs how old the provider's last answer may be */
export async function askSignIn(keeper: Keeper, freshMs: number): Promise<Standing> {
  return storeOf(keeper).standing(await keyOf(keeper.secret), freshMs);
}

export async function forgetSignIn(keeper: Omit<Keeper, "secret">): Promise<void> {
  await storeOf(keeper).forget();
}
