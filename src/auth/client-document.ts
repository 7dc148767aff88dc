/**
 * What the OAuth provider fetches on a client's word: the document that a client id names, and the keys that the
 * document names. So a stranger can make us send a GET, and what comes back is believed. Hence every fetch of the
 * provider goes to a public https address, or to a host in PRIVATE_CLIENT_HOSTS; follows no redirect; and takes JSON
 * only. The provider limits size and time.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { reasonOf } from "../gateway/send/upstream.ts";
import { isPrivateHost } from "../request/address.ts";
import { trimEndOf } from "../terms/trim-end.ts";

/** How the reason begins when a host could not be reached. */
export const noAnswer = "it could not be reached";

interface Word {
  privateHosts: readonly string[];
  /** Origin of the private host that this call has fetched from: its document may name keys there, and nowhere else. */
  privateOrigin?: string;
}

const words = new AsyncLocalStorage<Word>();
const plainFetch = globalThis.fetch;

// The provider takes no fetch from outside and calls the global one.
globalThis.fetch = (input, init) => {
  const word = words.getStore();
  return word ? fetchOnWord(word, new Request(input, init), init) : plainFetch(input, init);
};

/**
 * @param provider an object of the OAuth provider
 * @returns the same object; what its methods fetch is held to the rules above
 */
export function onClientsWord<Provider extends object>(
  provider: Provider,
  privateHosts: readonly string[],
): Provider {
  return new Proxy(provider, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) =>
        words.run({ privateHosts }, () => Reflect.apply(member, target, args) as unknown);
    },
  });
}

/**
 * @param privateHosts names of private hosts that may be asked all the same
 * @returns why nothing is fetched from there; undefined if it may be
 */
export function clientUrlProblem(url: URL, privateHosts: readonly string[]): string | undefined {
  if (url.protocol !== "https:") return `${url.origin} is not https`;
  if (url.username || url.password) return `the URL at ${url.host} holds a user name`;
  const host = trimEndOf(url.hostname, /\./);
  if (host !== "" && (!isPrivateHost(host) || privateHosts.includes(host))) return undefined;
  return `${host} is an address inside a private network`;
}

async function fetchOnWord(word: Word, request: Request, init: RequestInit | undefined): Promise<Response> {
  const url = new URL(request.url);
  const problem = clientUrlProblem(url, word.privateHosts) ?? privatePlaceProblem(word, url);
  if (problem !== undefined) throw new TypeError(problem);
  const response = await plainFetch(url, { ...init, redirect: "manual" }).catch((error: unknown) => {
    throw new TypeError(`${noAnswer}: ${reasonOf(error, url.href)}`);
  });
  if (response.status !== 200) return new Response(null, { status: 404 });
  if (!isJson(response.headers.get("Content-Type")))
    throw new TypeError(`what ${url.host} sent is not called JSON (Content-Type)`);
  if (!isPrivateHost(url.hostname)) return response;
  // Not cached, so that each call begins with the document: `privateOrigin` depends on it.
  const headers = new Headers(response.headers);
  headers.delete("Cache-Control");
  return new Response(response.body, { headers });
}

function privatePlaceProblem(word: Word, { hostname, origin }: URL): string | undefined {
  if (!isPrivateHost(trimEndOf(hostname, /\./))) return undefined;
  word.privateOrigin ??= origin;
  return origin === word.privateOrigin
    ? undefined
    : `${origin} is another private place than that of the document`;
}

/** RFC 8259 or a type built on it (RFC 6839), such as `application/jwk-set+json`. */
function isJson(type: string | null): boolean {
  return /^application\/(?:[\w.!#$&^-]+\+)?json$/i.test(type?.split(";")[0]?.trim() ?? "");
}
