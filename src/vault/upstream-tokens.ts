/**
 * The tokens of one login at an API's own OAuth server: one Durable Object each, so that however many runs want a
 * token at once, one refresh is under way. Stored encrypted under a key that only the sealed credential holds.
 */
import { DurableObject } from "cloudflare:workers";
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { errorName, logEvent } from "../terms/log.ts";
import { isLoopbackHost } from "../terms/loopback.ts";
import { fromBase64Url } from "./secret.ts";

/** A token that ends sooner than this is refreshed first. */
const refreshAheadMs = 60_000;
/** A login that nobody used for so long is forgotten. */
const forgetAfterMs = 90 * 86_400_000;

const Login = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  /** Epoch, in ms; none for a token that does not end. */
  expiresAt: z.number().optional(),
  tokenUrl: z.string(),
  clientId: z.string(),
  /** Name of the Worker secret. */
  clientSecret: z.string().optional(),
});
export type Login = z.infer<typeof Login>;

export type AccessResult = { ok: true; accessToken: string } | { ok: false; reason: "ended" | "unreachable" };

export class UpstreamTokens extends DurableObject<Env> {
  #refreshing: Promise<AccessResult> | undefined;
  /**
   * A refreshed login that could not be stored, sealed: the one in the store may hold a refresh token that is used
   * up. It is stored again with the next use.
   */
  #unstored: Sealed | undefined;

  /** @param key 32 bytes, base64url; kept by the caller, not here */
  async keep(login: Login, key: string): Promise<void> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(login));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await aes(key), plain);
    await this.#store({ iv, sealed: new Uint8Array(sealed) });
  }

  async #store(sealed: Sealed): Promise<void> {
    this.#unstored = sealed;
    await this.ctx.storage.put({ ...sealed });
    await this.ctx.storage.setAlarm(Date.now() + forgetAfterMs);
    this.#unstored = undefined;
  }

  /** An access token that is good for a while yet. */
  async access(key: string): Promise<AccessResult> {
    const login = await this.#read(key);
    if (!login) return { ok: false, reason: "ended" };
    if (login.expiresAt === undefined || login.expiresAt - Date.now() > refreshAheadMs)
      return { ok: true, accessToken: login.accessToken };
    this.#refreshing ??= this.#refresh(login, key).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** Drops the login. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    this.#unstored = undefined;
    await this.ctx.storage.deleteAll();
  }

  async #read(key: string): Promise<Login | undefined> {
    const found = this.#unstored ?? (await this.#stored());
    if (!found) return undefined;
    if (this.#unstored) await this.#store(found).catch(logUnstored);
    const { iv, sealed } = found;
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await aes(key), sealed);
      return Login.parse(JSON.parse(new TextDecoder().decode(plain)));
    } catch {
      return undefined;
    }
  }

  async #stored(): Promise<Sealed | undefined> {
    const stored = await this.ctx.storage.get<Uint8Array<ArrayBuffer>>(["iv", "sealed"]);
    const [iv, sealed] = [stored.get("iv"), stored.get("sealed")];
    return iv && sealed && { iv, sealed };
  }

  async #refresh(login: Login, key: string): Promise<AccessResult> {
    if (!login.refreshToken) return { ok: false, reason: "ended" };
    const endpoint = tokenEndpoint(login, this.env as unknown as Record<string, unknown>);
    try {
      const response = await oauth.refreshTokenGrantRequest(
        endpoint.server,
        endpoint.client,
        endpoint.authentication,
        login.refreshToken,
        endpoint.options,
      );
      const tokens = await oauth.processRefreshTokenResponse(endpoint.server, endpoint.client, response);
      await this.keep({ ...login, ...loginTokens(tokens, login.refreshToken) }, key).catch(logUnstored);
      return { ok: true, accessToken: tokens.access_token };
    } catch (error) {
      // Only a refusal of the token is final; anything else may pass.
      const ended = error instanceof oauth.ResponseBodyError && error.error === "invalid_grant";
      logEvent("isogate.login.unrenewed", { "isogate.login.ended": ended, "error.type": errorName(error) });
      if (ended) {
        this.#unstored = undefined;
        await this.ctx.storage.deleteAll();
      }
      return { ok: false, reason: ended ? "ended" : "unreachable" };
    }
  }
}

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  sealed: Uint8Array<ArrayBuffer>;
}

function logUnstored(error: unknown): void {
  logEvent("isogate.login.unstored", {}, error);
}

interface TokenEndpoint {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  authentication: oauth.ClientAuth;
  /** Plain http is for a server on this machine only. */
  options: { [oauth.allowInsecureRequests]: boolean };
}

/** @param secrets the Worker's environment */
export function tokenEndpoint(
  { tokenUrl, clientId, clientSecret }: Pick<Login, "tokenUrl" | "clientId" | "clientSecret">,
  secrets: Record<string, unknown>,
): TokenEndpoint {
  const url = new URL(tokenUrl);
  const secret = clientSecret === undefined ? undefined : secrets[clientSecret];
  return {
    server: { issuer: url.origin, token_endpoint: url.href },
    client: { client_id: clientId },
    authentication: typeof secret === "string" ? oauth.ClientSecretPost(secret) : oauth.None(),
    options: { [oauth.allowInsecureRequests]: isLoopbackHost(url.hostname) },
  };
}

/** @param previousRefreshToken stays good if the server sends no new one */
export function loginTokens(
  tokens: oauth.TokenEndpointResponse,
  previousRefreshToken?: string,
): Pick<Login, "accessToken" | "refreshToken" | "expiresAt"> {
  const refreshToken = tokens.refresh_token ?? previousRefreshToken;
  return {
    accessToken: tokens.access_token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(tokens.expires_in === undefined ? {} : { expiresAt: Date.now() + tokens.expires_in * 1_000 }),
  };
}

async function aes(key: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", fromBase64Url(key), "AES-GCM", false, ["encrypt", "decrypt"]);
}
