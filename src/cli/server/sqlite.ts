/** Node's own SQLite: locks the state folder, and copies the databases in it. */
import type * as Sqlite from "node:sqlite";

/** @throws Error that names the Node that has it */
export async function sqlite(): Promise<typeof Sqlite> {
  const loaded = await quietly(() => import("node:sqlite")).catch(() => undefined);
  if (loaded && typeof loaded.backup === "function") return loaded;
  throw new Error(
    `Node ${process.versions.node} has no SQLite that isogate can use. Use Node 22.16, 23.8, 24 or newer.`,
  );
}

/** Node 22 warns on standard error that it is experimental; what is used of it is the same in Node 24. */
async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
