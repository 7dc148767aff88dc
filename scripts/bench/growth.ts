/** What grows with the number of operations and of APIs, and what does not. */
import { prepareApi, type PreparedApi } from "../../src/cli/apis.ts";
import { compiled } from "./compile.ts";
import { lower, medianTimes, type Chapter, type Figures, type Say } from "./figure.ts";
import { listedTokens } from "./listed.ts";
import { withFolder, withServer } from "./server.ts";
import { slice } from "./slice.ts";

const sizes = [100, 1_000, 5_000, 22_361];
const apiCounts = [1, 5, 20];
const rounds = 15;

/** What a model asks first, of one API and of several. */
const question = `return find("create an issue", { limit: 3 }).map((op) => describe(op).length)`;

export const growth: Chapter = (say) =>
  withFolder(async (folder) => ({
    ...(await withOperations(folder, say)),
    ...(await withApis(folder, say)),
  }));

async function withOperations(folder: string, say: Say): Promise<Figures> {
  const figures: Figures = {};
  const ratios: number[] = [];
  for (const size of sizes) {
    const api = await slice(folder, size);
    const { seconds } = await compiled(api);
    const ratio = await searchOverEmpty([await prepareApi(api)]);
    ratios.push(ratio);
    const key = `growth.operations${size}`;
    figures[`${key}.compile`] = lower(seconds, "s, read and compiled");
    figures[`${key}.searchOverEmpty`] = lower(ratio, "x empty isolate");
    say(
      `${size} operations: compiled in ${seconds.toFixed(2)} s, a search ${ratio.toFixed(2)} x an empty isolate`,
    );
  }
  const more = sizes.at(-1)! / sizes[0]!;
  figures["growth.time"] = lower(
    ratios.at(-1)! / ratios[0]!,
    `x the time of a search, for ${more.toFixed(0)} x the operations`,
  );
  return figures;
}

async function withApis(folder: string, say: Say): Promise<Figures> {
  const figures: Figures = {};
  const one = await prepareApi(await slice(folder, 50));
  for (const count of apiCounts) {
    const apis = Array.from({ length: count }, (_, number) => ({
      ...one,
      api: { ...one.api, name: `edge${number}` },
    }));
    const tokens = await listedTokens(apis);
    const ratio = await searchOverEmpty(apis);
    const key = `growth.apis${count}`;
    figures[`${key}.tokens`] = lower(tokens, "o200k tokens, both tools and the instructions", 1_000);
    figures[`${key}.searchOverEmpty`] = lower(ratio, "x empty isolate");
    say(`${count} APIs: ${tokens} tokens, a search ${ratio.toFixed(2)} x an empty isolate`);
  }
  return figures;
}

async function searchOverEmpty(apis: PreparedApi[]): Promise<number> {
  return withServer({ apis }, async ({ post }) => {
    const { empty, search } = await medianTimes(
      { empty: () => post("/empty"), search: () => post("/isogate", question) },
      rounds,
    );
    return search / empty;
  });
}
