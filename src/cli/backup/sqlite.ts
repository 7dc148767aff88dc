/** Node's own SQLite, with what a backup needs of it. */

import type * as Sqlite from "node:sqlite";

/** @throws Error that names the Node that has it */
export async function sqlite(): Promise<typeof Sqlite> {
  const loaded = await import("node:sqlite").catch(() => undefined);
  if (loaded && typeof loaded.backup === "function") return loaded;
  throw new Error(
    `Node ${process.versions.node} cannot copy a database that is in use. Use Node 22.16, 23.8, 24 or newer.`,
  );
}
