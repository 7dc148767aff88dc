/**
 * Sends what this Worker fetches through the relay of a local server, if there is one. Imported before everything else,
 * so that nothing has taken the runtime's own `fetch` yet.
 */
import { env } from "cloudflare:workers";
import { relayTarget } from "./terms/worker-variables.ts";

const { RELAY: relay } = env as { RELAY?: string };
if (relay !== undefined) {
  const plainFetch = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    const { url } = request;
    const sent = new Request(relay, request);
    sent.headers.set(relayTarget, url);
    return plainFetch(sent);
  };
}
