/**
 * Refreshes of one grant, one after the other: a Durable Object per grant. The provider keeps grants in KV, where two
 * refreshes at once each write a new refresh token and the one that is written first is lost; and where a write is seen
 * elsewhere only after a while. Here they come in turn and in one place, and the very same request once more (a second
 * window of the program, an answer that got lost) is answered with the very same tokens.
 */
import { DurableObject } from "cloudflare:workers";
import { readManifest } from "../store/catalogs.ts";
import { authorizationServer } from "./authorization-server.ts";
import { digest } from "../terms/digest.ts";

/** For so long the same request gets the same answer. Kept in memory only. */
const sameAnswerMs = 10_000;

interface Answer {
  status: number;
  headers: [string, string][];
  body: string;
}

export class RefreshTurn extends DurableObject<Env> {
  #turn: Promise<unknown> = Promise.resolve();
  /** Of the last refresh that succeeded: with the next one, what went before is worth nothing any more. */
  #last: { key: string; answer: Answer; at: number } | undefined;

  /** @param request to the token endpoint; whoever sends it proves who it is by what it sends, as everywhere */
  override async fetch(request: Request): Promise<Response> {
    // Read without its type: workerd warns of the text of a form.
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
    const names = apis.map(({ name }) => name);
    const server = authorizationServer(new URL(url).origin, names);
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

/** Longer than any token that the provider makes. */
const maxTokenChars = 300;

/** @returns the name of the grant that a form to the token endpoint refreshes, or undefined if it does something else */
export function refreshedGrant(form: URLSearchParams): string | undefined {
  const token = form.get("refresh_token") ?? "";
  if (form.get("grant_type") !== "refresh_token" || token.length > maxTokenChars) return undefined;
  const [userId, grantId, secret, ...rest] = token.split(":");
  return userId && grantId && secret && rest.length === 0 ? JSON.stringify([userId, grantId]) : undefined;
}
