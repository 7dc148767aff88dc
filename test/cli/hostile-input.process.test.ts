/**
 * Input that is made to keep the host busy takes nobody else's time: a server of its own, with a second client beside.
 * Counts the time that the runtime computes while that client waits: on a busy machine, its own time is longer.
 */
import type { Client } from "@modelcontextprotocol/client";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { descendantsOf, usageOf } from "../../src/cli/supervisor/processes.ts";
import { connect, logIn } from "../setup/connect.ts";
import { snippetFiles } from "../check/fixture/sources.ts";
import { startSupervised, type Started } from "./supervisor/started.ts";
import { readReply } from "../setup/read-reply.ts";

const maxWaitMs = 1_000;

let upstream: Server;
let api: string;
let server: Started;
let hostile: Client;
let other: Client;

beforeAll(async () => {
  upstream = createServer((_, response) => response.end("{}"));
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  api = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const document = snippetFiles.github.source;
  server = await startSupervised({ url: api, token: "hostile-input-token", document });
  const url = new URL("/mcp", server.origin);
  const login = await logIn(url, ["demo:read", "demo:write"]);
  [hostile, other] = await Promise.all([connect(url, login, "auto"), connect(url, login, "legacy")]);
  await trivial();
}, 120_000);
afterAll(async () => {
  await Promise.all([hostile.close(), other.close()]);
  await server.stop();
  upstream.close();
});

/** What all runtimes of the server have computed, in milliseconds. */
async function computed(): Promise<number> {
  const runtimes = (await descendantsOf(server.pid))?.filter(({ command }) =>
    command.includes("workerd serve"),
  );
  const usages = await Promise.all((runtimes ?? []).map(({ pid }) => usageOf(pid)));
  return usages.reduce((sum, usage) => sum + (typeof usage === "object" ? usage.cpuMs : 0), 0);
}

/** @returns how long the call waited, in milliseconds that the runtime computed */
async function trivial(): Promise<number> {
  const [began, before] = [performance.now(), await computed()];
  const answer = await other.callTool({ name: "search", arguments: { code: "return 1" } });
  expect(readReply(answer).result).toBe(1);
  return Math.min(performance.now() - began, (await computed()) - before);
}

const inputs: { what: string; tool?: string; code: () => string }[] = [
  { what: "a line of 56 slashes", tool: "search", code: () => `${"/".repeat(56)}\nreturn 1;` },
  { what: "2,000 paths that do not exist", code: () => 'api.get("/nope/of/it/a/b/c");'.repeat(2_000) },
  {
    what: "2,000 different paths that do not exist",
    code: () => Array.from({ length: 2_000 }, (_, index) => `api.get("/nope${index}/of/it/a/b/c");`).join(""),
  },
  {
    what: "a URL of 700 KB of words",
    code: () => `await fetch("${api}/" + "some/words-".repeat(64_000))`,
  },
  {
    what: "nested typed arrow functions",
    tool: "search",
    code: () => `x=${"((a:any):any=>".repeat(400)}1${")".repeat(400)}`,
  },
  { what: "non-null assertions", tool: "search", code: () => `let z:any;${"x!.y;".repeat(25_000)}` },
];

describe("the trivial call of a second client", () => {
  it.each(inputs)("is answered at once during $what", { timeout: 120_000 }, async ({ tool, code }) => {
    const waits: number[] = [];
    const under = { way: true };
    const attack = hostile
      .callTool({ name: tool ?? "execute", arguments: { code: code() } }, { timeout: 100_000 })
      .finally(() => (under.way = false));
    while (under.way) waits.push(await trivial());
    await attack;
    expect(Math.max(...waits)).toBeLessThan(maxWaitMs);
    expect(server.output()).not.toContain("serves again");
  });
});
