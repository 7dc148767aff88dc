/**
 * Whether this version can read the databases of a state: a server that cannot would start, and fail every call of the
 * users whose they are. Reads the head of each database, so pages that are damaged further behind are not found here.
 */
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { migrations } from "../../store/ledger/schema.ts";
import { sqlite } from "./sqlite.ts";
import { isOlderLayout, layoutName as layout } from "./state-folder.ts";

/** Below the state folder. */
const databases = join(layout, "do");

/**
 * @param folder of the state, locked by the caller; nothing is wrong with one that has no databases yet
 * @param named as what a person knows it, if it is a copy
 * @throws Error that names the database, what is wrong with it, and what to do
 */
export async function assertReadable(folder: string, named = folder): Promise<void> {
  await assertNoneAside(folder, named);
  const from = join(folder, databases);
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch(() => []);
  const { DatabaseSync } = await sqlite();
  for (const { parentPath, name } of entries.filter((one) => one.isFile() && one.name.endsWith(".sqlite"))) {
    const path = join(parentPath, name);
    const shown = join(named, relative(folder, path));
    let version: number;
    try {
      const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
      try {
        version = versionOf(database);
      } finally {
        database.close();
      }
    } catch (error) {
      throw new Error(
        `The database ${shown} cannot be read (${(error as Error).message}). Put a backup back, or move that file away: what it held is then lost.`,
        { cause: error },
      );
    }
    if (version > migrations.length)
      throw new Error(
        `A newer version of isogate has written ${shown}: its ledger has version ${version}, and this one knows versions up to ${migrations.length}. Use that version, or set ISOGATE_HOME to another folder.`,
      );
  }
}

/** Of the ledger in it; 0 if it has none. */
function versionOf(database: DatabaseSync): number {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").get();
  if (!table) return 0;
  const row = database.prepare("SELECT version FROM schema_version").get() as
    { version?: number } | undefined;
  return row?.version ?? 0;
}

/**
 * A state that was put aside, with none in its place: a server would begin an empty one, and its users would seem to be gone.
 * @throws Error that names both
 */
async function assertNoneAside(folder: string, named: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  const last = names
    .filter((name) => name.startsWith(`${layout}.before-`))
    .toSorted()
    .at(-1);
  if (names.includes(layout) || last === undefined) return;
  throw new Error(
    `There is no state in ${named}, but ${last}, which a restore has put aside. To go on with it, rename it to ${layout}. To begin with an empty one, move it to another folder.`,
  );
}

/** @returns sentences about what earlier versions have left there, which this one does not read */
export async function unreadStates(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter(isOlderLayout)
    .toSorted()
    .map(
      (name) =>
        `${join(folder, name)} is the state of an older version of isogate. This one does not read it, and has changed nothing of it. Use that version for it, or delete it.`,
    );
}
