/**
 * `isogate api diff`: what changed since the lock file inside the operations of an API, whether it breaks callers, and which
 * rules it touches. Needs only the lock file and the document, so it works in a fresh clone and in CI.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { contractOf, openContract } from "../../deployment/drift/contract.ts";
import { driftBetween, isBreaking, type Drift } from "../../deployment/drift/drift.ts";
import { needsReview, touchedRules, type TouchedRule } from "../../deployment/drift/rules.ts";
import { driftLines, ruleLines, sentenceOf } from "../../deployment/drift/sentences.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { configuredApis, prepareApi, readApiFile, type PreparedApi } from "../apis.ts";
import { printable } from "../compile-report.ts";
import { commandFor } from "../places.ts";
import { parseLock, type ApiLock } from "./lock.ts";

export interface Changes {
  /** What code can rely on of the document in the lock file, and of the document as it is. */
  before: OpenedCatalog;
  after: OpenedCatalog;
  drift: Drift;
  rules: TouchedRule[];
}

/** @returns undefined if the lock file is of a version that did not keep what was inside */
export async function changesSince(
  lock: ApiLock,
  { api, opened }: PreparedApi,
): Promise<Changes | undefined> {
  if (!lock.contract) return undefined;
  const { file } = api;
  const before = await openContract(lock.contract, file);
  const after = await openContract(contractOf(opened), file);
  const drift = driftBetween(before, after);
  return { before, after, drift, rules: touchedRules(file, before, after, drift) };
}

/** Whether nothing changed that code or rules could notice. */
export function isSame({ added, removed, changes }: Drift): boolean {
  return added.length + removed.length + changes.length === 0;
}

interface DiffOptions {
  json: boolean;
  /** Another lock file to compare with: that of the main branch, say. */
  lock?: string | undefined;
}

/**
 * Prints what changed, of the APIs of these names or of all.
 * @returns 1 if something breaks callers or takes operations from a rule, 2 if an API cannot be compared
 * @throws Error if a name is unknown, or `--lock` is not about one API
 */
export async function diff(folder: string, names: readonly string[], options: DiffOptions): Promise<number> {
  const known = (await configuredApis(folder)).map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`Unknown API ${unknown}. Known: ${known.join(", ") || "none"}.`);
  const chosen = known.filter((name) => names.length === 0 || names.includes(name));
  if (options.lock !== undefined && chosen.length !== 1)
    throw new Error(
      `--lock is the lock file of one API. Name it: ${commandFor("api", "diff <name> --lock <file>")}.`,
    );
  let code = 0;
  const all: object[] = [];
  for (const name of chosen) {
    const path = options.lock ?? join(folder, `${name}.lock.json`);
    const found = await diffOne(folder, name, path).catch((error: Error) => ({ problem: error.message }));
    if ("problem" in found) {
      code = 2;
      if (options.json) all.push({ api: name, problem: found.problem });
      else console.error(printable(`${name}: ${found.problem}`));
      continue;
    }
    if (found.breaking) code = Math.max(code, 1);
    if (options.json) all.push(asData(found));
    else for (const line of asText(found)) console.log(printable(line));
  }
  if (options.json) console.log(JSON.stringify(all, null, 2));
  return code;
}

interface Difference extends Changes {
  name: string;
  version: { was: string; is: string };
  /** Somebody has to look at it before it is accepted. */
  breaking: boolean;
}

/** @throws Error if there is nothing to compare with, or the document cannot be read */
async function diffOne(folder: string, name: string, path: string): Promise<Difference> {
  const again = commandFor("api", `refresh ${name}`);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The lock file ${path} cannot be read (${error.code}). To write it: ${again}`);
  });
  const lock = parseLock(text);
  if (!lock) throw new Error(`${path} is not a lock file. To write it again: ${again}`);
  const prepared = await prepareApi(await readApiFile(join(folder, `${name}.jsonc`)));
  const changes = await changesSince(lock, prepared);
  if (!changes)
    throw new Error(
      `The lock file ${path} is of an earlier version and does not hold what was inside. To write it again: ${again}`,
    );
  const breaking = isBreaking(changes.drift) || changes.rules.some(needsReview);
  return { name, version: { was: lock.version, is: prepared.report.version }, breaking, ...changes };
}

function asText({ name, version, breaking, drift, rules }: Difference): string[] {
  const versions = version.was === version.is ? "" : `, version ${version.was} to ${version.is}`;
  if (isSame(drift)) return [`${name}: nothing changed that calls depend on${versions}`];
  const counts = `${drift.added.length} operations added, ${drift.removed.length} removed, ${drift.changed.length} changed`;
  const verdict = breaking
    ? `Lines with - or ! may break callers or rules. When they are ready: ${commandFor("api", `refresh ${name}`)}`
    : `Nothing breaks. To accept it: ${commandFor("api", `refresh ${name}`)}`;
  const lines = driftLines(drift, rules).map((line) => `  ${line}`);
  return [`${name}: ${counts}${versions}`, ...lines, verdict];
}

function asData({ name, version, breaking, drift, rules }: Difference): object {
  const operation = ({ id, method, path }: OperationSummary) => ({ id, method: method.toUpperCase(), path });
  return {
    api: name,
    version,
    breaking,
    added: drift.added.map(operation),
    removed: drift.removed.map(operation),
    changes: drift.changes.map((change) => ({
      breaking: change.breaking,
      ...change.place,
      ...change.what,
      sentence: sentenceOf(change),
      operations: change.operations,
    })),
    rules: rules.map((one) => ({
      ...one,
      review: needsReview(one),
      sentences: ruleLines(one).map((line) => line.slice(2)),
    })),
  };
}
