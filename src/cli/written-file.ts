/**
 * A file that `backup` or `export` writes. It is whole from the moment that it has its name, and written in a folder of its
 * own until then: nobody else can put a file or a link there.
 */
import { rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { about } from "./system-error.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

/**
 * @param path absolute
 * @param options `replace`: there may be such a file already; `prefix`: of the folder beside it
 * @param write writes the second path, and whatever else it needs in the folder
 * @throws Error that names the path, what is wrong with it, and what to do
 */
export async function writeWhole<Result>(
  path: string,
  { replace, prefix }: { replace: boolean; prefix: string },
  write: (folder: string, part: string) => Promise<Result>,
): Promise<Result> {
  const temporary = join(dirname(path), prefix);
  const written = async () => {
    await assertWritable(path, replace);
    return inTemporaryFolder(temporary, async (folder) => {
      const part = join(folder, "part");
      const result = await write(folder, part);
      await rename(part, path);
      return result;
    });
  };
  return about(path, "write", written, temporary);
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
  if (there?.isDirectory()) throw new Error(`${path} is a folder. Name a file, such as one in it.`);
  if (there && !replace) throw new Error(`${path} is there already. Name another file, or add --replace.`);
}

/** @returns undefined if nothing is there. @throws the error of the system */
async function statOf(path: string) {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
