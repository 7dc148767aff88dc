/** What recording costs a run, and how quick a full ledger is. */
import { lower, median, medianTimes, type Chapter, type Figures, type Say } from "./figure.ts";
import { withFolder, withServer, type BenchServer } from "./server.ts";
import { withUpstream } from "./upstream.ts";

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

export const recording: Chapter = (say) =>
  withFolder((folder) =>
    withUpstream({}, folder, ({ api }) => withServer({ apis: [api] }, (server) => measure(server, say))),
  );

async function measure({ post }: BenchServer, say: Say): Promise<Figures> {
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
      10,
      5,
    ),
    "ledger.list.100k": lower(slowest, "ms, slowest of seven lists and filters", 50),
  };
}
