/**
 * `specs/<name>.lock.json`: the document when it was last added or refreshed. It is under version control, so drift
 * upstream shows as a diff that a person reviews. Compiled catalogs are kept outside of version control, to tell which
 * operations changed.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isReadable } from "../../spec/layout.ts";
import { openCatalog } from "../../spec/read/open-catalog.ts";
import type { CompiledCatalog, OpenedCatalog } from "../../spec/catalog.ts";
import type { Served } from "../../deployment/acceptable.ts";
import type { PreparedApi } from "../apis.ts";
import { places } from "../places.ts";

const ApiLock = z.strictObject({
  /** Hash of the compiled catalog. */
  hash: z.string(),
  title: z.string(),
  /** `info.version` of the document. */
  version: z.string(),
  operations: z.strictObject({ read: z.number(), write: z.number(), delete: z.number() }),
  faults: z.number(),
});
export type ApiLock = z.infer<typeof ApiLock>;

const catalogsFolder = join(places.home, "catalogs");

export function lockOf({ api, catalog, report }: PreparedApi): ApiLock {
  const operations = { read: 0, write: 0, delete: 0 };
  for (const operation of openCatalog(catalog.index).operations) operations[operation.access]++;
  return {
    hash: api.hash,
    title: api.title,
    version: report.version,
    operations,
    faults: report.faults.length,
  };
}

export function countOf(lock: ApiLock): number {
  return lock.operations.read + lock.operations.write + lock.operations.delete;
}

/** @returns undefined if it is missing or damaged: it is then written again */
export async function readLock(folder: string, name: string): Promise<ApiLock | undefined> {
  const text = await readFile(lockPath(folder, name), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return ApiLock.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Writes the lock file of `folder`, and keeps the compiled catalog on this machine. */
export async function writeLock(folder: string, name: string, prepared: PreparedApi): Promise<void> {
  await writeFile(lockPath(folder, name), `${JSON.stringify(lockOf(prepared), null, 2)}\n`);
  await keepCatalog(prepared.catalog);
}

/** Keeps a compiled catalog on this machine. */
export async function keepCatalog({ hash, index, body }: CompiledCatalog): Promise<void> {
  await mkdir(catalogsFolder, { recursive: true });
  await writeFile(join(catalogsFolder, `${hash}.index`), index);
  await writeFile(join(catalogsFolder, `${hash}.body`), body);
}

export async function removeLock(folder: string, name: string): Promise<void> {
  await rm(lockPath(folder, name), { force: true });
}

/** The catalog with this hash, if this machine and this version compiled it. */
export async function readServed(hash: string): Promise<Served | undefined> {
  const kept = await readKept(hash);
  return kept && { hash, opened: kept.opened };
}

/** The same, with its bytes. */
export async function readKept(
  hash: string,
): Promise<{ catalog: CompiledCatalog; opened: OpenedCatalog } | undefined> {
  const index = await readFile(join(catalogsFolder, `${hash}.index`), "utf8").catch(() => undefined);
  const body = await readFile(join(catalogsFolder, `${hash}.body`)).catch(() => undefined);
  if (index === undefined || body === undefined || !isReadable(index)) return undefined;
  const bytes = body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
  return { catalog: { hash, index, body }, opened: openCatalog(index, bytes) };
}

function lockPath(folder: string, name: string): string {
  return join(folder, `${name}.lock.json`);
}
