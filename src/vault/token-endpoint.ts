/**
 * Token requests of every grant (RFC 6749, 4 and 6) and their answers, for logins at an API and for tokens that the
 * gateway fetches.
 *
 * Not with `oauth4webapi`, which refuses answers that APIs do give: without `token_type`, with another status than 200
 * or another content type than JSON, or with an `id_token` that nobody here reads and whose issuer is not the origin of
 * the token endpoint (Google's is not), or a form instead of JSON, as GitHub's and Facebook's did.
 */
import { isObject } from "../spec/objects.ts";
import { readBoundedText } from "../terms/bounded-body.ts";
import { parseJson } from "../terms/json.ts";
import { failed, type Result } from "../terms/result.ts";

export interface TokenClient {
  tokenUrl: string;
  clientId: string;
  /** Missing for a public client. */
  clientSecret?: string | undefined;
  /** How the client authenticates (RFC 6749, 2.3.1). */
  clientAuth: "basic" | "body";
}

export interface Tokens {
  accessToken: string;
  refreshToken?: string | undefined;
  /** Missing if the server does not say how long the access token is valid. */
  lifeMs?: number | undefined;
}

/** `code` is the server's word for the error (RFC 6749, 5.2); the rest of the answer may hold a secret. */
export type TokenRefusal = { status: number; code?: string | undefined };

/** The server's fault, or too many requests: it says nothing of the token or the client, whatever its error is called. */
export const saysNothing = ({ status }: TokenRefusal): boolean => status >= 500 || status === 429;

/** @param parameters `grant_type` and whatever else the grant needs */
export function tokenRequest(
  { tokenUrl, clientId, clientSecret, clientAuth }: TokenClient,
  parameters: Record<string, string>,
): Request {
  const headers = new Headers({ accept: "application/json" });
  const body = new URLSearchParams(parameters);
  if (clientAuth === "basic") {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret ?? "")}`;
    headers.set("authorization", `Basic ${btoa(pair)}`);
  } else {
    body.set("client_id", clientId);
    if (clientSecret !== undefined) body.set("client_secret", clientSecret);
  }
  headers.set("content-type", "application/x-www-form-urlencoded");
  return new Request(tokenUrl, { method: "POST", headers, body: body.toString(), redirect: "manual" });
}

/** Longer ones are not read: tokens have some thousand characters. */
const maxAnswerBytes = 256 * 1024;

export async function readTokens(response: Response): Promise<Result<Tokens, TokenRefusal>> {
  const text = (await readBoundedText(response, maxAnswerBytes).catch(() => undefined)) ?? "";
  const json = parseJson(text);
  const answer = isObject(json) ? json : Object.fromEntries(new URLSearchParams(text.trim()));
  const { access_token: accessToken, expires_in: seconds, refresh_token: refreshToken, error } = answer;
  if (!response.ok || typeof accessToken !== "string" || accessToken === "") {
    const code = typeof error === "string" && /^[a-z_]{1,40}$/.test(error) ? error : undefined;
    return failed({ status: response.status, code });
  }
  return {
    ok: true,
    accessToken,
    refreshToken: typeof refreshToken === "string" ? refreshToken : undefined,
    lifeMs: Number(seconds) > 0 ? Number(seconds) * 1_000 : undefined,
  };
}
