/** `isogate api check` and `refresh`: compares each document as it is now with its lock file. */
import { join } from "node:path";
import { decideRefresh } from "../../deployment/acceptable.ts";
import { formatDiff } from "../../spec/read/diff.ts";
import { openCatalog } from "../../spec/read/open-catalog.ts";
import { configuredApis, prepareApi, readApiFile, type PreparedApi } from "../apis.ts";
import { printable, reportLines } from "../compile-report.ts";
import { visible } from "../../terms/visible.ts";
import { commandFor } from "../places.ts";
import { countOf, lockOf, readLock, readServed, writeLock } from "./lock.ts";

interface CompareOptions {
  /** Write the lock files. */
  write: boolean;
  /** Accept a document even if much of it is missing. */
  force: boolean;
}

/**
 * Compares the APIs of these names, or all of them, and prints what changed.
 * @returns false if a document cannot be read, or differs from its lock file afterwards
 * @throws Error if a name is unknown
 */
export async function compare(folder: string, names: string[], options: CompareOptions): Promise<boolean> {
  const all = await configuredApis(folder);
  const unknown = names.find((name) => !all.some((api) => api.name === name));
  if (unknown) throw new Error(`Unknown API ${unknown}. Known: ${all.map((api) => api.name).join(", ")}.`);
  let same = true;
  for (const { name } of all.filter((api) => names.length === 0 || names.includes(api.name))) {
    try {
      const prepared = await prepareApi(await readApiFile(join(folder, `${name}.jsonc`)), { schema: "now" });
      if (!(await compareOne(folder, name, prepared, options))) same = false;
    } catch (error) {
      same = false;
      console.log(visible(`${name}: ${(error as Error).message}`));
    }
  }
  return same;
}

async function compareOne(
  folder: string,
  name: string,
  prepared: PreparedApi,
  { write, force }: CompareOptions,
): Promise<boolean> {
  const finish = async (isSame: boolean) => {
    console.log(reportLines(prepared.report, prepared.parts).join("\n"));
    if (write) await writeLock(folder, name, prepared);
    return (isSame || write) && prepared.unfitting.length === 0;
  };
  const lock = await readLock(folder, name);
  if (!lock) {
    const next = write ? "writing it" : `write it with ${commandFor("api", `refresh ${name}`)}`;
    console.log(`${name}: no lock file yet; ${next}`);
    return finish(false);
  }
  if (lock.hash === prepared.catalog.hash) {
    console.log(`${name}: unchanged`);
    return finish(true);
  }
  const fresh = {
    hash: prepared.catalog.hash,
    opened: openCatalog(prepared.catalog.index, prepared.catalog.body.slice().buffer),
  };
  const served = await readServed(lock.hash);
  const accept = commandFor("api", `refresh ${name} --force`);
  const now = lockOf(prepared);
  const decision = served
    ? decideRefresh(served, fresh, { file: prepared.api.file, accept, force })
    : undefined;
  if (decision?.kind === "kept") {
    console.log(visible(`${name}: ${decision.reason}`));
    return false;
  }
  console.log(
    `${name}: changed, ${decision?.kind === "replaced" ? decision.summary : `${countOf(lock)} operations before, ${countOf(now)} now`}` +
      (lock.version === now.version ? "" : `, version ${printable(`${lock.version} to ${now.version}`)}`),
  );
  if (!served)
    console.log("  the catalog of the lock file is not on this machine, so what became looser is not known");
  if (decision?.kind === "replaced")
    for (const line of formatDiff(decision.diff)) console.log(printable(`  ${line}`));
  else if (!force && countOf(now) < countOf(lock) * (2 / 3)) {
    console.log(
      "  more than a third of its operations are missing; if that is right, refresh it with --force",
    );
    return false;
  }
  return finish(false);
}
