/** The check of code before it runs: what it takes, and what it adds to an execute. */
import { join } from "node:path";
import { startDemoApi } from "../../demo/server.ts";
import { prepareApi } from "../../src/cli/apis.ts";
import { examine } from "../../src/check/examine.ts";
import { parseProgram } from "../../src/check/parse.ts";
import { openSnippetApi } from "../../test/check/fixture/documents.ts";
import { rightSnippets } from "../../test/check/snippets/right.ts";
import { lower, median, medianTimes, type Chapter, type Figures, type Say } from "./figure.ts";
import { withServer, type BenchServer } from "./server.ts";

const token = "bench-token";
const rounds = 40;

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
  const times: number[] = [];
  for (let round = 0; round < 4; round++)
    for (const { program, api } of all) {
      const began = performance.now();
      examine(program, [api]);
      // The first rounds parse the documents' chunks and compile our own code.
      if (round >= 2) times.push(performance.now() - began);
    }
  const figures: Figures = {
    "check.arguments": lower(median(times), "ms", 1),
    ...(await measureAdded(say)),
  };
  for (const [key, { value, unit }] of Object.entries(figures)) say(`${key}: ${value.toFixed(2)} ${unit}`);
  return figures;
};

/** What has to be measured in workerd, from outside: clocks stand still in there. */
async function measureAdded(say: Say): Promise<Figures> {
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
      withServer(off, (unchecked) => compareServers(checked, unchecked, say)),
    );
  } finally {
    await demo.close();
  }
}

async function compareServers(checked: BenchServer, unchecked: BenchServer, say: Say): Promise<Figures> {
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
    "check.execute.added": lower(Math.max(0, both.checked / both.unchecked - 1) * 100, "%", 15),
  };
}
