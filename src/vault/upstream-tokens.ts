/**
 * The tokens of one login at an API's own OAuth server: one Durable Object each, so that only one refresh is under way,
 * however many runs want a token. Stored encrypted under a key that only the sealed credential holds.
 */
import { DurableObject } from "cloudflare:workers";
import { z } from "zod";
import { errorName, logEvent } from "../terms/log.ts";
import { isLoopbackHost } from "../terms/loopback.ts";
import { openJson, sealJson, type Sealed } from "./secret.ts";
import { readTokens, saysNothing, tokenRequest, type Tokens } from "./token-endpoint.ts";

/** A token that expires within this time is refreshed first. */
const refreshAheadMs = 60_000;
/** A token of this age is not renewed because the API refuses it: it has other reasons, and code could ask on and on. */
const tooYoungMs = 60_000;
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
  /** How the client authenticates; in the body if missing. */
  clientAuth: z.enum(["basic", "body"]).optional(),
});
export type Login = z.infer<typeof Login>;

/** Whose a login is. The secret of one client is not for another, nor for another server. */
export type LoginClient = Pick<Login, "tokenUrl" | "clientId">;

/** `refreshToken`: for the gateway alone, to take it out of answers. `expiresAt`: of the access token, epoch, in ms. */
export type AccessResult =
  | { ok: true; accessToken: string; refreshToken?: string | undefined; expiresAt?: number | undefined }
  | { ok: false; reason: "ended" | "unreachable" };

/** What the server says of a login that it is asked about. `unreachable`: nothing. */
export type Standing = "stands" | "ended" | "unreachable";

/** Answers that only a new login of the person changes (RFC 6749, 5.2; OpenID Connect Core, 3.1.2.6). */
const finalRefusals = new Set([
  "invalid_grant",
  "interaction_required",
  "login_required",
  "consent_required",
]);

const isOf = (login: Login, { tokenUrl, clientId }: LoginClient) =>
  login.tokenUrl === tokenUrl && login.clientId === clientId;

/** A login, and what it was opened from. */
interface Read {
  login: Login;
  from: Sealed;
}

/** No two are sealed with the same `iv`. */
const isSame = (one: Sealed, other: Sealed) => Buffer.from(one.iv).equals(Buffer.from(other.iv));

export class UpstreamTokens extends DurableObject<Env> {
  #refreshing: Promise<AccessResult> | undefined;
  /** A refreshed login that could not be stored, and is stored with the next use: the stored refresh token is used up. */
  #unstored: Sealed | undefined;
  /** When the server last gave or renewed the login. */
  #renewedMs = 0;

  /** @param key 32 bytes, base64url; kept by the caller, not here */
  async keep(login: Login, key: string): Promise<void> {
    // It comes from the server just now.
    this.#renewedMs = Date.now();
    await this.#store(await sealJson(login, Buffer.from(key, "base64url")));
  }

  async #store(sealed: Sealed): Promise<void> {
    this.#unstored = sealed;
    await this.ctx.storage.put({ ...sealed });
    await this.ctx.storage.setAlarm(Date.now() + forgetAfterMs);
    this.#unstored = undefined;
  }

  /**
   * An access token that does not expire soon.
   * @param client that of now: a login at another server has ended, and that of another client at its end
   */
  async access(key: string, client: LoginClient): Promise<AccessResult> {
    const read = await this.#read(key);
    if (read?.login.tokenUrl !== client.tokenUrl) return { ok: false, reason: "ended" };
    const { expiresAt, accessToken, refreshToken } = read.login;
    if (expiresAt === undefined || expiresAt - Date.now() > refreshAheadMs)
      return { ok: true, accessToken, refreshToken, expiresAt };
    return isOf(read.login, client) ? this.#refreshed(read, key) : { ok: false, reason: "ended" };
  }

  /**
   * The API has refused an access token of the login before its time.
   * @param client that of now, as for `access`
   * @returns whether the next `access` answers something else
   */
  async refused(key: string, accessToken: string, client: LoginClient): Promise<boolean> {
    const read = await this.#read(key);
    // Another request has renewed it, or it has ended.
    if (read?.login.accessToken !== accessToken) return true;
    const { login } = read;
    if (login.refreshToken === undefined || !isOf(login, client)) return false;
    if (Math.abs(Date.now() - this.#renewedMs) < tooYoungMs) return false;
    const renewed = await this.#refreshed(read, key);
    return renewed.ok || renewed.reason === "ended";
  }

  /**
   * Asks the server whether the login still stands, by renewing it.
   * @param freshMs an answer of this age is taken again
   * @param client that of now: a login of another one has ended
   * @returns `unasked` if it takes a client to know
   */
  async standing(key: string, freshMs: number, client?: LoginClient): Promise<Standing | "unasked"> {
    const read = await this.#read(key);
    if (!read) return "ended";
    if (Math.abs(Date.now() - this.#renewedMs) < freshMs) return "stands";
    if (!client) return "unasked";
    if (!isOf(read.login, client)) return "ended";
    const renewed = await this.#refreshed(read, key);
    return renewed.ok ? "stands" : renewed.reason;
  }

  /** The login as it is stored, for another deployment. */
  moving(): Promise<Sealed | undefined> {
    return this.#stored();
  }

  /** Stores one that was stored elsewhere. */
  move(sealed: Sealed): Promise<void> {
    return this.#store(sealed);
  }

  /** Drops the login. */
  async forget(): Promise<void> {
    this.#unstored = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await this.forget();
  }

  async #read(key: string): Promise<Read | undefined> {
    const from = await this.#current();
    if (!from) return undefined;
    if (this.#unstored) await this.#store(from).catch(logUnstored);
    const login = Login.safeParse(await openJson(from, Buffer.from(key, "base64url"))).data;
    return login && { login, from };
  }

  async #current(): Promise<Sealed | undefined> {
    return this.#unstored ?? (await this.#stored());
  }

  async #stored(): Promise<Sealed | undefined> {
    const stored = await this.ctx.storage.get<Uint8Array<ArrayBuffer>>(["iv", "sealed"]);
    const [iv, sealed] = [stored.get("iv"), stored.get("sealed")];
    return iv && sealed && { iv, sealed };
  }

  #refreshed(read: Read, key: string): Promise<AccessResult> {
    this.#refreshing ??= this.#refresh(read, key).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** Meanwhile the login may be forgotten, or another one kept: neither is overwritten. */
  async #refresh({ login, from }: Read, key: string): Promise<AccessResult> {
    const { refreshToken } = login;
    if (!refreshToken) return { ok: false, reason: "ended" };
    try {
      const tokens = await fetchTokens(
        login,
        { ...this.env },
        { grant_type: "refresh_token", refresh_token: refreshToken },
      );
      const { refreshToken: newer = refreshToken, ...renewed } = loginTokens(tokens);
      const next = await sealJson(
        { ...login, ...renewed, refreshToken: newer },
        Buffer.from(key, "base64url"),
      );
      const now = await this.#current();
      if (!now) return { ok: false, reason: "ended" };
      if (isSame(now, from)) {
        this.#renewedMs = Date.now();
        await this.#store(next).catch(logUnstored);
      }
      return { ok: true, accessToken: tokens.accessToken, refreshToken: newer, expiresAt: renewed.expiresAt };
    } catch (error) {
      // Only a refusal of the token is final.
      const ended = finalRefusals.has(errorName(error));
      logEvent("isogate.login.unrenewed", { "isogate.login.ended": ended, "error.type": errorName(error) });
      const now = ended ? await this.#current() : undefined;
      if (now && isSame(now, from)) await this.forget();
      return { ok: false, reason: ended ? "ended" : "unreachable" };
    }
  }
}

function logUnstored(error: unknown): void {
  logEvent("isogate.login.unstored", {}, error);
}

/**
 * Asks an API's token endpoint.
 * @param secrets the Worker's environment
 * @param grant the parameters of the request
 * @throws if there is no answer; for a refusal, an Error that is named after its code, or after the status if that counts
 */
export async function fetchTokens(
  {
    tokenUrl,
    clientId,
    clientSecret,
    clientAuth = "body",
  }: Pick<Login, "tokenUrl" | "clientId" | "clientSecret" | "clientAuth">,
  secrets: Record<string, unknown>,
  grant: Record<string, string>,
): Promise<Tokens> {
  const { protocol, hostname } = new URL(tokenUrl);
  // Plain http only to a server on this machine.
  if (protocol !== "https:" && !isLoopbackHost(hostname))
    throw new TypeError("a token endpoint without https");
  const secret = clientSecret === undefined ? undefined : secrets[clientSecret];
  const client = { tokenUrl, clientId, clientSecret: typeof secret === "string" ? secret : undefined };
  const read = await readTokens(await fetch(tokenRequest({ ...client, clientAuth }, grant)));
  if (read.ok) return read;
  const { code, status } = read.failure;
  const name = saysNothing(read.failure) ? undefined : code;
  throw Object.assign(new Error("no token"), { name: name ?? String(status) });
}

/** @returns what to keep of an answer */
export function loginTokens({ accessToken, refreshToken, lifeMs }: Tokens) {
  const expiresAt = lifeMs === undefined ? undefined : Date.now() + lifeMs;
  return { accessToken, refreshToken, expiresAt };
}
