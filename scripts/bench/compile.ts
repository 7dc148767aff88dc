/** What reading and compiling a document takes, each in a process of its own: so the peak of memory is that document's. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ConfiguredApi } from "../../src/cli/apis.ts";
import { lower, median, type Chapter } from "./figure.ts";
import type { Compiled } from "./compile-one.ts";
import { forEachApi, type Subjects } from "./subjects.ts";

const rounds = 3;
/** Bounds for the largest document that is published: Microsoft Graph's, 22,361 operations in 47 MB. */
const must: Record<string, { seconds: number; megabytes: number }> = {
  msgraph: { seconds: 15, megabytes: 2_000 },
};

export const compile = ({ big }: Subjects): Chapter =>
  forEachApi(big, async (api, say) => {
    const { seconds, megabytes } = await compiled(api);
    say(`${api.name}: compiled in ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB at most`);
    const bounds = must[api.name];
    return {
      [`${api.name}.compile`]: lower(seconds, "s, read and compiled", bounds?.seconds),
      [`${api.name}.compileMemory`]: lower(megabytes, "MB, peak of the process", bounds?.megabytes),
    };
  });

/** Medians of some rounds. */
export async function compiled(api: ConfiguredApi): Promise<Compiled> {
  const all: Compiled[] = [];
  for (let round = 0; round < rounds; round++) {
    const script = join(import.meta.dirname, "compile-one.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(api)]);
    all.push(JSON.parse(stdout) as Compiled);
  }
  return {
    seconds: median(all.map(({ seconds }) => seconds)),
    megabytes: median(all.map(({ megabytes }) => megabytes)),
  };
}
