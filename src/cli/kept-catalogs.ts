/** Compiled catalogs that this machine served, by their hash: a start goes on with one where it refuses the new document. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CompiledCatalog, OpenedCatalog } from "../spec/catalog.ts";
import { isReadable } from "../spec/layout.ts";
import { openCatalog } from "../spec/read/open-catalog.ts";
import { makeFolder } from "./make-folder.ts";
import { places } from "./places.ts";

const folder = join(places.home, "catalogs");

/** Keeps a compiled catalog on this machine. */
export async function keepCatalog({ hash, index, body }: CompiledCatalog): Promise<void> {
  makeFolder(folder);
  await writeFile(join(folder, `${hash}.index`), index);
  await writeFile(join(folder, `${hash}.body`), body);
}

/** The catalog with this hash, if this machine and this version compiled it. */
export async function readKept(
  hash: string,
): Promise<{ catalog: CompiledCatalog; opened: OpenedCatalog } | undefined> {
  const index = await readFile(join(folder, `${hash}.index`), "utf8").catch(() => undefined);
  const body = await readFile(join(folder, `${hash}.body`)).catch(() => undefined);
  if (index === undefined || body === undefined || !isReadable(index)) return undefined;
  const bytes = body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
  return { catalog: { hash, index, body }, opened: openCatalog(index, bytes) };
}
