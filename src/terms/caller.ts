/** Who is calling and what they were granted: all that the rest of the road knows of the login. */
import { z } from "zod";
import type { Access } from "./api-file.ts";
import { digest } from "./digest.ts";
import type { User } from "./user.ts";

/** A user's account at an API, with its sealed credential. */
export const SealedAccount = z.object({
  /** The name that the user chose; `""` for the first, nameless one. */
  label: z.string(),
  sealed: z.string(),
  /** The same for the same pasted secret and for the same login, however often it is sealed; absent in grants of earlier versions. */
  credentialId: z.string().optional(),
});
export type SealedAccount = z.infer<typeof SealedAccount>;

/** Tells what an account signs with from every other credential, and reveals nothing of it: a label does not tell two nameless ones apart. */
export function credentialIdOf({ credentialId, sealed }: SealedAccount): string {
  return credentialId ?? digest(sealed);
}

/** Tells what a caller signs with at all APIs from what other callers sign with; undefined for no account at all. */
export function credentialsIdOf({ accounts = {} }: Pick<Caller, "accounts">): string | undefined {
  const all = Object.entries(accounts).map(([api, list]) => [api, ...list.map(credentialIdOf)]);
  return all.length === 0 ? undefined : digest(JSON.stringify(all.sort()));
}

export interface Caller {
  /** A stable id without `:`, which separates the parts of the OAuth provider's tokens. */
  userId: string;
  /** Random for a registered client, a URL for one with a metadata document. */
  clientId: string;
  /** The name that the client chose itself: shown, never trusted. */
  clientName?: string;
  /** What this connection may do, by the name of the API. An API that is not listed may not be used. */
  access: Record<string, Access[]>;
  /**
   * Access that was granted for some tags only: API name → access → tags. Access that is not listed here covers the
   * whole API. Call `allows` in `scopes.ts` instead of reading both.
   */
  tags?: Record<string, Partial<Record<Access, string[]>>>;
  /** Nothing but operations that read may be called in this run, whatever was granted. */
  readsOnly?: true;
  /** A key in KV that exists until the connection is revoked. Missing if it cannot be revoked. */
  connectionKey?: string;
  /** Who signed in, for asking again later whether they may use the server. */
  user?: User;
  /** The user's own sealed credentials, by the name of the API. Only the gateway opens them. */
  accounts?: Record<string, SealedAccount[]>;
}

/** With `--open` there are no connections: what follows this in a client's id tells programs apart as far as they can be. */
const openClient = "open";

/** @param program what is known of the program, "" for nothing */
export function openClientId(program: string): string {
  return program === "" ? openClient : `${openClient}:${program}`;
}

/** Whether a client's id names a program that did not log in, so that nothing may be remembered in its name. */
export function isNoConnection(clientId: string): boolean {
  return clientId === openClient || clientId.startsWith(`${openClient}:`);
}

/** The client of a connection, as runs and approvals name it. */
export function clientOf({ clientId, clientName }: Caller): { id: string; name?: string } {
  return { id: clientId, ...(clientName !== undefined && { name: clientName }) };
}
