/** What grows with the number of operations and of APIs, and what does not; start-up and compile time on the way. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareApi, type PreparedApi } from "../scripts/lib/apis.ts";
import { freePort, startLocalServer } from "../scripts/lib/local-server.ts";
import { higher, lower, medianTimes, type Chapter, type Figures } from "./figure.ts";
import { listedTokens } from "./listed.ts";
import { slice } from "./subjects.ts";

const sizes = [100, 1_000, 5_000, 22_361];
const apiCounts = [1, 5, 20];
const rounds = 15;

/** What a model asks first, of one API and of several. */
const question = `return find("create an issue", { limit: 3 }).map((op) => describe(op).length)`;

export const growth: Chapter = {
  name: "growth",
  async measure(say) {
    const figures: Figures = {};
    for (const size of sizes) {
      const began = process.cpuUsage();
      const prepared = await prepareApi(await slice("edge", size));
      const { user, system } = process.cpuUsage(began);
      const compileMs = (user + system) / 1_000;
      const { startMs, ratio } = await measureSearch([prepared]);
      const key = `growth.operations${size}`;
      figures[`${key}.compile`] = lower(compileMs, "ms of CPU time, read and compiled");
      figures[`${key}.start`] = lower(startMs, "ms from nothing to the first answer, catalog uploaded");
      figures[`${key}.searchOverEmpty`] = lower(ratio, "x empty isolate");
      say(
        `${size} operations: compiled in ${compileMs.toFixed(0)} ms, up in ${startMs.toFixed(0)} ms, a search ${ratio.toFixed(2)} x an empty isolate`,
      );
    }
    const one = await prepareApi(await slice("edge", 50));
    for (const count of apiCounts) {
      const apis = Array.from({ length: count }, (_, number) => ({
        ...one,
        api: { ...one.api, name: `edge${number}` },
      }));
      const tokens = await listedTokens(apis);
      const { ratio } = await measureSearch(apis);
      figures[`growth.apis${count}.tokens`] = lower(
        tokens,
        "o200k tokens, both tools and the instructions",
        1_000,
      );
      figures[`growth.apis${count}.searchOverEmpty`] = lower(ratio, "x empty isolate");
      say(`${count} APIs: ${tokens} tokens, a search ${ratio.toFixed(2)} x an empty isolate`);
    }
    const first = figures[`growth.operations${sizes[0]}.searchOverEmpty`]!.value;
    const last = figures[`growth.operations${sizes.at(-1)}.searchOverEmpty`]!.value;
    figures["growth.operations"] = higher(
      sizes.at(-1)! / sizes[0]! / (last / first),
      "x more operations per x more time",
    );
    return figures;
  },
};

async function measureSearch(apis: PreparedApi[]): Promise<{ startMs: number; ratio: number }> {
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  const began = performance.now();
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis,
    secrets: {},
    stateFolder,
    config: "bench/wrangler.jsonc",
  });
  const post = async (path: string, body: string) => {
    const response = await fetch(server.origin + path, { method: "POST", body });
    const text = await response.text();
    if (!response.ok || text.includes('"isError":true')) throw new Error(`${path}: ${text.slice(0, 300)}`);
  };
  try {
    await post("/isogate", question);
    const startMs = performance.now() - began;
    const { empty, search } = await medianTimes(
      { empty: () => post("/empty", ""), search: () => post("/isogate", question) },
      rounds,
    );
    return { startMs, ratio: search / empty };
  } finally {
    await server.stop();
    await rm(stateFolder, { recursive: true, force: true });
  }
}
