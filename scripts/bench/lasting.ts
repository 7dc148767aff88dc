/** What runs in the background cost while they sleep, how soon they go on, and what they cost runs that are none. */
import { setTimeout as sleep } from "node:timers/promises";
import { descendantsOf, usageOf } from "../../src/cli/supervisor/processes.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";
import { lastingLimits } from "../../src/terms/lasting.ts";
import { buildCopy, type Change } from "../build/copy.ts";
import { lower, median, pairedRatio, type Chapter, type Figures, type Say } from "./figure.ts";
import { withFolder, withServer, type BenchServer } from "./server.ts";
import { withUpstream, type Upstream } from "./upstream.ts";

const sleepers = 1_000;
const answers = 500;

/** A rule that asks: what a run can call is read from its code. */
const file: Partial<ApiFile> = {
  budgets: { requests: 10 * answers },
  policy: [{ effect: "ask", access: ["write", "delete"] }],
};

export const lasting: Chapter = (say) =>
  withFolder((folder) =>
    withUpstream(file, folder, async (upstream) => ({
      ...(await withFolder((stateFolder) => asleep(upstream, stateFolder, say))),
      ...(await withServer({ apis: [upstream.api] }, (server) => resumed(server, say))),
      ...(await added(upstream, folder, say)),
    })),
  );

interface Run {
  user: string;
  runId: string;
}
type Look = { state: string } | { result: string | null; failure: string | null };

const begin = async ({ post }: BenchServer, user: string, code: string): Promise<Run> => ({
  user,
  runId: await post("/lasting/begin", JSON.stringify({ user, code })),
});

const look = async ({ post }: BenchServer, runs: Run[]) =>
  JSON.parse(await post("/lasting/look", JSON.stringify(runs))) as Look[];

/** @returns the results, in the order of the runs */
async function ended(server: BenchServer, runs: Run[], withinMs = 120_000): Promise<unknown[]> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(500)) {
    const looks = await look(server, runs);
    const results = looks.flatMap((one) => ("state" in one ? [] : [one]));
    const failed = results.find(({ failure }) => failure !== null);
    if (failed) throw new Error(`a run failed: ${failed.failure}`);
    if (results.length === runs.length) return results.map(({ result }) => JSON.parse(result ?? "null"));
  }
  throw new Error("runs in the background did not end");
}

/** Runs asleep on the disk of a server that was started after they had fallen asleep, and how soon others are woken there. */
async function asleep({ api }: Upstream, stateFolder: string, say: Say): Promise<Figures> {
  const apis = [api];
  const before = await withServer({ apis, stateFolder }, idle);
  await withServer({ apis, stateFolder }, async (server) => {
    const code = `const { data } = await api.get("/things/{id}", { path: { id: 1 } }); await sleep("1 day"); return data;`;
    const runs: Run[] = [];
    while (runs.length < sleepers) {
      const user = `sleeper ${Math.floor(runs.length / lastingLimits.atOnce)}`;
      const several = Array.from({ length: 5 }, () => begin(server, user, code));
      runs.push(...(await Promise.all(several)));
    }
    while ((await look(server, runs)).some((one) => !("state" in one) || one.state !== "sleeping"))
      await sleep(1_000);
  });
  say(`${sleepers.toLocaleString("en-US")} runs sleep`);
  return withServer({ apis, stateFolder }, async (server) => {
    const after = await idle(server);
    say(
      `idle without them ${before.megabytes.toFixed(1)} MB and ${before.cpuMs.toFixed(0)} ms of processor time in ` +
        `${idleMs / 1_000} s, with them ${after.megabytes.toFixed(1)} MB and ${after.cpuMs.toFixed(0)} ms`,
    );
    const apart = await woken(server, 40, 300);
    const together = await woken(server, lastingLimits.atOnce, 0);
    say(
      `late by: one after the other ${shown(apart)}; ${lastingLimits.atOnce} of one user at once ${shown(together)}`,
    );
    return {
      "lasting.asleep.memory": lower(
        after.megabytes - before.megabytes,
        `MB more, for ${sleepers.toLocaleString("en-US")} that sleep`,
        2,
      ),
      "lasting.asleep.processor": lower(
        ((after.cpuMs - before.cpuMs) / idleMs) * 100,
        `% of a core more, for ${sleepers.toLocaleString("en-US")} that sleep`,
        0.1,
      ),
      "lasting.woken.apart": lower(
        Math.max(...apart) / 1_000,
        "s late, the latest of 40 one after the other",
        2,
      ),
      "lasting.woken.together": lower(
        Math.max(...together) / 1_000,
        `s late, the latest of ${lastingLimits.atOnce} of one user at once`,
        2,
      ),
    };
  });
}

const shown = (all: number[]) =>
  `${median(all).toFixed(0)} ms (median), ${Math.max(...all).toFixed(0)} ms (latest)`;

/** After a start, what was needed for it is let go. */
const settlesMs = 15_000;
const idleMs = 30_000;

async function idle(server: BenchServer): Promise<{ cpuMs: number; megabytes: number }> {
  await sleep(settlesMs);
  const began = await used(server.runtime());
  await sleep(idleMs);
  const over = await used(server.runtime());
  return { cpuMs: over.cpuMs - began.cpuMs, megabytes: over.megabytes };
}

async function used(group: number): Promise<{ cpuMs: number; megabytes: number }> {
  const pids = [group, ...((await descendantsOf(group)) ?? []).map(({ pid }) => pid)];
  const sum = { cpuMs: 0, megabytes: 0 };
  for (const pid of pids) {
    const usage = await usageOf(pid);
    if (typeof usage !== "object") continue;
    sum.cpuMs += usage.cpuMs;
    sum.megabytes += usage.memoryBytes / 2 ** 20;
  }
  return sum;
}

/** @returns by how many milliseconds each was late: until it had the answer of its first request after its time */
async function woken(server: BenchServer, count: number, apartMs: number): Promise<number[]> {
  const firstAt = Date.now() + 8_000;
  const runs: Run[] = [];
  for (let n = 0; n < count; n += 1) {
    const at = firstAt + n * apartMs;
    const code = `await until(${at}); await api.get("/things/{id}", { path: { id: ${n} } }); return Date.now() - ${at};`;
    runs.push(await begin(server, apartMs > 0 ? `woken ${n}` : "woken together", code));
  }
  return (await ended(server, runs)) as number[];
}

/** How long it takes until code that had got so many answers before has got all of them again. */
async function resumed(server: BenchServer, say: Say): Promise<Figures> {
  const get = `(id) => api.get("/things/{id}", { path: { id } })`;
  const ways = {
    "one after the other": `for (let n = 0; n < ${answers}; n += 1) await get(n);`,
    "25 at a time": `for (let n = 0; n < ${answers}; n += 25) await Promise.all(Array.from({ length: 25 }, (_, more) => get(n + more)));`,
  };
  const times: number[] = [];
  for (const [way, all] of Object.entries(ways)) {
    const late: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const code = `const get = ${get}; ${all} const at = Date.now() + 4_000; await until(at); return Date.now() - at;`;
      late.push(...((await ended(server, [await begin(server, "resumed", code)])) as number[]));
    }
    say(`${answers} answers, ${way}: resumed after ${shown(late)}`);
    times.push(median(late));
  }
  return {
    "lasting.resumed": lower(Math.max(...times) / 1_000, `s, until ${answers} answers are there again`, 1),
  };
}

/**
 * What a plain run has of runs in the background: its globals have more names. The rest of it is shipped to no such run, and what its
 * code can call is only read when a person is to decide.
 */
const without: Change[] = [
  {
    file: "src/sandbox/guest/globals.ts",
    from: '    values["sleep"] = () => inBackground(lasting).sleep;\n',
    to: "",
  },
  {
    file: "src/sandbox/guest/globals.ts",
    from: '    values["until"] = () => inBackground(lasting).until;\n',
    to: "",
  },
  {
    file: "src/sandbox/guest/globals.ts",
    from: `    for (const name of lasting ? (isKept ? notKept : notLasting) : [])
      values[name] = () => notInBackground(name);
`,
    to: "",
  },
];

/** Calls one after the other, so that what a run leaves to be done after its answer is a part of it. */
const inARow = 10;
const rounds = 100;

/** What an ordinary `execute` costs more than in a build that has neither runs in the background nor capabilities. */
async function added({ api }: Upstream, folder: string, say: Say): Promise<Figures> {
  const config = await buildCopy(`${folder}/without`, without, "scripts/bench/wrangler.jsonc");
  const code = `const { data } = await api.get("/things/{id}", { path: { id: 7 } }); return data.name`;
  const row = async ({ post }: BenchServer) => {
    for (let n = 0; n < inARow; n += 1) await post("/execute", code);
  };
  return withServer({ apis: [api] }, (now) =>
    withServer({ apis: [api], worker: { config } }, async (before) => {
      const processor = async (server: BenchServer) => (await used(server.runtime())).cpuMs;
      const [nowBefore, beforeBefore] = [await processor(now), await processor(before)];
      const { ratio, error } = await pairedRatio(
        () => row(now),
        () => row(before),
        rounds,
      );
      const percent = (part: number) => (part * 100).toFixed(2);
      // What else runs on the machine delays an answer, and is no part of the processor time of a server.
      const spent = (await processor(now)) - nowBefore;
      const more = spent / ((await processor(before)) - beforeBefore) - 1;
      say(
        `an execute of one request costs ${percent(more)} % more processor time; it took ${percent(ratio - 1)} % longer, ` +
          `give or take ${percent(error)} %`,
      );
      return {
        "lasting.execute.added": lower(more * 100, "% of the processor time of an execute of one request", 1),
      };
    }),
  );
}
