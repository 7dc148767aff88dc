/**
 * The last steps of a restore: what was there is put aside, and what was read and checked comes into its place. Each is one renaming
 * in one folder, and can be done again from where a process was killed: the next process with the lock finishes them, before
 * anything else takes the state for missing.
 */
import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandFor } from "../places.ts";
import { tighten } from "../server/owner-only.ts";
import { layoutName } from "../server/state-folder.ts";

const ready = (home: string) => join(home, "state", ".restored");
/** In it: what follows the names of what is put aside. */
const asideFile = "aside";
/** Of a backup, as it is put below the home folder. */
const parts = [`state/${layoutName}`, "secret"];

/** From here on the restore takes place, whatever dies. @param folder holds what was checked, in the folder of state */
export async function decideRestore(home: string, folder: string): Promise<void> {
  await writeFile(join(folder, asideFile), `before-${new Date().toISOString().replaceAll(":", "-")}`);
  await rename(folder, ready(home));
}

/**
 * Called by who holds the lock of the state.
 * @returns a sentence, if there was something to finish
 */
export async function finishRestore(home: string): Promise<string | undefined> {
  const from = ready(home);
  if (!existsSync(from)) return undefined;
  // It is gone only if all was in place and the rest was being removed.
  const aside = await readFile(join(from, asideFile), "utf8").catch(() => "");
  for (const part of parts) {
    const [source, target] = [join(from, part), join(home, part)];
    if (!existsSync(source)) continue;
    if (existsSync(target)) await rename(target, `${target}.${aside}`);
    await rename(source, target);
  }
  await rm(from, { recursive: true, force: true });
  await tighten(home);
  return `A restore that was interrupted is finished: the state in ${home} is that of the backup. What was there before has ${aside} in its name.`;
}

/** @returns a sentence, if a restore was interrupted: what is in place is then not what the next server serves */
export function unfinishedRestore(home: string): string | undefined {
  if (!existsSync(ready(home))) return undefined;
  return `A restore into ${home} was interrupted. The next start finishes it, and so does ${commandFor("restore")}.`;
}
