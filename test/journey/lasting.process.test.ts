/**
 * Runs in the background, with a real client and a server that is killed and started again in the middle. Whatever
 * happens, the API gets exactly the writes of one run.
 */
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, logIn } from "../setup/connect.ts";
import { readReply, type Reply } from "../setup/read-reply.ts";
import { AtTheConsole } from "./fixture/at-the-console.ts";
import { startCareful, type CarefulServer } from "./fixture/careful-server.ts";

let server: CarefulServer;
let client: Client;
let person: AtTheConsole;

beforeAll(async () => {
  server = await startCareful();
  client = await connect(server.mcp, await logIn(server.mcp, ["demo:read", "demo:write", "demo:delete"]));
  person = new AtTheConsole(server.origin);
});
afterAll(() => server?.stop());

const timeoutMs = 240_000;
const tag = () => `t${Math.random().toString(36).slice(2, 10)}`;

async function call(code: string, background?: boolean): Promise<Reply> {
  const given = { code, ...(background && { background }) };
  return readReply(await client.callTool({ name: "execute", arguments: given }));
}

async function begin(code: string): Promise<string> {
  const reply = await call(code, true);
  expect(reply.error, reply.text).toBeUndefined();
  return reply.runId;
}

interface Progress {
  running?: string;
  state?: string;
  link?: string;
  requests?: number;
}

/** What `recall` says at last: the result, or `failed` with the failure. */
async function ended(runId: string): Promise<unknown> {
  for (let look = 0; look < 12; look += 1) {
    const reply = await call(`return await recall("${runId}")`);
    if (reply.error) return { failed: reply.error.message };
    const progress = reply.result as Progress | null;
    if (progress?.running !== runId) return reply.result;
  }
  throw new Error("it did not end");
}

/** Until the run says this of itself. */
async function reaches(runId: string, is: (progress: Progress) => boolean): Promise<Progress> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const { text } = await person.open(`/runs/${runId}/record`);
    const { progress = {} } = JSON.parse(text) as { progress?: Progress };
    if (is(progress)) return progress;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it did not come to that");
}

const posts = (mark: string) =>
  server.arrived.filter(({ method, body }) => method === "POST" && body.includes(mark));

const head = (mark: string) => `const zone = (await api.get("/zones")).data.items[0];
const path = { zone_id: zone.id };
const make = async (n) => (await api.post("/zones/{zone_id}/dns-records", { path,
  body: { type: "TXT", name: "${mark}-" + n + "-" + crypto.randomUUID().slice(0, 8) + "." + zone.name, content: n + " " + new Date().toISOString() + " " + Math.random(), ttl: 300 } })).data;
`;

describe("a run in the background", () => {
  it(
    "goes on after the reply, over sleeps, an approval and restarts, with the writes of one run",
    async () => {
      const mark = tag();
      const runId = await begin(`${head(mark)}const begun = Date.now();
const [a, b] = await Promise.all([make("a"), (async () => { await sleep("4 seconds"); return make("b"); })()]);
await sleep("3 s");
await api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { ...path, record_id: a.id } });
await until(new Date(Date.now() + 3_000));
const c = await make("c");
return { made: [a, b, c].map(({ content }) => content), tookMs: Date.now() - begun };`);
      await reaches(runId, ({ state }) => state === "sleeping");
      expect(posts(mark)).toHaveLength(1);
      await server.crash();
      const { link = "" } = await reaches(runId, ({ state }) => state === "waiting");
      expect(server.deletions()).toHaveLength(0);
      await server.crash();
      await person.send(new URL(link).pathname, { do: "approve-listed" });
      await reaches(runId, ({ state }) => state === "sleeping");
      expect(server.deletions()).toHaveLength(1);
      await server.crash();
      const result = (await ended(runId)) as { made: string[]; tookMs: number };
      const sent = posts(mark).map(({ body }) => (JSON.parse(body) as { content: string }).content);
      expect(sent).toHaveLength(3);
      expect(new Set(sent).size).toBe(3);
      expect(result.made).toEqual(sent);
      expect(server.deletions()).toHaveLength(1);
      expect(result.tookMs).toBeGreaterThanOrEqual(10_000);
    },
    timeoutMs,
  );

  it(
    "that is killed while a write is under way asks the person, and sends it again only if they say so",
    async () => {
      const mark = tag();
      const runId = await begin(`${head(mark)}const { id } = await make("a");
const removed = await api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { ...path, record_id: id } }).catch((error) => error);
await make("b");
return removed.status`);
      const { link = "" } = await reaches(runId, ({ state }) => state === "waiting");
      const page = new URL(link).pathname;
      server.forget();
      const release = server.hold();
      await person.send(page, { do: "approve-listed" });
      await until(() => server.deletions().length === 1);
      await server.crash();
      release();
      await untilAsync(async () => (await person.open(page)).text.includes("Sent, outcome unknown"));
      expect(await reaches(runId, ({ state }) => state === "waiting")).toMatchObject({ link });
      expect(server.deletions()).toHaveLength(1);
      expect(posts(`${mark}-b`)).toHaveLength(0);
      const [request] = await person.requestsOf(page);
      await person.send(page, { do: "send-again", request: request! });
      // The API had done it after all, and says so: sent once more, as the person wanted.
      expect(await ended(runId)).toBe(404);
      expect(server.deletions()).toHaveLength(2);
      expect(posts(`${mark}-b`)).toHaveLength(1);
    },
    timeoutMs,
  );

  const runs = Number(process.env["LASTING_ROUNDS"] ?? 4);
  it(
    `sends no write twice and loses none, whenever it is killed (${runs} runs)`,
    async () => {
      for (let left = runs; left > 0; left -= 10) {
        const begun = await Promise.all(
          Array.from({ length: Math.min(10, left) }, async () => {
            const mark = tag();
            const runId = await begin(`${head(mark)}const made = [];
const worker = async (name) => {
  for (let n = 0; n < 3; n += 1) {
    made.push((await make(name + n)).content);
    await sleep(Math.floor(Math.random() * 3_000));
  }
};
await Promise.all([worker("x"), worker("y")]);
return made`);
            return { mark, runId };
          }),
        );
        for (let crash = 0; crash < 3; crash += 1) {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 4_000));
          await server.crash();
        }
        for (const { mark, runId } of begun) {
          const told = await endedOrDecided(runId, mark);
          const sent = posts(mark).map(({ body }) => (JSON.parse(body) as { content: string }).content);
          expect(new Set(sent).size, `${runId} sent twice`).toBe(sent.length);
          // One that was under way when the server died: nobody can give its answer to the code any more.
          if ("arrived" in (told as object)) continue;
          expect(sent, JSON.stringify(told)).toHaveLength(6);
          expect((told as string[]).toSorted()).toEqual(sent.toSorted());
        }
      }
    },
    timeoutMs * Math.ceil(runs / 10),
  );

  it(
    "tells code that sleeps for no time or too long, and does not mind one that is over",
    async () => {
      const runId = await begin(
        `const said = [];
for (const bad of [NaN, "soon", Infinity, "400 days", null, {}, "-1 h"])
  try { await sleep(bad); said.push("slept") } catch ({ name, message }) { said.push(name + ": " + message) }
for (const bad of [NaN, "tomorrow-ish", new Date(NaN), undefined])
  try { await until(bad); said.push("slept") } catch ({ name, message }) { said.push(name + ": " + message) }
await sleep(-5); await sleep(0); await until(0); await until("2001-01-01T00:00:00Z");
try { await state.x; } catch ({ message }) { said.push(message) }
return said`.replace("await state.x", "await globalThis['st' + 'ate']"),
      );
      const said = (await ended(runId)) as string[];
      expect(said.map((one) => one.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z(?=[,.])/g, "<date>")))
        .toMatchInlineSnapshot(`
        [
          "TypeError: sleep takes a time such as "90 seconds", "2 hours" or "1 day", or milliseconds, not NaN.",
          "TypeError: sleep takes a time such as "90 seconds", "2 hours" or "1 day", or milliseconds, not "soon".",
          "RangeError: A run in the background ends after 30 days, on <date>, and this would sleep until the end of time.",
          "RangeError: A run in the background ends after 30 days, on <date>, and this would sleep until <date>.",
          "TypeError: sleep takes a time such as "90 seconds", "2 hours" or "1 day", or milliseconds, not null.",
          "TypeError: sleep takes a time such as "90 seconds", "2 hours" or "1 day", or milliseconds, not [object Object].",
          "TypeError: sleep takes a time such as "90 seconds", "2 hours" or "1 day", or milliseconds, not "-1 h".",
          "TypeError: until takes a Date, a text such as "2026-12-24T08:00:00Z", or milliseconds since 1970, not NaN.",
          "TypeError: until takes a Date, a text such as "2026-12-24T08:00:00Z", or milliseconds since 1970, not "tomorrow-ish".",
          "TypeError: until takes a Date, a text such as "2026-12-24T08:00:00Z", or milliseconds since 1970, not Invalid Date.",
          "TypeError: until takes a Date, a text such as "2026-12-24T08:00:00Z", or milliseconds since 1970, not undefined.",
          "state is not there in a run in the background.",
        ]
      `);
    },
    timeoutMs,
  );

  it(
    "is the same run each time: its order, its clock and its random numbers",
    async () => {
      const runId = await begin(`const log = [];
const note = (what) => log.push(what + "@" + (Date.now() % 1e9) + "#" + Math.random().toFixed(6));
const paths = ["/account", "/zones", "/audit-log", "/access-rules"];
const first = await Promise.race(paths.map(async (path) => { await api.get(path); note(path); return path; }));
note("first " + first);
await Promise.all([
  (async () => { await sleep("3 s"); note("long"); await api.get("/zones"); note("after long"); })(),
  (async () => { for (let n = 0; n < 3; n += 1) { await sleep(300); note("short " + n); } })(),
  new Promise((resolve) => setTimeout(() => { note("timer"); resolve(); }, 700)),
]);
const before = [...log];
note(crypto.randomUUID());
console.log(JSON.stringify(log));
await sleep("3 s");
return { log, same: JSON.stringify(before) === JSON.stringify(log.slice(0, before.length)) }`);
      const { log } = (await ended(runId)) as { log: string[] };
      const { text } = await person.open(`/runs/${runId}/record`);
      const { logs } = JSON.parse(text) as { logs: { text: string }[] };
      // Printed by the last of three slices, and with what the two before it found.
      expect(JSON.parse(logs[0]!.text)).toEqual(log);
      const times = log.map((line) => Number(/@(\d+)#/.exec(line)?.[1]));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(log.map((line) => line.split("@")[0]!.replace(/[0-9a-f-]{36}/, "id")).slice(5)).toEqual([
        "short 0",
        "short 1",
        "timer",
        "short 2",
        "long",
        "after long",
        "id",
      ]);
    },
    timeoutMs,
  );

  it(
    "is ended by its person, by code and with its connection; nothing more is sent",
    async () => {
      const mark = tag();
      const loop = `${head(mark)}for (;;) { await make("x"); await sleep("3 s"); }`;
      const [byPerson, byCode] = [await begin(loop), await begin(loop)];
      await Promise.all([byPerson, byCode].map((id) => reaches(id, ({ state }) => state === "sleeping")));
      expect((await person.open(`/runs/${byPerson}`)).text).toContain("It sleeps until");
      await person.sendFrom(`/runs/${byPerson}`, `/runs/${byPerson}/cancel`, {});
      const searched = await client.callTool({
        name: "search",
        arguments: { code: `return await recall("${byCode}").cancel()` },
      });
      expect(readReply(searched).error?.message).toContain("search and a plan end no run");
      expect((await call(`return recall("${byCode}").cancel()`)).result).toEqual({ canceled: true });
      const sent = posts(mark).length;
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(posts(mark)).toHaveLength(sent);
      expect(await ended(byPerson)).toEqual({
        failed: expect.stringContaining("The user ended this run") as string,
      });
      expect((await person.open(`/runs/${byCode}`)).text).toContain("Canceled");
      const other = await connect(
        server.mcp,
        await logIn(server.mcp, ["demo:read", "demo:write"], "to be ended"),
      );
      const reply = readReply(
        await other.callTool({ name: "execute", arguments: { code: loop, background: true } }),
      );
      await reaches(reply.runId, ({ state }) => state === "sleeping");
      const connections = await person.open("/connections");
      const form = connections.text
        .split("<form")
        .find((one) => one.includes("/connections/revoke") && one.includes('name="id"') && true);
      expect(form).toBeDefined();
      const mine = connections.text.split("to be ended")[1]!;
      const id = /name="id" value="([^"]+)"/.exec(mine)?.[1] ?? "";
      await person.sendFrom("/connections", "/connections/revoke", { id });
      expect((await person.open(`/runs/${reply.runId}`)).text).toContain("its connection was ended");
      await other.close();
    },
    timeoutMs,
  );
});

/** As `ended`; where a write was under way when the server died, the person looks into the API and says. */
async function endedOrDecided(runId: string, mark: string): Promise<unknown> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline;) {
    const { text } = await person.open(`/runs/${runId}/record`);
    const { progress, outcome } = JSON.parse(text) as { progress?: Progress; outcome: string };
    if (outcome === "ok") return (await call(`return await recall("${runId}")`)).result;
    if (!progress) return JSON.parse(text);
    if (progress.link === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    const page = new URL(progress.link).pathname;
    for (const request of await person.requestsOf(page)) {
      const shown = (await person.open(page)).text;
      const content = /[xy]\d \d{4}-[^\s&<"\\]+ 0\.\d+/.exec(
        shown.split("Sent, outcome unknown")[1] ?? "",
      )?.[0];
      const has = content !== undefined && posts(mark).some(({ body }) => body.includes(content));
      if (has) return { arrived: content };
      await person.send(page, { do: "send-again", request });
    }
  }
  throw new Error("it did not end");
}

const until = (what: () => boolean) => untilAsync(async () => what());

async function untilAsync(what: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await what());) {
    if (Date.now() > deadline) throw new Error("it did not come to that");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
