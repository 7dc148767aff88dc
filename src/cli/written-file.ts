/**
 * A file that `backup` or `export` writes. It is whole from the moment that it has its name, and written in a folder of its
 * own until then: nobody else can put a file or a link there. Of a process that was killed, the next one that writes beside it
 * removes the folder.
 */
import {
  constants,
  copyFile,
  link,
  lstat,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Stats } from "node:fs";
import { lockFile } from "./server/file-lock.ts";
import { about } from "./system-error.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

/** How the folders beside it begin, and the file in each that its process holds. */
const prefixes = { backup: ".isogate-backup-", export: ".isogate-export-" } as const;
const lockName = "lock.sqlite";
/** A process that has just made its folder holds it soon. */
const youngMs = 60_000;

/**
 * @param path absolute
 * @param options `replace`: there may be such a file already; `by`: the command that writes it
 * @param write writes the second path, and whatever else it needs in the folder
 * @throws Error that names the path, what is wrong with it, and what to do
 */
export async function writeWhole<Result>(
  path: string,
  { replace, by }: { replace: boolean; by: keyof typeof prefixes },
  write: (folder: string, part: string) => Promise<Result>,
): Promise<Result> {
  const temporary = join(dirname(path), prefixes[by]);
  const written = async () => {
    await assertWritable(path, replace);
    await sweep(dirname(path));
    return inTemporaryFolder(temporary, async (folder) => {
      // Where a file system has no locks, a folder that is left stays.
      const lock = await lockFile(join(folder, lockName)).catch(() => undefined);
      try {
        const part = join(folder, "part");
        const result = await write(folder, part);
        await rename(part, path);
        return result;
      } finally {
        lock?.close();
      }
    });
  };
  return about(path, "write", written, temporary);
}

/**
 * Writes a file of a person's project. One that was there is whole as it was until all of the new one is on the disk.
 * @param options `isNew`: whatever else makes a file of this name at the same moment, one of both is refused
 * @returns false if it should be new and was there
 * @throws Error that names the path, what is wrong with it, and what to do
 */
export async function writeText(
  path: string,
  text: string,
  { isNew = false }: { isNew?: boolean } = {},
): Promise<boolean> {
  // A link stays, and what it leads to is written.
  const target = await realpath(path).catch(() => path);
  // Two processes that write one file at the same moment have one each.
  const part = `${target}.${process.pid}.new`;
  const there = await statOf(target).catch(() => undefined);
  if (there && !isNew) assertFile(path, there);
  return about(
    path,
    "write",
    async () => {
      try {
        await writeFile(part, text);
        if (!isNew) await rename(part, target);
        else if (!(await putNew(part, target))) return false;
        return true;
      } finally {
        await rm(part, { force: true }).catch(() => {});
      }
    },
    target,
  );
}

/** @returns false if there is a file of this name */
async function putNew(part: string, target: string): Promise<boolean> {
  const isThere = (error: NodeJS.ErrnoException) => error.code === "EEXIST";
  try {
    await link(part, target).catch((error: NodeJS.ErrnoException) => {
      if (isThere(error)) throw error;
      // A file system without hard links.
      return copyFile(part, target, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (isThere(error as NodeJS.ErrnoException)) return false;
    throw error;
  }
}

/** Removes what this user's processes have left there that were killed. What cannot be removed is no reason to write nothing. */
async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (
      Object.values(prefixes).some((prefix) => name.startsWith(prefix)) &&
      (await isLeft(join(folder, name)))
    )
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
}

async function isLeft(folder: string): Promise<boolean> {
  try {
    // Not of a link, which may lead anywhere.
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) return false;
    const lock = join(folder, lockName);
    if ((await statOf(lock)) === undefined) return Date.now() - found.mtimeMs > youngMs;
    (await lockFile(lock)).close();
    return true;
  } catch {
    // Its process holds it, or it cannot be told.
    return false;
  }
}

async function assertWritable(path: string, replace: boolean): Promise<void> {
  const folder = dirname(path);
  const above = await statOf(folder);
  if (!above?.isDirectory())
    throw new Error(
      above
        ? `${path} cannot be written: ${folder} is a file. Correct the path, or name another one.`
        : `${path} cannot be written: there is no folder ${folder}. Make it, or name another one.`,
    );
  const there = await statOf(path);
  if (there) assertFile(path, there);
  if (there && !replace) throw new Error(`${path} is there already. Name another file, or add --replace.`);
}

/** What is renamed over a device or a pipe takes its place for everybody. */
function assertFile(path: string, there: Stats): void {
  if (there.isDirectory()) throw new Error(`${path} is a folder. Name a file, such as one in it.`);
  if (!there.isFile()) throw new Error(`${path} is a device or a pipe, and no file. Name a file.`);
}

/** @returns undefined if nothing is there. @throws the error of the system */
async function statOf(path: string) {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
