/**
 * A user's own credentials for an API, sealed under a key of the deployment and bound to that user and API: what
 * is stored in a grant and travels in props is useless elsewhere. The login seals them, and only the gateway opens
 * them; nothing that runs model code sees either form.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import type { SealedAccount } from "../terms/caller.ts";
import { bytesOf, deriveKey, openJson, sealedIn, sealJson } from "./secret.ts";

export const CredentialContent = z.discriminatedUnion("kind", [
  /** Security scheme → the secret as it was pasted. */
  z.object({ kind: z.literal("pasted"), secrets: z.record(z.string(), z.string()) }),
  /** Where the tokens of an upstream login are kept, and the key to read them there. */
  z.object({ kind: z.literal("oauth"), scheme: z.string(), store: z.string(), key: z.string() }),
]);
export type CredentialContent = z.infer<typeof CredentialContent>;

/** Whom a sealed credential belongs to. It opens only for them. */
export interface Owner {
  userId: string;
  api: string;
}

/** @param secret the deployment's @returns base64url */
export async function sealCredential(
  content: CredentialContent,
  { userId, api }: Owner,
  secret: string,
): Promise<string> {
  const key = await deriveKey(secret, "credential");
  return bytesOf(await sealJson(content, key, JSON.stringify([userId, api]))).toString("base64url");
}

/** @param label the name that the user chose @param secret the deployment's */
export async function sealAccount(
  label: string,
  content: CredentialContent,
  owner: Owner,
  secret: string,
): Promise<SealedAccount> {
  const what = content.kind === "pasted" ? Object.entries(content.secrets).sort() : content.store;
  const credentialId = createHmac("sha256", Buffer.from(await deriveKey(secret, "credential-id")))
    .update(JSON.stringify([owner.userId, owner.api, what]))
    .digest("base64url");
  return { label, credentialId, sealed: await sealCredential(content, owner, secret) };
}

/** @returns undefined if it was changed, or sealed for another owner or under another secret */
export async function openCredential(
  text: string,
  { userId, api }: Owner,
  secret: string,
): Promise<CredentialContent | undefined> {
  const parts = sealedIn(Buffer.from(text, "base64url"));
  const key = await deriveKey(secret, "credential");
  return CredentialContent.safeParse(await openJson(parts, key, JSON.stringify([userId, api]))).data;
}
