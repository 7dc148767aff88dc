/**
 * Who is signed in at this browser: a signed `__Host-` cookie with the user and an expiry time. It proves identity
 * only; whether that user may still use the server is asked each time, and the consent page asks what a client may do.
 */
import { parseSigned, serializeSigned } from "hono/utils/cookie";
import { z } from "zod";
import { deriveKey } from "../vault/secret.ts";
import type { SignInContext, User } from "./sign-in/sign-in.ts";
import { User as UserSchema } from "../terms/user.ts";
import { sessionSeconds, wasEnded, wasEndedByNow } from "./users.ts";

const cookieName = "__Host-isogate-session";

/** `until` is in seconds, with milliseconds: sessions are ended by their start, and the next one may start in the same second. */
const Session = UserSchema.extend({ until: z.number() });

/** @returns the `Set-Cookie` value that signs the user in */
export async function startSession(user: User, secret: string): Promise<string> {
  const session = { ...user, until: Date.now() / 1_000 + sessionSeconds };
  return serializeSigned(cookieName, JSON.stringify(session), await deriveKey(secret, "session"), {
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    maxAge: sessionSeconds,
  });
}

/**
 * The user of a request's session; undefined without one, or if it has expired, was tampered with or was ended, or if the
 * settings do not admit its user any more.
 */
export async function readSession(
  request: Request,
  { env, settings, signIn }: Pick<SignInContext, "env" | "settings" | "signIn">,
): Promise<User | undefined> {
  const { ISOGATE_SECRET: secret = "" } = settings;
  const cookies = request.headers.get("Cookie");
  if (!cookies) return undefined;
  const value = (await parseSigned(cookies, await deriveKey(secret, "session"), cookieName))[cookieName];
  if (!value) return undefined;
  const session = Session.safeParse(JSON.parse(value));
  if (!session.success || session.data.until * 1_000 <= Date.now()) return undefined;
  const { until, ...user } = session.data;
  if (!signIn.admits(user, settings)) return undefined;
  const sinceMs = Math.round((until - sessionSeconds) * 1_000);
  // A form may make what outlives the session: a token, a grant.
  const isRead = request.method === "GET" || request.method === "HEAD";
  const ended = isRead
    ? await wasEnded(env.OAUTH_KV, user.id, sinceMs)
    : await wasEndedByNow(env, user.id, sinceMs);
  return ended ? undefined : user;
}
