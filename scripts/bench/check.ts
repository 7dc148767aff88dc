/** The check of code before it runs: its two stages, what it adds to an execute, and the memory that it needs. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startDemoApi } from "../../demo/server.ts";
import { prepareApi } from "../../src/cli/apis.ts";
import { examine } from "../../src/check/examine.ts";
import { parseProgram } from "../../src/check/parse.ts";
import { checkInput } from "../../src/check/types/suspect.ts";
import { declarationOf } from "../../src/check/types/declarations.ts";
import { openSnippetApi } from "../../test/check/fixture/documents.ts";
import { rightSnippets } from "../../test/check/snippets/right.ts";
import { lower, median, medianTimes, type Chapter, type Figures, type Say } from "./figure.ts";
import { withFolder, withServer, type BenchServer } from "./server.ts";

const token = "bench-token";
const rounds = 40;
/** Old space that the type checker has to live in, for all programs one after the other; the next two if it does not. */
const memories = [64, 128, 256];

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

export const check: Chapter = async (say) => {
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
  const inputs = all.flatMap(({ program, api }) => checkInput(program, examine(program, [api]).called) ?? []);
  const hosted = await measureHosted(inputs, say);
  const megabytes = await smallestMemory(inputs);
  const figures: Figures = {
    "check.arguments": lower(median(times.arguments), "ms", 1),
    "check.declarations": lower(median(times.declarations), "ms per operation", 1),
    ...hosted,
    "check.types.memory": lower(megabytes, "MB old space", memories[0]),
  };
  for (const [key, { value, unit }] of Object.entries(figures)) say(`${key}: ${value.toFixed(2)} ${unit}`);
  return figures;
};

/** What has to be measured in workerd, from outside: clocks stand still in there. */
async function measureHosted(inputs: unknown[], say: Say): Promise<Figures> {
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
    const api = await prepareApi({ name: "demo", file, folder: join(import.meta.dirname, "../..") });
    return { apis: [api], secrets: { DEMO_TOKEN: token } };
  };
  try {
    const [block, off] = [await withCheck("block"), await withCheck("off")];
    return await withServer(block, (checked) =>
      withServer(off, (unchecked) => compareServers(checked, unchecked, inputs, say)),
    );
  } finally {
    await demo.close();
  }
}

async function compareServers(
  checked: BenchServer,
  unchecked: BenchServer,
  inputs: unknown[],
  say: Say,
): Promise<Figures> {
  const texts = inputs.map((input) => JSON.stringify(input));
  const took = async (path: string, body: string) => {
    const began = performance.now();
    await checked.post(path, body);
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
      checked: () => checked.post("/execute", oneRequest),
      unchecked: () => unchecked.post("/execute", oneRequest),
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
}

/** Checks every program in a process with so much memory. */
async function smallestMemory(inputs: unknown[]): Promise<number> {
  return withFolder(async (folder) => {
    const list = join(folder, "inputs.json");
    await writeFile(list, JSON.stringify(inputs));
    const script = join(import.meta.dirname, "check-memory.ts");
    for (const megabytes of memories) {
      const args = [`--max-old-space-size=${megabytes}`, script, list];
      const ended = await promisify(execFile)(process.execPath, args).catch(() => undefined);
      if (ended) return megabytes;
    }
    throw new Error(`The type checker needs more than ${memories.at(-1)} MB: node ${script} says why.`);
  });
}
