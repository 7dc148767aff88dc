/** `isogate token` and a supervised server: the command goes through the door, as a browser on this machine does. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startDemoApi, type DemoApi } from "../../../demo/server.ts";
import { startSupervised, type Started } from "./started.ts";

const run = promisify(execFile);
const main = join(import.meta.dirname, "../../../src/cli/main.ts");

let demo: DemoApi;
let server: Started;

beforeAll(async () => {
  demo = await startDemoApi({ port: 0, token: "token-through-the-door" });
  server = await startSupervised({ url: demo.url, token: "token-through-the-door" });
}, 60_000);
afterAll(async () => {
  await server.stop();
  await demo.close();
});

const token = (...args: string[]) =>
  run(process.execPath, [main, "token", ...args, "--server", server.origin]);

const call = (bearer: string) =>
  fetch(`${server.origin}/mcp`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${bearer}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });

it("makes a token that is let in, lists it, and revokes it", async () => {
  const made = (await token("--access", "read", "--name", "through the door")).stdout.trim();
  expect(made).toMatch(/^isogate_/);
  expect((await call(made)).status).toBe(200);
  const { stdout } = await token("--list");
  const id = /^(\S+) .*through the door/m.exec(stdout)?.[1] ?? "";
  expect((await token("--revoke", id)).stdout).toContain(`Revoked ${id}`);
  expect((await token("--list")).stdout).not.toContain("through the door");
});

it("does not get through without the door", async () => {
  const form = new URLSearchParams({ name: "x", days: "1", scope: "demo:read" });
  const headers = { origin: server.origin, accept: "application/json" };
  const answer = await fetch(`${server.origin}/tokens`, {
    method: "POST",
    headers,
    body: form,
    redirect: "manual",
  });
  expect(answer.status).toBe(403);
  expect(await answer.text()).not.toContain("isogate_");
});
