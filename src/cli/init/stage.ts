/**
 * A project is made whole in a folder inside its own, and then moved into place. Of an init that was killed, nothing is there but
 * that folder, or the next init moves what is left in it. `package.json` comes last: without it there is no project yet.
 */
import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../make-folder.ts";
import { commandFor } from "../places.ts";
import { isHeld, lockFile } from "../server/file-lock.ts";
import { about } from "../system-error.ts";

const stageName = ".isogate-init";
/** The repository may be there already. */
const mayBeThere = new Set([".git", stageName]);

/**
 * @param folder new, empty, or what an init that was killed has left
 * @param named as a person named it
 * @param write writes the whole project into another folder
 * @returns whether it has finished what another init began
 * @throws Error that says why nothing was made
 */
export async function makeProject(
  folder: string,
  named: string,
  write: (part: string) => Promise<void>,
): Promise<boolean> {
  const stage = join(folder, stageName);
  const [part, whole] = [join(stage, "part"), join(stage, "whole")];
  if (!existsSync(whole)) await assertEmpty(folder, named);
  return about(
    folder,
    "write",
    async () => {
      try {
        makeFolder(stage);
      } catch (error) {
        // One that has ended meanwhile took its stage away.
        await assertEmpty(folder, named);
        throw error;
      }
      // Where a file system has no locks, two at the same moment are not kept apart.
      const lock = await lockFile(join(stage, "lock.sqlite")).catch((error: unknown) => {
        if (isHeld(error))
          throw new Error(`Another init is at work in ${shown(named)}. Wait until it has ended.`, {
            cause: error,
          });
      });
      let isLeft = false;
      try {
        const isUnfinished = existsSync(whole);
        if (!isUnfinished) {
          // One that held the lock may have made a project meanwhile.
          await assertEmpty(folder, named);
          await rm(part, { recursive: true, force: true });
          makeFolder(part);
          await write(part);
          await rename(part, whole);
        }
        isLeft = true;
        await moveInto(folder, whole, named);
        isLeft = false;
        return isUnfinished;
      } finally {
        lock?.close();
        if (!isLeft) await rm(stage, { recursive: true, force: true });
      }
    },
    stage,
  );
}

async function moveInto(folder: string, whole: string, named: string): Promise<void> {
  const last = "package.json";
  const names = (await readdir(whole)).toSorted((a, b) => Number(a === last) - Number(b === last));
  const taken = names.find((name) => existsSync(join(folder, name)));
  if (taken !== undefined)
    throw new Error(
      `An init of ${shown(named)} was interrupted, and ${taken} was written there since. Nothing of yours was changed. Move ${taken} away and run this again, or delete ${join(named, stageName)} to keep what is there.`,
    );
  for (const name of names) await rename(join(whole, name), join(folder, name));
}

const shown = (named: string) => (named === "." ? "this folder" : named);

async function assertEmpty(folder: string, named: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR")
      throw new Error(
        `${named} is a file. Nothing was written. Name a new folder: ${commandFor("init", "my-gateway")}`,
      );
    throw new Error(`${named} cannot be read (${error.code}). Nothing was written.`);
  });
  const [first, ...others] = entries.filter((entry) => !mayBeThere.has(entry));
  if (first === undefined) return;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  throw new Error(
    `${named === "." ? "This folder" : named} is not empty: it has ${first}${more}. Nothing was written. Name a new folder: ${commandFor("init", "my-gateway")}`,
  );
}
