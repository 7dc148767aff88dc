/**
 * The login of a user at the identity provider, kept so that the provider can be asked later whether it still stands.
 * One per user, sealed under a key of the deployment; the tokens are for that question only.
 */
import { deriveKey } from "./secret.ts";
import type { Login, LoginClient, Standing } from "./upstream-tokens.ts";

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

/**
 * @param freshMs how old the provider's last answer may be
 * @param client finds out who asks, and where, or that it cannot be found out; not called while the last answer is fresh
 */
export async function askSignIn(
  keeper: Keeper,
  freshMs: number,
  client: () => Promise<LoginClient | undefined>,
): Promise<Standing> {
  const key = await keyOf(keeper.secret);
  const store = storeOf(keeper);
  let standing = await store.standing(key, freshMs);
  if (standing === "unasked") standing = await store.standing(key, freshMs, await client());
  return standing === "unasked" ? "unreachable" : standing;
}

export async function forgetSignIn(keeper: Omit<Keeper, "secret">): Promise<void> {
  await storeOf(keeper).forget();
}
