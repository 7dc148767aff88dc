/**
 * A person's own credentials for an API, sealed with AES-GCM under a key of the deployment and bound to their user
 * and to that API: what is stored in a grant and travels in props is worth nothing elsewhere. Sealed by the login,
 * opened by the gateway only; nothing that runs model code sees either form.
 */
import { z } from "zod";
import { deriveKey, fromBase64Url, toBase64Url } from "./secret.ts";

export const CredentialContent = z.discriminatedUnion("kind", [
  /** Security scheme → the secret as it was pasted. */
  z.object({ kind: z.literal("pasted"), secrets: z.record(z.string(), z.string()) }),
  /** Where the tokens of an upstream login are kept, and the key to read them there. */
  z.object({ kind: z.literal("oauth"), scheme: z.string(), store: z.string(), key: z.string() }),
]);
export type CredentialContent = z.infer<typeof CredentialContent>;

/** Whom a sealed credential belongs to. It opens for nobody else. */
export interface Owner {
  userId: string;
  api: string;
}

const ivBytes = 12;

export async function sealCredential(
  content: CredentialContent,
  owner: Owner,
  secret: string,
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const plain = new TextEncoder().encode(JSON.stringify(content));
  const sealed = await crypto.subtle.encrypt(parameters(iv, owner), await key(secret, "encrypt"), plain);
  return toBase64Url(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
}

/** @returns undefined if it was changed, or sealed for another owner or under another secret */
export async function openCredential(
  sealed: string,
  owner: Owner,
  secret: string,
): Promise<CredentialContent | undefined> {
  const bytes = fromBase64Url(sealed);
  try {
    const iv = bytes.slice(0, ivBytes);
    const plain = await crypto.subtle.decrypt(
      parameters(iv, owner),
      await key(secret, "decrypt"),
      bytes.slice(ivBytes),
    );
    return CredentialContent.parse(JSON.parse(new TextDecoder().decode(plain)));
  } catch {
    return undefined;
  }
}

function parameters(iv: Uint8Array<ArrayBuffer>, { userId, api }: Owner) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(JSON.stringify([userId, api])) };
}

async function key(secret: string, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", await deriveKey(secret, "credential"), "AES-GCM", false, [use]);
}
