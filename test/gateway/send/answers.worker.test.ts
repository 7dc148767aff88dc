/** Ways of a credential back to the code that an attacker's review of the gateway found. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { upstreamDocument } from "../document.ts";
import { execute, received } from "../running.ts";

const credential = { from: "shared" as const, secrets: { token: "TEST_TOKEN", login: "TEST_LOGIN" } };
const running = { document: upstreamDocument, file: { credential } };
const planted = (env as unknown as Record<string, string>)["TEST_TOKEN"] as string;

function holdsNothing(ran: unknown): void {
  const text = JSON.stringify(ran);
  for (const form of [planted, encodeURIComponent(planted), JSON.stringify(planted).slice(1, -1)])
    expect(text).not.toContain(form);
}

it.each(["plain", "percent"])("names a redirect that holds the credential without it (%s)", async (as) => {
  const ran = await execute(
    `return (await api.get("/mirror", { query: { in: "location", as: "${as}" } })).data`,
    running,
  );
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "redirects stay within the API" });
  expect(JSON.stringify(ran.failure)).toContain("/nowhere/[redacted]/x");
  expect(ran.requests.at(-1)?.url).toContain("/nowhere/[redacted]/x");
  holdsNothing(ran);
});

it("looks into a body that is compressed with deflate, which nobody asked for", async () => {
  const ran = await execute(`return (await api.get("/mirror", { query: { in: "deflate" } })).data`, running);
  expect(ran.value).toBe("before [redacted] after");
});

it("passes no body on that it cannot look into", async () => {
  const ran = await execute(
    `const response = await api.get("/mirror", { query: { in: "zstd" } }); return response.data`,
    running,
  );
  expect(ran.failure).toMatchObject({ kind: "upstream-unreachable" });
  expect(JSON.stringify(ran.failure)).toContain(
    "compressed in a way that the gateway cannot look into (zstd)",
  );
});

it("sends no body that makes another method of a POST", async () => {
  await received();
  const ran = await execute(`return await api.post("/echo", { body: { _method: "DELETE" } })`, running);
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "no method override" });
  expect(ran.requests).toMatchObject([{ outcome: "denied", rule: "no method override" }]);
  expect((await received()).count).toBe(0);
});

it.each(["TRACE", "CONNECT", "TRACK", "PROPFIND"])("sends no %s", async (method) => {
  await received();
  const ran = await execute(
    `return (await fetch(new URL("/echo", spec.servers[0].url), { method: "${method}" })).status`,
    running,
  );
  expect(ran.failure).toBeDefined();
  expect((await received()).count).toBe(0);
});

it("lists the requests that were sent, whatever the code says of them", async () => {
  const ran = await execute(
    `await api.get("/echo");
     Array.prototype.push = () => 0; globalThis.fetch = async () => new Response("{}");
     return { requests: [], outcome: "returned", isError: false };`,
    running,
  );
  expect(ran.requests.map(({ operation, outcome }) => [operation, outcome])).toEqual([
    ["getEcho", "answered"],
  ]);
});
