/** `isogate api check` and `refresh`: compares each document as it is now with its lock file. */
import { join } from "node:path";
import { decideRefresh } from "../../deployment/acceptable.ts";
import { driftLines } from "../../deployment/drift/sentences.ts";
import { configuredApis, prepareApi, readApiFile, type PreparedApi } from "../apis.ts";
import { printable, reportLines } from "../compile-report.ts";
import { visible } from "../../terms/visible.ts";
import { commandFor } from "../places.ts";
import { changesSince, isSame } from "./diff.ts";
import { countOf, lockOf, readLock, writeLock } from "./lock.ts";

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
  const finish = async (isLocked: boolean) => {
    console.log(reportLines(prepared.report, prepared.parts).join("\n"));
    if (write) await writeLock(folder, name, prepared);
    return (isLocked || write) && prepared.unfitting.length === 0;
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
  const accept = commandFor("api", `refresh ${name} --force`);
  const now = lockOf(prepared);
  const version =
    lock.version === now.version ? "" : `, version ${printable(`${lock.version} to ${now.version}`)}`;
  const changes = await changesSince(lock, prepared);
  if (!changes) {
    console.log(`${name}: changed, ${countOf(lock)} operations before, ${countOf(now)} now${version}`);
    console.log(
      "  the lock file is of an earlier version, so what changed inside and became looser is not known",
    );
    if (!force && countOf(now) < countOf(lock) * (2 / 3)) {
      console.log(
        "  more than a third of its operations are missing; if that is right, refresh it with --force",
      );
      return false;
    }
    return finish(false);
  }
  const { before, after, drift, rules } = changes;
  const lines = driftLines(drift, rules).map((line) => printable(`  ${line}`));
  const shown = lines.slice(0, maxLines);
  if (lines.length > maxLines)
    shown.push(`  … ${lines.length - maxLines} more: ${commandFor("api", `diff ${name}`)}`);
  const decision = decideRefresh(
    { hash: lock.hash, opened: before },
    { hash: prepared.catalog.hash, opened: after },
    { file: prepared.api.file, accept, force },
  );
  if (decision.kind === "kept") {
    console.log([visible(`${name}: ${decision.reason}`), ...shown].join("\n"));
    return false;
  }
  const summary = `${drift.added.length} operations added, ${drift.removed.length} removed, ${drift.changed.length} changed`;
  const what = isSame(drift) ? "only its texts or examples" : summary;
  console.log([`${name}: changed, ${what}${version}`, ...shown].join("\n"));
  return finish(false);
}

/** More would push the reason off the screen; `api diff` prints them all. */
const maxLines = 60;
