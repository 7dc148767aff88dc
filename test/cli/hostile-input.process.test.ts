/** Input that is made to keep the host busy takes nobody else's time: a server of its own, with a second client beside. */
import type { Client } from "@modelcontextprotocol/client";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, logIn } from "../setup/connect.ts";
import { startSupervised, type Started } from "./supervisor/started.ts";

const token = "hostile-input-token";

let upstream: Server;
let server: Started;
let hostile: Client;
let other: Client;
let api: string;

beforeAll(async () => {
  upstream = createServer((_, response) => response.end("{}"));
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  api = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  server = await startSupervised({ url: api, token });
  const url = new URL("/mcp", server.origin);
  const login = await logIn(url, ["demo:read"]);
  [hostile, other] = await Promise.all([connect(url, login, "auto"), connect(url, login, "legacy")]);
  await trivial();
});
afterAll(async () => {
  await Promise.all([hostile.close(), other.close()]);
  await server.stop();
  upstream.close();
});

async function trivial(): Promise<number> {
  const began = performance.now();
  const { structuredContent } = await other.callTool({ name: "search", arguments: { code: "return 1" } });
  expect(structuredContent).toMatchObject({ result: 1 });
  return performance.now() - began;
}

const inputs: { what: string; tool: string; code: () => string }[] = [
  { what: "a line of 56 slashes", tool: "search", code: () => `${"/".repeat(56)}\nreturn 1;` },
  {
    what: "2,000 calls of paths that do not exist",
    tool: "execute",
    code: () => 'api.get("/nope/of/it/a/b/c");'.repeat(2_000),
  },
  {
    what: "a URL of 700 KB of words",
    tool: "execute",
    code: () => `await fetch("${api}/" + "some/words-".repeat(64_000))`,
  },
];

describe("the trivial call of a second client", () => {
  it.each(inputs)("is answered at once during $what", { timeout: 120_000 }, async ({ tool, code }) => {
    let over = false;
    const attack = hostile
      .callTool({ name: tool, arguments: { code: code() } }, { timeout: 100_000 })
      .finally(() => (over = true));
    const times: number[] = [];
    while (!over) times.push(await trivial());
    await attack;
    expect(Math.max(...times)).toBeLessThan(1_000);
    expect(server.output()).not.toContain("serves again");
  });
});
