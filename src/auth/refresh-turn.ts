/**
 * Refreshes of one grant, one after the other: a Durable Object per grant. The provider keeps grants in KV, where two
 * concurrent refreshes each write a new refresh token, the first one is lost, and other locations see a write late.
 * Here they take turns in one place, and a repeated request (from a second window of the program, or after an answer
 * got lost) gets the same tokens.
 */
import { DurableObject } from "cloudflare:workers";
import { readManifest } from "../store/catalogs.ts";
import { authorizationServer } from "./authorization-server.ts";
import { readSettings } from "./settings.ts";
import { digest } from "../terms/digest.ts";

type Answer = { status: number; headers: [string, string][]; body: string };

/** How long the same request gets the same answer, which is kept in memory only. */
const sameAnswerMs = 10_000;

export class RefreshTurn extends DurableObject<Env> {
  #turn: Promise<unknown> = Promise.resolve();
  /** The last refresh that succeeded: it made all earlier tokens worthless. */
  #last: { key: string; answer: Answer; at: number } | undefined;

  /** @param request to the token endpoint, which still authenticates its sender */
  override async fetch(request: Request): Promise<Response> {
    // Without its type, because workerd warns when a form is read as text.
    const body = await new Response(request.body).text();
    const key = digest(`${request.headers.get("Authorization") ?? ""}\n${body}`);
    const mine = this.#turn.then(() => this.#same(key) ?? this.#refresh(key, request, body));
    this.#turn = mine.catch(() => undefined);
    const { status, headers, body: text } = await mine;
    return new Response(text, { status, headers });
  }

  #same(key: string): Answer | undefined {
    const last = this.#last;
    return last?.key === key && Date.now() - last.at < sameAnswerMs ? last.answer : undefined;
  }

  async #refresh(key: string, { url, headers }: Request, body: string): Promise<Answer> {
    const { apis } = await readManifest(this.env.CATALOGS);
    const settings = readSettings(this.env);
    if (!settings.ok) throw new Error(settings.failure);
    const server = authorizationServer(new URL(url).origin, apis, settings.settings);
    const request = new Request(url, { method: "POST", headers, body });
    const response = await server.fetch(request, this.env, this.ctx as unknown as ExecutionContext);
    const answer = { status: response.status, headers: [...response.headers], body: await response.text() };
    if (response.ok) {
      const last = { key, answer, at: Date.now() };
      this.#last = last;
      setTimeout(() => {
        if (this.#last === last) this.#last = undefined;
      }, sameAnswerMs);
    }
    return answer;
  }
}

/** As the provider makes them, and shorter than the longest key of KV. */
const tokenForm = /^[\x21-\x7e]{1,300}$/;

/**
 * @param kv where the provider keeps grants, under this key
 * @returns the name of the grant that this form refreshes; undefined if it asks for something else or there is no such
 *   grant: a token that somebody made up must not make a Durable Object, and the provider refuses it by itself
 */
export async function refreshedGrant(form: URLSearchParams, kv: KVNamespace): Promise<string | undefined> {
  const token = form.get("refresh_token") ?? "";
  if (form.get("grant_type") !== "refresh_token" || !tokenForm.test(token)) return undefined;
  const [userId, grantId, secret, ...rest] = token.split(":");
  if (!userId || !grantId || !secret || rest.length > 0) return undefined;
  if ((await kv.get(`grant:${userId}:${grantId}`)) === null) return undefined;
  return JSON.stringify([userId, grantId]);
}
