/**
 * Keys for everything that the login signs or seals, all derived from the one Worker secret `ISOGATE_SECRET`, so that
 * a deployment has one secret to keep, and a key for one purpose is worth nothing for another (HKDF, RFC 5869).
 */
import { Buffer } from "node:buffer";

type Purpose = "session" | "credential";

const keyBytes = 32;

/** @param secret the deployment's secret, at least 32 characters (checked in `settings.ts`) */
export async function deriveKey(secret: string, purpose: Purpose): Promise<ArrayBuffer> {
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), "HKDF", false, [
    "deriveBits",
  ]);
  const parameters = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: new TextEncoder().encode(`isogate ${purpose}`),
  };
  return crypto.subtle.deriveBits(parameters, material, keyBytes * 8);
}

export function randomToken(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}

export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "base64url"));
}
