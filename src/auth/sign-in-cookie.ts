/**
 * Who is signed in at this browser: a signed `__Host-` cookie that holds the user and an end. It proves identity
 * only; what a client may do is asked on the consent page every time.
 */
import { parseSigned, serializeSigned } from "hono/utils/cookie";
import { z } from "zod";
import { deriveKey } from "../vault/secret.ts";
import type { User } from "./sign-in/sign-in.ts";

const cookieName = "__Host-isogate-session";
const lifetimeSeconds = 8 * 3_600;

const Session = z.object({ id: z.string().min(1), label: z.string(), until: z.number() });

/** @returns the `Set-Cookie` value that signs the user in */
export async function startSession(user: User, secret: string, nowMs = Date.now()): Promise<string> {
  const session = { ...user, until: Math.floor(nowMs / 1_000) + lifetimeSeconds };
  return serializeSigned(cookieName, JSON.stringify(session), await deriveKey(secret, "session"), {
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    maxAge: lifetimeSeconds,
  });
}

/** The user of a request's session; undefined if there is none, it has ended, or somebody changed it. */
export async function readSession(
  request: Request,
  secret: string,
  nowMs = Date.now(),
): Promise<User | undefined> {
  const cookies = request.headers.get("Cookie");
  if (!cookies) return undefined;
  const value = (await parseSigned(cookies, await deriveKey(secret, "session"), cookieName))[cookieName];
  if (!value) return undefined;
  const session = Session.safeParse(JSON.parse(value));
  if (!session.success || session.data.until * 1_000 <= nowMs) return undefined;
  return { id: session.data.id, label: session.data.label };
}
