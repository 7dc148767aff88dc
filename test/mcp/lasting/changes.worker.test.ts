/** What changes under a run in the background while it sleeps, on its real road: the ledger's alarm, slices, isolate and gateway. */
import { createExecutionContext, runDurableObjectAlarm, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, inject, it } from "vitest";
import { beginInBackground } from "../../../src/mcp/lasting/begin.ts";
import { writeManifest } from "../../../src/store/catalogs.ts";
import { refreshCatalogs } from "../../../src/deployment/refresh.ts";
import type { ApiFile } from "../../../src/terms/api-file.ts";
import { openClientId, type Caller } from "../../../src/terms/caller.ts";
import { lastingLimits } from "../../../src/terms/lasting.ts";
import type { DeployedApi } from "../../../src/terms/manifest.ts";
import { connected } from "../../auth/fixture/connected.ts";
import { click } from "../../store/ledger/approvals/on-the-page.ts";
import { upstreamDocument } from "../../gateway/document.ts";
import { deploy, received } from "../../gateway/running.ts";

const hourMs = 60 * 60_000;
const realNow = Date.now;
let aheadMs = 0;
const setClock = (ms: number) => {
  aheadMs = ms;
  Date.now = () => realNow() + aheadMs;
};
afterEach(() => {
  aheadMs = 0;
  Date.now = realNow;
});

let users = 0;
const deployed = (file: Partial<ApiFile> = {}, document: Record<string, unknown> = upstreamDocument) =>
  deploy({ document, file });

/** A user who has begun a run. */
async function begun(code: string, api: DeployedApi, connection?: Partial<Caller>) {
  await received();
  await writeManifest(env.CATALOGS, { apis: [api] });
  const userId = `in the background ${(users += 1)}`;
  const ledger = env.LEDGER.getByName(userId);
  const ctx = createExecutionContext();
  const caller = {
    userId,
    clientId: "c",
    access: { test: ["read" as const, "write" as const, "delete" as const] },
    ...(connection ?? (await connected())),
  };
  const context = { env, ctx, caller, apis: [api], origin: "https://isogate.example" };
  const { said } = await beginInBackground({ code, background: true }, context);
  await waitOnExecutionContext(ctx);
  if (said.error) throw new Error(said.error.message);
  const runId = said.runId!;
  const reaches = async (state: "sleeping" | "waiting") => {
    for (let look = 0; look < 400; look += 1) {
      const now = await ledger.lastingState(runId);
      if (!now) throw new Error(`it has ended: ${JSON.stringify(await ledger.run(runId))}`);
      if (now.state === state) return now;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`it is not ${state}`);
  };
  /** How it ended: the result, or the sentence of the failure. */
  const end = async (withinMs = 20_000): Promise<unknown> => {
    for (const deadline = realNow() + withinMs; realNow() < deadline;) {
      const run = await ledger.run(runId);
      if (run?.ended) {
        const { failure } = run.record;
        if (failure) return failure.sentence;
        return JSON.parse((await ledger.recall(runId, { access: caller.access })) ?? "null");
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error("it does not end");
  };
  const wake = () => runDurableObjectAlarm(ledger);
  return { userId, runId, ledger, reaches, end, wake };
}

async function writes(): Promise<string[]> {
  const { requests } = await received();
  return requests.filter(({ method }) => method !== "GET").map(({ method, url }) => `${method} ${url}`);
}

const code = `const first = (await api.post("/echo", { body: { n: 1 } })).status;
await sleep("1 hour");
const second = await api.delete("/echo").then(({ status }) => status, ({ kind }) => kind);
return [first, second];`;

const without = (method: "post" | "delete") => {
  const { [method]: _gone, ...left } = upstreamDocument.paths["/echo"];
  return { ...upstreamDocument, paths: { ...upstreamDocument.paths, "/echo": left } };
};
const asks: ApiFile["policy"] = [{ effect: "ask", access: "delete" }];

describe("a run that sleeps while what it calls changes", () => {
  it.each<[string, (then: ApiFile) => Promise<DeployedApi>, unknown, string[]]>([
    ["nothing", () => deployed(), [200, 200], ["POST /echo", "DELETE /echo"]],
    [
      "its next operation, which is gone",
      () => deployed({}, without("delete")),
      [200, "unknown-operation"],
      ["POST /echo"],
    ],
    [
      "an operation that it has called, which is gone",
      () => deployed({}, without("post")),
      expect.stringContaining("POST /echo"),
      ["POST /echo"],
    ],
    [
      "a rule, which denies it now",
      () => deployed({ policy: [{ effect: "deny", access: "delete" }] }),
      [200, "denied"],
      ["POST /echo"],
    ],
    [
      "the server, which has moved",
      ({ server }) =>
        deployed({
          server: server!.replace("127.0.0.1", "localhost"),
          allowPrivate: ["127.0.0.1", "localhost"],
        }),
      expect.stringContaining("it did something else than before"),
      ["POST /echo"],
    ],
  ])("%s", async (_, today, want, sent) => {
    const then = await deployed();
    const run = await begun(code, then);
    await run.reaches("sleeping");
    await writeManifest(env.CATALOGS, { apis: [await today(then.file)] });
    setClock(hourMs);
    await run.wake();
    expect(await run.end()).toEqual(want);
    expect(await writes()).toEqual(sent);
  });

  it("the server of what it only reads, which has moved: it reads there from now on", async () => {
    const read = `const times = [];
for (let n = 0; n < 3; n += 1) { await api.get("/echo", { query: { a: String(n) } }); times.push(Date.now()); await sleep("1 hour"); }
return [times.length, (await api.post("/echo", { body: {} })).status]`;
    const then = await deployed();
    const run = await begun(read, then);
    await run.reaches("sleeping");
    const server = then.file.server!.replace("127.0.0.1", "localhost");
    await writeManifest(env.CATALOGS, {
      apis: [await deployed({ server, allowPrivate: ["127.0.0.1", "localhost"] })],
    });
    await received();
    for (let hour = 1; hour < 9; hour += 1) {
      setClock(hour * hourMs);
      await run.wake();
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      if (!(await run.ledger.lastingState(run.runId))) break;
    }
    expect(await run.end()).toEqual([3, 200]);
    expect(await writes()).toEqual(["POST /echo"]);
  }, 60_000);

  it("its API, which is not served any more", async () => {
    const run = await begun(code, await deployed());
    await run.reaches("sleeping");
    await writeManifest(env.CATALOGS, { apis: [] });
    setClock(hourMs);
    await run.wake();
    expect(await run.end()).toEqual(expect.any(String));
    expect(await writes()).toEqual(["POST /echo"]);
  });

  it("a rule, which asks now: it waits for the person, and goes on when they have decided", async () => {
    const run = await begun(code, await deployed());
    await run.reaches("sleeping");
    await writeManifest(env.CATALOGS, { apis: [await deployed({ policy: asks })] });
    setClock(hourMs);
    await run.wake();
    const { link = "" } = await run.reaches("waiting");
    expect(await writes()).toEqual(["POST /echo"]);
    await click(run.ledger, link.split("/").at(-1) ?? "", { do: "approve-listed" });
    await run.wake();
    expect(await run.end()).toEqual([200, 200]);
    expect(await writes()).toEqual(["DELETE /echo"]);
  });

  it("a rule, which does not ask any more: what already waits is sent only when the person has decided", async () => {
    const run = await begun(`await api.delete("/echo"); return "done"`, await deployed({ policy: asks }));
    const { link = "" } = await run.reaches("waiting");
    await writeManifest(env.CATALOGS, { apis: [await deployed()] });
    setClock(hourMs);
    await run.wake();
    await run.reaches("waiting");
    expect(await writes()).toEqual([]);
    await click(run.ledger, link.split("/").at(-1) ?? "", { do: "approve-listed" });
    await run.wake();
    expect(await run.end()).toBe("done");
    expect(await writes()).toEqual(["DELETE /echo"]);
  });
});

/** The document, with another deletion. */
const withDelete = (more: object) => ({
  ...upstreamDocument,
  paths: {
    ...upstreamDocument.paths,
    "/echo": {
      ...upstreamDocument.paths["/echo"],
      delete: { ...upstreamDocument.paths["/echo"].delete, ...more },
    },
  },
});

describe("a run that sleeps while a document loosens what it calls", () => {
  const tagged = withDelete({ tags: ["careful"] });
  const policy: ApiFile["policy"] = [{ effect: "ask", tag: "careful" }];

  it("is asked about as before: such a document is not served by itself", async () => {
    const source = `${inject("upstream")}/type?type=application/json&text=${encodeURIComponent(JSON.stringify(withDelete({})))}`;
    const run = await begun(code, await deployed({ policy, source }, tagged));
    await run.reaches("sleeping");
    expect(await refreshCatalogs(env)).toMatchObject([
      { kind: "kept", reason: expect.stringContaining("DELETE /echo") },
    ]);
    setClock(hourMs);
    await run.wake();
    const { link = "" } = await run.reaches("waiting");
    expect(await run.ledger.waitingThings()).toMatchObject([
      { what: "run", of: link.split("/").at(-1), count: 1 },
    ]);
    expect(await writes()).toEqual(["POST /echo"]);
    await click(run.ledger, link.split("/").at(-1) ?? "", { do: "reject-all", reason: "" });
    await run.wake();
    expect(await run.end()).toEqual([200, "denied"]);
    expect(await writes()).toEqual([]);
  });

  it("waits on with what waits already, if its operator serves the document", async () => {
    const run = await begun(`await api.delete("/echo"); return "done"`, await deployed({ policy }, tagged));
    const { link = "" } = await run.reaches("waiting");
    await writeManifest(env.CATALOGS, { apis: [await deployed({ policy }, withDelete({}))] });
    setClock(hourMs);
    await run.wake();
    expect(await run.reaches("waiting")).toMatchObject({ link });
    expect(await writes()).toEqual([]);
    await click(run.ledger, link.split("/").at(-1) ?? "", { do: "approve-listed" });
    await run.wake();
    expect(await run.end()).toBe("done");
    expect(await writes()).toEqual(["DELETE /echo"]);
  });

  it.each<[what: string, document: Record<string, unknown>, file: Partial<ApiFile>]>([
    ["does more by now", upstreamDocument, { access: { "DELETE /echo/{id}": "write" } }],
    ["counts as reading by now", upstreamDocument, { access: { "DELETE /echo/{id}": "read" } }],
    ["is at another server", upstreamDocument, { server: inject("otherUpstream") }],
  ])(
    "is ended if its user allowed the program, and an operation of it %s: nothing more is sent",
    async (_, today, file) => {
      const onDelete: ApiFile["policy"] = [{ effect: "ask", method: "DELETE" }];
      const allowed = `await api.delete("/echo"); await sleep("1 hour");
for (const id of ["a", "b"]) await api.delete("/echo/{id}", { path: { id } });
await api.post("/echo", { body: {} });`;
      const run = await begun(allowed, await deployed({ policy: onDelete }));
      const { link = "" } = await run.reaches("waiting");
      await click(run.ledger, link.split("/").at(-1) ?? "", { do: "allow-program" });
      await run.wake();
      await run.reaches("sleeping");
      expect(await writes()).toEqual(["DELETE /echo"]);
      await writeManifest(env.CATALOGS, { apis: [await deployed({ policy: onDelete, ...file }, today)] });
      setClock(hourMs);
      await run.wake();
      expect(await run.end()).toMatch(/was not sent/);
      expect(await writes()).toEqual([]);
      expect(await run.ledger.waitingThings()).toEqual([]);
    },
  );
});

it("lets a request's timeout end in the same place in each slice, and what it ended is answered nothing else later", async () => {
  const at = inject("upstream");
  const run = await begun(
    `const seen = [];
const ended = async (what, asked) => seen.push([what, await asked.then(() => "answered", ({ name }) => name)]);
const late = AbortSignal.timeout(60_000);
await ended("slow", fetch("${at}/slow?ms=1500", { signal: AbortSignal.timeout(400) }));
await ended("fast", fetch("${at}/echo", { signal: AbortSignal.timeout(1_900) }));
const stopped = new AbortController();
setTimeout(() => stopped.abort(), 300);
await ended("stopped", fetch("${at}/slow?ms=1600", { signal: stopped.signal }));
await ended("aborted", fetch("${at}/echo", { signal: AbortSignal.abort() }));
// What has ended decides on the next write: another end would send another one.
await api.post("/echo", { body: { seen: JSON.stringify(seen), late: late.aborted } });
await sleep("1 hour");
seen.push(late.aborted, late.reason.name);
return seen;`,
    await deployed(),
  );
  await run.reaches("sleeping");
  for (let slice = 0; slice < 3; slice += 1) await run.wake();
  setClock(2 * hourMs);
  await run.wake();
  expect(await run.end()).toEqual([
    ["slow", "TimeoutError"],
    ["fast", "answered"],
    ["stopped", "AbortError"],
    ["aborted", "AbortError"],
    true,
    "TimeoutError",
  ]);
}, 30_000);

describe("a grant that is revoked during a slice", () => {
  const during = (ms: number) =>
    `await api.post("/echo", { body: { n: 1 } });
await api.get("/slow", { query: { ms: "${ms}" } });
await api.delete("/echo").catch(() => {});
await api.delete("/echo").catch(() => {});
await sleep("1 hour");
await api.post("/echo", { body: { n: 2 } });`;
  let grants = 0;

  /** A run of a connection, and what ends it. */
  async function begunConnected(program: string) {
    const key = `connection-of-a-test:${(grants += 1)}`;
    const run = await begun(program, await deployed(), await connected(key));
    const { ledger } = run;
    const ends: Record<string, () => Promise<unknown>> = {
      "by its person, in the console": async () => {
        await env.OAUTH_KV.delete(key);
        await ledger.disconnect("c");
      },
      "by its client, of which the ledger hears nothing": () => env.OAUTH_KV.delete(key),
      "in the ledger, before KV shows it": async () => ledger.disconnect("c"),
    };
    return { ...run, ends };
  }
  const arrived = async (count: number) => {
    const all: string[] = [];
    for (const until = realNow() + 10_000; all.length < count && realNow() < until;) {
      all.push(...(await writes()));
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return all;
  };

  it.each([
    "by its person, in the console",
    "by its client, of which the ledger hears nothing",
    "in the ledger, before KV shows it",
  ])(
    "%s ends the run, and says so; nothing is sent afterwards, and nothing twice",
    async (how) => {
      const run = await begunConnected(during(2_500));
      expect(await arrived(1)).toEqual(["POST /echo"]);
      await run.ends[how]!();
      expect(await run.end()).toContain("The run was ended: its connection was ended.");
      // What was under way in the isolate has had its time.
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      setClock(2 * hourMs);
      await run.wake();
      expect(await writes()).toEqual([]);
      expect(await run.ledger.lastingState(run.runId)).toBeNull();
      const { record } = (await run.ledger.run(run.runId)) as {
        record: { outcome: string; requests: { operation: string; outcome: string }[] };
      };
      expect(record.outcome).toBe("canceled");
      expect(record.requests[0]).toMatchObject({ operation: "postEcho", outcome: "answered" });
      expect(
        record.requests.some(
          ({ operation, outcome }) => operation === "deleteEcho" && outcome === "answered",
        ),
      ).toBe(false);
    },
    40_000,
  );

  it("while a write is under way: its record says that nobody knows what became of it", async () => {
    const run = await begunConnected(
      `await api.post("/slow", { query: { ms: "2500" } }); await api.delete("/echo");`,
    );
    expect(await arrived(1)).toEqual(["POST /slow?ms=2500"]);
    await run.ends["by its person, in the console"]!();
    expect(await run.end()).toContain("its connection was ended");
    const { record } = (await run.ledger.run(run.runId)) as {
      record: { requests: { operation: string; outcome: string }[] };
    };
    expect(record.requests).toMatchObject([{ operation: "postSlow", outcome: "unknown" }]);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(await writes()).toEqual([]);
  }, 30_000);
});

it("what was begun without a login sends nothing where there is one now", async () => {
  const run = await begun(`await api.post("/echo", { body: {} })`, await deployed(), {
    clientId: openClientId("Claude"),
  });
  expect(await run.end()).toContain("The run was ended: its connection was ended.");
  expect(await writes()).toEqual([]);
});

describe("a clock that is set", () => {
  const waits = `const begun = Date.now(); await sleep("1 hour"); await api.post("/echo", { body: {} });
return Math.round((Date.now() - begun) / ${hourMs});`;

  it("back: it sleeps until its time by the new clock, and its own never goes back", async () => {
    const run = await begun(waits, await deployed());
    const { untilMs } = await run.reaches("sleeping");
    setClock(-24 * hourMs);
    await run.wake();
    expect(await run.reaches("sleeping")).toMatchObject({ untilMs });
    expect(await writes()).toEqual([]);
    setClock(hourMs);
    await run.wake();
    expect(await run.end()).toBe(1);
    expect(await writes()).toEqual(["POST /echo"]);
  });

  it("back between two answers: the second is not earlier than the first", async () => {
    const run = await begun(
      `const times = [];
for (let n = 0; n < 3; n += 1) { await api.get("/echo"); times.push(Date.now()); await sleep("1 hour"); }
return times.every((time, n) => n === 0 || time >= times[n - 1])`,
      await deployed(),
    );
    for (const ms of [hourMs, -hourMs, 3 * hourMs, 4 * hourMs, 5 * hourMs]) {
      await run.reaches("sleeping");
      setClock(ms);
      await run.wake();
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (!(await run.ledger.lastingState(run.runId))) break;
    }
    expect(await run.end()).toBe(true);
  });

  it("far ahead: it ends after its longest time, and says so", async () => {
    const run = await begun(waits, await deployed());
    await run.reaches("sleeping");
    setClock(lastingLimits.maxMs + hourMs);
    await run.wake();
    expect(await run.end()).toContain("The run was ended after 30 days.");
    expect(await writes()).toEqual([]);
  });
});

describe("a run in the background", () => {
  it("that several schedulers begin at once has one slice, and sends each write once", async () => {
    const run = await begun(code, await deployed());
    await run.reaches("sleeping");
    setClock(hourMs);
    const goOn = (): Promise<void> => exports.LastingRuns.goOn(run.userId, run.runId);
    await Promise.all([run.wake(), goOn(), goOn(), run.wake(), goOn()]);
    expect(await run.end()).toEqual([200, 200]);
    expect((await writes()).toSorted()).toEqual(["DELETE /echo", "POST /echo"]);
  });

  it.each([
    ["that sleeps without an end", "for (;;) await sleep(0);"],
    ["that does not mind being told so", "for (;;) await sleep(0).catch(() => {});"],
  ])(
    "%s is ended at a limit",
    async (_, endless) => {
      const run = await begun(endless, await deployed());
      expect(await run.end(100_000)).toMatch(/limit|did not finish within/);
    },
    110_000,
  );
});
