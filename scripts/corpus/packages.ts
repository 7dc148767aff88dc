/** Packages full of documents, fetched when they are asked for: too large to be a dependency. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";

/**
 * @param name `package@version`
 * @returns the folder it was unpacked into, under .isogate/corpus/
 */
export async function installPackage(name: string): Promise<string> {
  const corpus = join(import.meta.dirname, "..", "..", ".isogate", "corpus");
  const folder = join(corpus, name.replaceAll("/", "+"));
  if (await stat(folder).catch(() => undefined)) return folder;
  await mkdir(corpus, { recursive: true });
  const scratch = await mkdtemp(join(corpus, ".fetching-"));
  try {
    console.error(`Fetching ${name} …`);
    const command = ["pack", name, "--pack-destination", scratch, "--ignore-scripts", "--silent"];
    await promisify(execFile)("npm", command, { cwd: scratch, shell: process.platform === "win32" }).catch(
      () => {
        throw new Error(
          `npm could not fetch ${name}. Check the name and the version, and that the registry can be reached ("npm ping").`,
        );
      },
    );
    const tarball = (await readdir(scratch)).find((entry) => entry.endsWith(".tgz"));
    if (!tarball) throw new Error(`npm pack ${name} left no file`);
    const unpacked = join(scratch, "unpacked");
    await mkdir(unpacked);
    await extract({ file: join(scratch, tarball), cwd: unpacked, strip: 1 });
    await rename(unpacked, folder);
    return folder;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
