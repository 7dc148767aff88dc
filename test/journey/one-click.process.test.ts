/**
 * The first minutes of a newcomer: `npm start`, one click on the page as it comes, and the prompt of the README, with the
 * calls that a model makes for it.
 */
import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { groundTruth } from "../../demo/ground-truth.ts";
import { freePort } from "../../src/cli/server/local-server.ts";
import { connect, logIn } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";

let url: URL;
let stop: () => Promise<unknown>;
let output = "";

beforeAll(async () => {
  const port = await freePort();
  const home = await mkdtemp(join(tmpdir(), "isogate-newcomer-"));
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../src/cli/main.ts"), "start"], {
    env: { ...process.env, ISOGATE_HOME: home, PORT: String(port) },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        output += String(text);
        if (output.includes("Ctrl-C")) resolve();
      });
    void ended.then(() => reject(new Error(output)));
  });
  url = new URL(`http://localhost:${port}/mcp`);
});
afterAll(() => stop());

it("finds every offending IP and blocks it, after one click on Allow", async () => {
  const client = await connect(url, await logIn(url));
  const call = async (name: string, code: string) =>
    readReply(await client.callTool({ name, arguments: { code } }));
  const found = await call("search", 'return find("block an ip address", { limit: 3 }).map(({ id }) => id)');
  expect(found.result).toContain("createAccessRule");
  const reply = await call(
    "execute",
    `const rules = await apis.demo.pages("/firewall-rules", { query: { category: "attack" } }).all();
const events = await apis.demo.pages("/firewall-events", {
  query: { rule_id: rules.map((rule) => rule.id), max_bot_score: 29, verified_bot: false, limit: 500 },
}).all();
const offenders = [...new Set(events.map((event) => event.client_ip))];
for (const value of offenders)
  await apis.demo.post("/access-rules", { body: { mode: "block", target: { type: "ip", value }, notes: "Offending." } });
return offenders.toSorted();`,
  );
  expect(reply.error, JSON.stringify(reply)).toBeUndefined();
  expect(reply.result).toEqual(groundTruth().offendingAddresses);
  // Nothing else came with that click.
  const more = await call(
    "execute",
    'return apis.demo.delete("/zones/{zone_id}", { path: { zone_id: "x" } })',
  );
  expect(more.error?.kind).toBe("needs-scope");
  await client.close();
});

it("was told at the start what GitHub's API lacks", () => {
  if (process.env["GITHUB_TOKEN"]) expect(output).not.toContain("GITHUB_TOKEN is not set");
  else expect(output).toContain("! GITHUB_TOKEN is not set. Search works; to call the API, set GITHUB_TOKEN");
});
