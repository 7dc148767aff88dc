/**
 * Code stops the server of `npm start`, again and again, with writes in between: it comes back each time, everybody is
 * told the truth, and nothing that was committed is lost. `npm run test:recovery` does it twenty times in a row.
 */
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startDemoApi } from "../../../demo/server.ts";
import { askPage } from "../../../src/cli/ask-server.ts";
import { IssuedToken } from "../../../src/cli/tokens-page.ts";
import { AtTheConsole } from "../../journey/fixture/at-the-console.ts";
import { connect, logIn } from "../../setup/connect.ts";
import { endless } from "./endless.ts";
import { startSupervised, type Started } from "./started.ts";
import { readReply } from "../../setup/read-reply.ts";

const rounds = Number(process.env["RECOVERY_ROUNDS"] ?? 2);
const token = "recovery-demo-token";
const scopes = ["demo:read", "demo:write"];

interface Reply {
  runId: string;
  result: unknown;
  requests: string[];
  error: { kind: string; message: string };
}

let demo: Awaited<ReturnType<typeof startDemoApi>>;
let server: Started;
let login: Awaited<ReturnType<typeof logIn>>;

beforeAll(async () => {
  demo = await startDemoApi({ port: 0, token });
  server = await startSupervised({ url: demo.url, token });
  login = await logIn(new URL("/mcp", server.origin), scopes);
});
afterAll(async () => {
  await server.stop();
  await demo.close();
});

function client(mode: "auto" | "legacy"): Promise<Client> {
  return connect(new URL("/mcp", server.origin), login, mode);
}

async function call(by: Client, name: string, code: string): Promise<Reply> {
  return readReply(await by.callTool({ name, arguments: { code } }, { timeout: 120_000 })) as Reply;
}

const blocking = (address: string) =>
  `await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value: "${address}" }, notes: "x" } });`;

/** How often the upstream got it: told by the upstream itself. */
async function blocked(address: string): Promise<number> {
  const answer = await fetch(`${demo.url}/access-rules?limit=100&mode=block`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await answer.json()) as { items: { target: { value: string } }[] };
  return items.filter(({ target }) => target.value === address).length;
}

/** An access token, which is written to KV. */
async function makeToken(name: string): Promise<string> {
  const form = new URLSearchParams({ name, days: "1" });
  for (const scope of scopes) form.append("scope", scope);
  const there = "the page of tokens";
  const made = await askPage(`${server.origin}/tokens`, {
    command: "token",
    form,
    there,
    shape: IssuedToken,
  });
  return made.token;
}

function tokenWorks(made: string): Promise<boolean> {
  return fetch(`${server.origin}/mcp`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${made}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  }).then(async (answer) => answer.ok && (await answer.text()).includes("execute"));
}

/** A result is written after it was answered: until it is there. */
async function committed(by: Client, runId: string): Promise<void> {
  await expect
    .poll(async () => (await call(by, "execute", `return await recall("${runId}")`)).error, {
      timeout: 20_000,
    })
    .toBeUndefined();
}

describe(`a server that code stops ${rounds} times`, () => {
  const kept: { made: string; runId: string; mark: string; address: string }[] = [];

  it.for(Array.from({ length: rounds }, (_, round) => ({ round, ...endless[round % endless.length]! })))(
    "comes back, round $round: $what",
    { timeout: 180_000 },
    async ({ round, code }) => {
      const mode = round % 2 === 0 ? "auto" : "legacy";
      const [one, two, three] = await Promise.all([client(mode), client("legacy"), client("auto")]);
      // Committed before: a token in KV, a result in a Durable Object.
      const mark = `mark-${round}-${crypto.randomUUID()}`;
      const made = await makeToken(mark);
      const { runId } = await call(one, "execute", `return "${mark}"`);
      await committed(one, runId);
      const address = `198.51.100.${round + 1}`;
      kept.push({ made, runId, mark, address });

      const restarts = countRestarts();
      const beside = call(two, "execute", "await new Promise((done) => setTimeout(done, 45_000))");
      await new Promise((done) => setTimeout(done, 500));
      const cause = call(one, "execute", `${blocking(address)}\n${code}`);
      await expect.poll(() => blocked(address), { timeout: 20_000 }).toBe(1);
      const later = call(three, "search", `return "${mark}".length`);

      const stopped = await cause;
      expect(stopped.error.kind).toBe("stopped");
      expect(stopped.error.message).toContain("nothing that was committed is lost");
      expect(stopped.requests).toEqual([expect.stringMatching(/^createAccessRule: 201/)]);
      const interrupted = await beside;
      expect(interrupted.error).toMatchObject({ kind: "interrupted" });
      // One that came too late to have begun is simply served late.
      expect((await later).result).toBe(mark.length);
      // Its output comes over another way than its answers.
      await expect.poll(countRestarts).toBe(restarts + 1);

      const after = await client(mode);
      // The ledger keeps the results of the last runs, and the record of every run.
      const lately = kept.slice(-5);
      const recalled = await call(
        after,
        "execute",
        `const all = []; for (const id of ${JSON.stringify(lately.map((before) => before.runId))}) all.push(await recall(id)); return all`,
      );
      expect(recalled.result).toEqual(lately.map((before) => before.mark));
      const { text: records } = await new AtTheConsole(server.origin).open("/runs.jsonl");
      for (const before of kept) {
        expect(records).toContain(before.runId);
        expect(await blocked(before.address)).toBe(1);
      }
      expect(await tokenWorks(made)).toBe(true);
      expect(await tokenWorks(kept[0]!.made)).toBe(true);
      await Promise.all([one.close(), two.close(), three.close(), after.close()]);
    },
  );

  it("ends no process but its own", async () => {
    const other = await fetch(`${inject("origin")}/healthz`);
    expect(other.status).toBe(200);
    expect(() => process.kill(server.pid, 0)).not.toThrow();
  });

  it("says each time what it did and how long it took", () => {
    const times = [...server.output().matchAll(/serves again after (\d+) ms/g)].map(([, ms]) => Number(ms));
    expect(times).toHaveLength(rounds);
  });
});

function countRestarts(): number {
  return server.output().match(/serves again/g)?.length ?? 0;
}
