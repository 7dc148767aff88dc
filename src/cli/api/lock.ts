/**
 * `specs/<name>.lock.json`: the document when it was last added or refreshed, without its texts. It is under version control,
 * so what changed upstream can be said wherever the project was cloned to, and a refresh shows as a diff of a line for
 * each operation and component.
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { contractOf, formatContract, type Contract } from "../../deployment/drift/contract.ts";
import { isObject } from "../../spec/objects.ts";
import type { PreparedApi } from "../apis.ts";
import { writeText } from "../written-file.ts";

/** Not copied by a schema: it may be large, and its names are the document's (`__proto__`). */
function isContract(value: unknown): boolean {
  return isObject(value) && [value["paths"], value["components"]].every(isObject);
}

const ApiLock = z.strictObject({
  /** Hash of the compiled catalog. */
  hash: z.string(),
  title: z.string(),
  /** `info.version` of the document. */
  version: z.string(),
  operations: z.strictObject({ read: z.number(), write: z.number(), delete: z.number() }),
  faults: z.number(),
  /** What code can rely on. Lock files of earlier versions lack it. */
  contract: z.custom<Contract>(isContract).optional(),
});
export type ApiLock = z.infer<typeof ApiLock>;

export function lockOf({ api, opened, report }: PreparedApi): Omit<ApiLock, "contract"> {
  const operations = { read: 0, write: 0, delete: 0 };
  for (const operation of opened.operations) operations[operation.access]++;
  return {
    hash: api.hash,
    title: api.title,
    version: report.version,
    operations,
    faults: report.faults.length,
  };
}

export function countOf(lock: Pick<ApiLock, "operations">): number {
  return lock.operations.read + lock.operations.write + lock.operations.delete;
}

/** @returns undefined if it is missing or damaged: it is then written again */
export async function readLock(folder: string, name: string): Promise<ApiLock | undefined> {
  const text = await readFile(lockPath(folder, name), "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseLock(text);
}

/** @returns undefined if it is none */
export function parseLock(text: string): ApiLock | undefined {
  try {
    return ApiLock.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function writeLock(folder: string, name: string, prepared: PreparedApi): Promise<void> {
  const begin = JSON.stringify(lockOf(prepared), null, 2).slice(0, -"\n}".length);
  const text = `${begin},\n  "contract": ${formatContract(contractOf(prepared.opened), "  ")}\n}\n`;
  await writeText(lockPath(folder, name), text);
}

export async function removeLock(folder: string, name: string): Promise<void> {
  await rm(lockPath(folder, name), { force: true });
}

function lockPath(folder: string, name: string): string {
  return join(folder, `${name}.lock.json`);
}
