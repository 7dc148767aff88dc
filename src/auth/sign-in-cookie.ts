/**
 * Who is signed in at this browser: a signed `__Host-` cookie with the user and an expiry time. It proves identity
 * only; the consent page asks every time what a client may do.
 */
import { parseSigned, serializeSigned } from "hono/utils/cookie";
import { z } from "zod";
import { deriveKey } from "../vault/secret.ts";
import type { User } from "./sign-in/sign-in.ts";

const cookieName = "__Host-isogate-session";
const lifetimeSeconds = 8 * 3_600;

const Session = z.object({ id: z.string().min(1), label: z.string(), until: z.number() });

/** @returns the `Set-Cookie` value that signs the user in */
export async function startSession(user: User, secret: string): Promise<string> {
  const session = { ...user, until: Math.floor(Date.now() / 1_000) + lifetimeSeconds };
  return serializeSigned(cookieName, JSON.stringify(session), await deriveKey(secret, "session"), {
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    maxAge: lifetimeSeconds,
  });
}

/** The user of a request's session; undefined without one, or if it has expired or was tampered with. */
export async function readSession(request: Request, secret: string): Promise<User | undefined> {
  const cookies = request.headers.get("Cookie");
  if (!cookies) return undefined;
  const value = (await parseSigned(cookies, await deriveKey(secret, "session"), cookieName))[cookieName];
  if (!value) return undefined;
  const session = Session.safeParse(JSON.parse(value));
  if (!session.success || session.data.until * 1_000 <= Date.now()) return undefined;
  return { id: session.data.id, label: session.data.label };
}
