/** The check of code before it runs: its two stages, what it adds to an execute, and the memory that it needs. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startDemoApi } from "../demo/server.ts";
import { prepareApi } from "../scripts/lib/apis.ts";
import { freePort, startLocalServer } from "../scripts/lib/local-server.ts";
import { examine } from "../src/check/examine.ts";
import { parseProgram } from "../src/check/parse.ts";
import { checkInput } from "../src/check/types/suspect.ts";
import { declarationOf } from "../src/check/types/declarations.ts";
import { openSnippetApi } from "../test/check/fixture/documents.ts";
import { rightSnippets } from "../test/check/snippets/right.ts";
import { lower, median, medianTimes, type Chapter, type Figures } from "./figure.ts";

const token = "bench-token";
const rounds = 40;
/** Old space that the type checker has to live in, for all programs one after the other. */
const memoryMegabytes = 64;

const oneRequest = `const { data } = await api.get("/zones", { query: { status: "active", limit: 10 } });
return data.items.map((zone) => ({ id: zone.id, name: zone.name }));`;

/** Parsed programs with the document that each is for. */
async function programs() {
  return Promise.all(
    rightSnippets.map(async ({ api, code }) => {
      const parsed = parseProgram(code);
      if (!parsed.ok) throw new Error(`does not parse: ${code}`);
      return { program: parsed.program, api: await openSnippetApi(api) };
    }),
  );
}

export const check: Chapter = {
  name: "check",
  async measure(say) {
    const all = await programs();
    const times = { arguments: [] as number[], declarations: [] as number[] };
    for (let round = 0; round < 4; round++)
      for (const { program, api } of all) {
        const began = performance.now();
        const { called } = examine(program, [api]);
        const judged = performance.now();
        for (const [number, one] of called.entries()) declarationOf(one, number);
        // The first rounds parse the documents' chunks and compile our own code.
        if (round < 2) continue;
        times.arguments.push(judged - began);
        if (called.length > 0) times.declarations.push((performance.now() - judged) / called.length);
      }
    const inputs = all.flatMap(
      ({ program, api }) => checkInput(program, examine(program, [api]).called) ?? [],
    );
    const hosted = await measureHosted(inputs, say);
    const fits = await fitsInto(memoryMegabytes, inputs);
    const figures: Figures = {
      "check.arguments": lower(median(times.arguments), "ms", 1),
      "check.declarations": lower(median(times.declarations), "ms per operation", 1),
      ...hosted,
      "check.types.memory": lower(
        fits ? memoryMegabytes : Number.POSITIVE_INFINITY,
        "MB old space",
        memoryMegabytes,
      ),
    };
    for (const [key, { value, unit }] of Object.entries(figures)) say(`${key}: ${value.toFixed(2)} ${unit}`);
    return figures;
  },
};

/** What has to be measured in workerd, from outside: clocks stand still in there. */
async function measureHosted(inputs: unknown[], say: (line: string) => void): Promise<Figures> {
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  const demo = await startDemoApi({ port: 0, token });
  const withCheck = async (level: "block" | "off") => {
    const file = {
      source: "demo/openapi.yaml",
      server: demo.url,
      allowHttp: true,
      allowPrivate: ["127.0.0.1"],
      credential: { from: "shared" as const, secrets: { bearer: "DEMO_TOKEN" } },
      check: level,
    };
    return startLocalServer({
      host: "127.0.0.1",
      port: await freePort(),
      apis: [await prepareApi({ name: "demo", file, folder: join(import.meta.dirname, "..") })],
      secrets: { DEMO_TOKEN: token },
      stateFolder: join(stateFolder, level),
      config: "bench/wrangler.jsonc",
    });
  };
  const checked = await withCheck("block");
  const unchecked = await withCheck("off");
  try {
    const post = async (origin: string, path: string, body: string) => {
      const response = await fetch(origin + path, { method: "POST", body });
      const text = await response.text();
      if (!response.ok || text.includes('"isError":true')) throw new Error(`${path}: ${text.slice(0, 300)}`);
    };
    const texts = inputs.map((input) => JSON.stringify(input));
    const took = async (path: string, body: string) => {
      const began = performance.now();
      await post(checked.origin, path, body);
      return performance.now() - began;
    };
    // What the way to the Worker and back takes is not the checker's.
    const ways: number[] = [];
    for (let round = 0; round < rounds; round++) ways.push(await took("/healthz", ""));
    const way = median(ways);
    const first = (await took("/types", texts[0] ?? "{}")) - way;
    for (const text of [...texts, ...texts]) await took("/types", text);
    const warm: number[] = [];
    for (const text of texts) warm.push((await took("/types", text)) - way);
    say(`way to the Worker and back: ${way.toFixed(2)} ms`);
    const both = await medianTimes(
      {
        checked: () => post(checked.origin, "/execute", oneRequest),
        unchecked: () => post(unchecked.origin, "/execute", oneRequest),
      },
      rounds,
    );
    say(
      `execute with one request: ${both.checked.toFixed(2)} ms, ${both.unchecked.toFixed(2)} ms without check`,
    );
    return {
      "check.types.first": lower(first, "ms", 150),
      "check.types.warm": lower(median(warm), "ms", 10),
      "check.execute.added": lower(Math.max(0, both.checked / both.unchecked - 1) * 100, "%", 15),
    };
  } finally {
    await Promise.all([checked.stop(), unchecked.stop()]);
    await demo.close();
    await rm(stateFolder, { recursive: true, force: true });
  }
}

/** Checks every program in a process with this much memory. */
async function fitsInto(megabytes: number, inputs: unknown[]): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  const list = join(folder, "inputs.json");
  await writeFile(list, JSON.stringify(inputs));
  const script = join(import.meta.dirname, "check-memory.ts");
  try {
    await promisify(execFile)(process.execPath, [`--max-old-space-size=${megabytes}`, script, list]);
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// By itself: node bench/check.ts
if (process.argv[1] === import.meta.filename) {
  await check.measure((line) => console.log(line));
  process.exit(0);
}
