/**
 * The tokens of one login at an API's own OAuth server: one Durable Object each, so that only one refresh is under way,
 * however many runs want a token. Stored encrypted under a key that only the sealed credential holds.
 */
import { DurableObject } from "cloudflare:workers";
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { errorName, logEvent } from "../terms/log.ts";
import { isLoopbackHost } from "../terms/loopback.ts";
import { openJson, sealJson, type Sealed } from "./secret.ts";

/** A token that expires within this time is refreshed first. */
const refreshAheadMs = 60_000;
/** A login is forgotten after this time without use. */
const forgetAfterMs = 90 * 86_400_000;

const Login = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  /** Epoch, in ms; absent for a token that does not expire. */
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
  /** A refreshed login that could not be stored, and is stored with the next use: the stored refresh token is used up. */
  #unstored: Sealed | undefined;

  /** @param key 32 bytes, base64url; kept by the caller, not here */
  async keep(login: Login, key: string): Promise<void> {
    await this.#store(await sealJson(login, Buffer.from(key, "base64url")));
  }

  async #store(sealed: Sealed): Promise<void> {
    this.#unstored = sealed;
    await this.ctx.storage.put({ ...sealed });
    await this.ctx.storage.setAlarm(Date.now() + forgetAfterMs);
    this.#unstored = undefined;
  }

  /** An access token that does not expire soon. */
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
    return Login.safeParse(await openJson(found, Buffer.from(key, "base64url"))).data;
  }

  async #stored(): Promise<Sealed | undefined> {
    const stored = await this.ctx.storage.get<Uint8Array<ArrayBuffer>>(["iv", "sealed"]);
    const [iv, sealed] = [stored.get("iv"), stored.get("sealed")];
    return iv && sealed && { iv, sealed };
  }

  async #refresh(login: Login, key: string): Promise<AccessResult> {
    if (!login.refreshToken) return { ok: false, reason: "ended" };
    const { server, client, authentication, options } = tokenEndpoint(login, { ...this.env });
    try {
      const { refreshToken } = login;
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client,
        authentication,
        refreshToken,
        options,
      );
      const tokens = await oauth.processRefreshTokenResponse(server, client, response);
      await this.keep({ ...login, ...loginTokens(tokens, login.refreshToken) }, key).catch(logUnstored);
      return { ok: true, accessToken: tokens.access_token };
    } catch (error) {
      // Only a refusal of the token is final.
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

function logUnstored(error: unknown): void {
  logEvent("isogate.login.unstored", {}, error);
}

/** What `oauth4webapi` needs to call the token endpoint. @param secrets the Worker's environment */
export function tokenEndpoint(
  { tokenUrl, clientId, clientSecret }: Pick<Login, "tokenUrl" | "clientId" | "clientSecret">,
  secrets: Record<string, unknown>,
) {
  const url = new URL(tokenUrl);
  const secret = clientSecret === undefined ? undefined : secrets[clientSecret];
  return {
    server: { issuer: url.origin, token_endpoint: url.href } as oauth.AuthorizationServer,
    client: { client_id: clientId },
    authentication: typeof secret === "string" ? oauth.ClientSecretPost(secret) : oauth.None(),
    // Plain http only to a server on this machine.
    options: { [oauth.allowInsecureRequests]: isLoopbackHost(url.hostname) },
  };
}

/** @param previousRefreshToken stays valid if the server does not send a new one */
export function loginTokens(
  tokens: oauth.TokenEndpointResponse,
  previousRefreshToken?: string,
): Pick<Login, "accessToken" | "refreshToken" | "expiresAt"> {
  const refreshToken = tokens.refresh_token ?? previousRefreshToken;
  return {
    accessToken: tokens.access_token,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(tokens.expires_in !== undefined && { expiresAt: Date.now() + tokens.expires_in * 1_000 }),
  };
}
