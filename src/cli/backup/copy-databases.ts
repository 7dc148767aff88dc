/** Copies the state of a server, also while it serves: each database as it is at one moment. */
import { copyFile, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { makeFolder } from "../make-folder.ts";
import { unfinishedRestore } from "./finish-restore.ts";
import { fingerprintFile } from "../server/local-secret.ts";
import { sqlite } from "../server/sqlite.ts";
import { layoutName, newerLayout } from "../server/state-folder.ts";
import { isNoRoom, systemSentence } from "../system-error.ts";

/** Below the home folder, and in a backup. */
const state = "state";
const databases = join(state, layoutName, "do");

/**
 * @param home of the server @param to another folder, with the same layout
 * @returns the paths of the copies of databases
 * @throws Error if there is no state, or none that this user and this version can read
 */
export async function copyDatabases(home: string, to: string): Promise<string[]> {
  const unfinished = unfinishedRestore(home);
  if (unfinished !== undefined) throw new Error(unfinished);
  const from = join(home, databases);
  const all = await readdir(from, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw noState(home, error as NodeJS.ErrnoException);
  });
  const { backup, DatabaseSync } = await sqlite();
  const copies: string[] = [];
  for (const { parentPath, name } of all.filter((one) => one.isFile() && one.name.endsWith(".sqlite"))) {
    const path = join(parentPath, name);
    const copy = join(to, databases, relative(from, path));
    makeFolder(dirname(copy));
    try {
      const source = new DatabaseSync(path, { readOnly: true, timeout: 10_000 });
      try {
        await backup(source, copy);
      } finally {
        source.close();
      }
    } catch (error) {
      // It is the copy that needs room: the caller says where that is.
      const says = isNoRoom(error) ? undefined : systemSentence(error, path, "read");
      throw says === undefined ? error : new Error(says, { cause: error });
    }
    copies.push(copy);
  }
  const fingerprint = join(state, fingerprintFile);
  await copyFile(join(home, fingerprint), join(to, fingerprint)).catch(unlessMissing);
  return copies;
}

/** A state that no server of this version has opened yet. */
function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

function noState(home: string, error: NodeJS.ErrnoException): Error {
  const folder = join(home, state);
  const why = (says: string) => new Error(says, { cause: error });
  if (error.code === "ENOENT" || error.code === "ENOTDIR") {
    const newer = newerIn(folder);
    return newer === undefined
      ? why(`There is no state in ${home}. Set ISOGATE_HOME as it is set for the server.`)
      : why(`A newer version of isogate has written in ${folder} (${newer}). Use that version.`);
  }
  return why(
    `The state in ${folder} cannot be read (${error.code}). Run isogate as the user that it belongs to.`,
  );
}

function newerIn(folder: string): string | undefined {
  try {
    return newerLayout(folder);
  } catch {
    return undefined;
  }
}
