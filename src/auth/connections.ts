/** The connections of one user, of both kinds: clients that were admitted, and access tokens. */
import type { OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import { grantsOf } from "./grants.ts";
import { accessTokenClientId } from "../terms/access-token-client.ts";
import { listAccessTokens, revokeAccessToken } from "../vault/access-tokens.ts";

/** One client's standing access. */
export interface Connection {
  id: string;
  client: string;
  clientId: string;
  scopes: string[];
  /** Milliseconds since the epoch. */
  createdAtMs: number;
  expiresAtMs?: number | undefined;
}

export interface Connections {
  list(): Promise<Connection[]>;
  /** Ends the connection and all its tokens. */
  revoke(id: string): Promise<void>;
}

/** Marks the id of an access token; a grant's own id may hold anything. */
const tokenMark = "token:";

/** The id of an access token's connection. */
export const connectionOfToken = (tokenId: string): string => tokenMark + tokenId;

/** Whether it is an access token's. @param id of a connection */
export const isOfToken = (id: string): boolean => id.startsWith(tokenMark);

export function connectionsOf(oauth: OAuthHelpers, kv: KVNamespace, userId: string): Connections {
  return {
    async list() {
      const [clients, tokens] = await Promise.all([clientsOf(oauth, userId), tokensOf(kv, userId)]);
      return [...clients, ...tokens].sort((a, b) => b.createdAtMs - a.createdAtMs);
    },
    async revoke(id) {
      if (isOfToken(id)) await revokeAccessToken(kv, userId, id.slice(tokenMark.length));
      else await oauth.revokeGrant(id, userId);
    },
  };
}

async function clientsOf(oauth: OAuthHelpers, userId: string): Promise<Connection[]> {
  return (await grantsOf(oauth, userId)).map(({ id, clientId, scope, metadata, createdAt, expiresAt }) => ({
    id,
    clientId,
    client: nameIn(metadata) ?? clientId,
    scopes: scope,
    createdAtMs: createdAt * 1_000,
    expiresAtMs: expiresAt && expiresAt * 1_000,
  }));
}

async function tokensOf(kv: KVNamespace, userId: string): Promise<Connection[]> {
  const tokens = await listAccessTokens(kv, userId);
  return tokens.map(({ id, name, scopes, createdAt, expiresAt }) => ({
    id: connectionOfToken(id),
    clientId: accessTokenClientId(id),
    client: `Access token “${name}”`,
    scopes,
    createdAtMs: createdAt * 1_000,
    expiresAtMs: expiresAt * 1_000,
  }));
}

function nameIn(metadata: unknown): string | undefined {
  const name = (metadata as { clientName?: unknown } | null)?.clientName;
  return typeof name === "string" ? name : undefined;
}
