/**
 * Whether the user of a connection may still use this server. The settings are asked at every use (`OIDC_ALLOWED` as it
 * is now), the identity provider at every refresh, and for access tokens, which are not refreshed, once an hour.
 */
import { OAuthError, type TokenExchangeCallbackOptions } from "@cloudflare/workers-oauth-provider";
import { readManifest } from "../store/catalogs.ts";
import { grantOf } from "../terms/scopes.ts";
import type { User } from "../terms/user.ts";
import { GrantProps } from "./caller.ts";
import { readSettings, type Settings } from "./settings.ts";
import { signInNamed } from "./sign-in/index.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { endSessions, noteUser, noteUserNowAndThen } from "./users.ts";
import type { Standing } from "../vault/upstream-tokens.ts";
import { isConnected } from "../vault/connection.ts";
import type { Caller } from "../terms/caller.ts";

/** Somebody who has just signed in is not asked about, and several clients that refresh at the same time are one question. */
const refreshFreshMs = 10_000;

/** What an isolate remembers of an answer, and what it adds to the age of the answer. */
const vouchedMs = 5 * 60_000;

/** As long as the access token of a grant lives. */
export const accessTokenSeconds = 3_600;

/** As far as the settings say. */
export function isAdmitted(user: User, settings: Settings): boolean {
  return signInNamed(settings.SIGN_IN).admits(user, settings);
}

/** As far as the settings and the identity provider say. @param freshMs how old the answer of the latter may be */
export async function standingOf(
  user: User,
  { env, settings }: { env: Env; settings: Settings },
  freshMs: number,
): Promise<Standing> {
  if (!isAdmitted(user, settings)) return "ended";
  return (await signInNamed(settings.SIGN_IN).standing?.(user, { env, settings }, freshMs)) ?? "stands";
}

/** When the provider last vouched for a user, in this isolate: most calls with an access token ask nobody. */
const vouched = new BoundedMap<string, number>(10_000);

/** The same for an access token of ours, which is not refreshed: asked at every call, with a new answer once an hour. */
export async function standingOfToken(
  user: User,
  context: { env: Env; settings: Settings },
): Promise<Standing> {
  if (!isAdmitted(user, context.settings)) return "ended";
  const known = Math.abs(Date.now() - (vouched.get(user.id) ?? 0)) < vouchedMs;
  const standing = known ? "stands" : await standingOf(user, context, accessTokenSeconds * 1_000 - vouchedMs);
  if (standing !== "stands") return standing;
  if (!known) vouched.set(user.id, Date.now());
  await noteUserNowAndThen(context.env.OAUTH_KV, user);
  return standing;
}

/** The same for a run in the background, whose client is away: its connection has to be there, and its user admitted. */
export async function mayGoOn({ connectionKey, user }: Caller, env: Env): Promise<Standing> {
  const read = readSettings(env);
  if (!read.ok) return "unreachable";
  const { settings } = read;
  if (connectionKey !== undefined && !(await isConnected(env.OAUTH_KV, connectionKey))) return "ended";
  // What was begun with --open, without a login, ends where there is one now.
  if (!user) return connectionKey === undefined && settings.OPEN ? "stands" : "ended";
  return standingOfToken(user, { env, settings });
}

/**
 * Before the OAuth provider issues tokens for a grant.
 * @throws OAuthError `invalid_grant` for a user who may not use the server any more, and for a grant of APIs that it no
 *   longer has, which also revokes the grant; `temporarily_unavailable` if nobody could be asked
 */
export async function askBeforeTokens({
  props,
  env,
  scope,
}: TokenExchangeCallbackOptions<Env>): Promise<void> {
  const read = readSettings(env);
  const user = GrantProps.safeParse(props).data?.user;
  if (!read.ok || !user) throw refusal("ended");
  const { apis } = await readManifest(env.CATALOGS);
  // Otherwise a client would refresh forever: only a new login gives it something that it can use.
  if (!coversSome(scope, apis)) throw refusal("ended");
  const { settings } = read;
  const standing = await standingOf(user, { env, settings }, refreshFreshMs);
  // Otherwise a session of the browser would bring the next grant to this point too.
  if (standing === "ended") await endSessions(env, user.id);
  if (standing !== "stands") throw refusal(standing);
  await noteUser(env.OAUTH_KV, user);
}

/** Whether scopes allow anything that this server serves. */
export function coversSome(scopes: readonly string[], apis: readonly { name: string }[]): boolean {
  const names = apis.map(({ name }) => name);
  return Object.keys(grantOf(scopes, names).access).length > 0;
}

export function refusal(standing: Exclude<Standing, "stands">): OAuthError {
  const internal = { category: "sign-in", reason: `user_${standing}` };
  if (standing === "ended")
    return new OAuthError("invalid_grant", { description: "The user has to sign in again", internal });
  return new OAuthError("temporarily_unavailable", {
    description: "The identity provider does not answer",
    statusCode: 503,
    headers: { "Retry-After": "30" },
    internal,
  });
}
