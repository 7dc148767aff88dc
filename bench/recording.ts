/** What recording costs a run, and how quick a full ledger is. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareApi } from "../scripts/lib/apis.ts";
import { freePort, startLocalServer } from "../scripts/lib/local-server.ts";
import { lower, median, medianTimes, type Chapter, type Figures } from "./figure.ts";
import { document, startUpstream } from "./gateway.ts";

/** Runs one after the other without a pause: what a run leaves to be done after its answer burdens the next one. */
const inARow = 6;
const rounds = 25;
const runs = 100_000;
const atOnce = 5_000;

const filters: Record<string, object> = {
  "the newest": {},
  "a rare outcome": { outcome: "denied" },
  "four properties": { tool: "execute", api: "dns", operation: "getZone", outcome: "denied" },
  "filters that exclude each other": { tool: "search", operation: "listZones" },
  "a word in every run": { text: "data" },
  "several words": { text: "zone name createRecord" },
  "words and properties of nothing": { tool: "search", outcome: "denied", text: "createrecord number1 zone" },
};

export async function measureRecording(say: (line: string) => void): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "isogate-bench-"));
  const upstream = await startUpstream();
  const source = join(folder, "things.json");
  await writeFile(source, JSON.stringify(document));
  const file = { source, server: upstream.origin, allowHttp: true, allowPrivate: ["127.0.0.1"] };
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [await prepareApi({ name: "things", file, folder })],
    secrets: {},
    stateFolder: join(folder, "state"),
    config: "bench/wrangler.jsonc",
  });
  const post = async (path: string, body: string) => {
    const response = await fetch(server.origin + path, { method: "POST", body });
    const text = await response.text();
    if (!response.ok || text.includes('"isError":true')) throw new Error(`${path}: ${text.slice(0, 300)}`);
  };
  try {
    const ten = `return Promise.all(Array.from({ length: 10 }, async (_, id) =>
      (await api.get("/things/{id}", { path: { id } })).data.name))`;
    const row = async (path: string) => {
      for (let n = 0; n < inARow; n += 1) await post(path, ten);
    };
    const times = await medianTimes(
      { recorded: () => row("/execute"), unrecorded: () => row("/execute-unrecorded") },
      rounds,
    );
    const [recorded, unrecorded] = [times.recorded / inARow, times.unrecorded / inARow];
    say(
      `an execute of ten requests: recorded ${recorded.toFixed(2)} ms, not recorded ${unrecorded.toFixed(2)} ms`,
    );
    for (let from = 0; from < runs; from += atOnce)
      await post("/ledger/fill", JSON.stringify({ from, count: atOnce }));
    const lists = await medianTimes(
      Object.fromEntries(
        Object.entries(filters).map(([name, filter]) => [
          name,
          () => post("/ledger/list", JSON.stringify(filter)),
        ]),
      ),
      10,
    );
    const slowest = Math.max(...Object.values(lists));
    say(
      `a ledger of ${runs.toLocaleString("en")} runs: the slowest list ${slowest.toFixed(1)} ms, ` +
        `the median one ${median(Object.values(lists)).toFixed(1)} ms`,
    );
    return {
      "recording.execute10.added": lower(
        (recorded / unrecorded - 1) * 100,
        "% of an execute of ten requests",
        5,
      ),
      "ledger.list.100k": lower(slowest, "ms, slowest of seven lists and filters", 50),
    };
  } finally {
    await server.stop();
    await upstream.close();
    await rm(folder, { recursive: true, force: true });
  }
}

export const recording: Chapter = { name: "recording", measure: measureRecording };

// By itself: node bench/recording.ts
if (process.argv[1] === import.meta.filename) {
  const figures = await measureRecording((line) => console.log(line));
  for (const [key, { value, unit }] of Object.entries(figures))
    console.log(`${key}: ${value.toFixed(3)} ${unit}`);
}
