/**
 * Keys for everything that the login signs or seals, all derived from the one Worker secret `ISOGATE_SECRET`, so that a
 * deployment has one secret to keep, and a key for one purpose is useless for another (HKDF, RFC 5869).
 */
import { randomBytes } from "node:crypto";

/** @param secret the deployment's secret, at least 32 characters (checked in `settings.ts`) */
export async function deriveKey(
  secret: string,
  purpose: "session" | "credential" | "credential-id" | "sign-in" | "transaction" | "moving" | "fingerprint",
): Promise<ArrayBuffer> {
  const material = await crypto.subtle.importKey("raw", Buffer.from(secret), "HKDF", false, ["deriveBits"]);
  const info = Buffer.from(`isogate ${purpose}`);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return crypto.subtle.deriveBits(parameters, material, 256);
}

/** 32 random bytes, base64url. */
export const randomToken = () => randomBytes(32).toString("base64url");

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  sealed: Uint8Array<ArrayBuffer>;
}

const ivBytes = 12;

/** A sealed value in one piece, and back. */
export const bytesOf = ({ iv, sealed }: Sealed): Buffer => Buffer.concat([iv, sealed]);
export const sealedIn = (bytes: Uint8Array): Sealed => ({
  iv: new Uint8Array(bytes.slice(0, ivBytes)),
  sealed: new Uint8Array(bytes.slice(ivBytes)),
});

/**
 * Seals a value as JSON with AES-GCM.
 * @param key 32 bytes
 * @param owner authenticated with it: it opens only with the same
 */
export async function sealJson(value: unknown, key: BufferSource, owner = ""): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: Buffer.from(owner) },
    await aes(key, "encrypt"),
    Buffer.from(JSON.stringify(value)),
  );
  return { iv, sealed: new Uint8Array(sealed) };
}

/** @returns undefined if it was changed, or sealed under another key or for another owner */
export async function openJson({ iv, sealed }: Sealed, key: BufferSource, owner = ""): Promise<unknown> {
  const parameters = { name: "AES-GCM", iv, additionalData: Buffer.from(owner) };
  try {
    const plain = await crypto.subtle.decrypt(parameters, await aes(key, "decrypt"), sealed);
    return JSON.parse(Buffer.from(plain).toString());
  } catch {
    return undefined;
  }
}

async function aes(key: BufferSource, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, [use]);
}
