/**
 * `/waiting.atom` for a reader of feeds, which has no session: it is opened by an access token that can do nothing else.
 * It may stand in the address, because most readers send nothing but that. A person who is signed in has the same feed
 * among their pages.
 */
import { isForFeed } from "../terms/scopes.ts";
import type { User } from "../terms/user.ts";
import { resolveAccessToken } from "../vault/access-tokens.ts";
import { standingOfToken } from "./permission.ts";
import type { SignInContext } from "./sign-in/sign-in.ts";

export const feedPath = "/waiting.atom";

/** The address for a reader. */
export const feedAddress = (origin: string, token: string): string =>
  `${origin}${feedPath}?token=${encodeURIComponent(token)}`;

/** The token of a request for the feed; undefined if it has none. */
export function feedToken(request: Request): string | undefined {
  const url = new URL(request.url);
  if (url.pathname !== feedPath) return undefined;
  const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.get("Authorization") ?? "") ?? [];
  return url.searchParams.get("token") ?? bearer;
}

/** @returns whose feed it is, or the refusal */
export async function feedOwner(
  token: string,
  { env, settings }: Pick<SignInContext, "env" | "settings">,
): Promise<User | Response> {
  const record = await resolveAccessToken(env.OAUTH_KV, token);
  // A token for calls must not travel in addresses, so it opens nothing here.
  if (!record || !isForFeed(record.scopes))
    return refusal(
      401,
      "This is no address of a feed, or not any more. Make another one on the page of approvals.",
    );
  const user = record.user ?? { id: record.userId, label: record.userId };
  const standing = await standingOfToken(user, { env, settings });
  if (standing === "stands") return user;
  return standing === "unreachable"
    ? refusal(503, "The identity provider does not answer. Try again later.")
    : refusal(401, "The owner of this feed has to sign in again.");
}

function refusal(status: number, sentence: string): Response {
  const headers = { "Cache-Control": "no-store", ...(status === 503 && { "Retry-After": "300" }) };
  return new Response(`${sentence}\n`, { status, headers });
}
