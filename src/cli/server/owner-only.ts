/**
 * The state folder is its owner's only: it holds code, results and requests that wait. What is made from now on, by this
 * process and its children, is 0700 or 0600 whatever the shell's umask; what an earlier version left open is tightened.
 */
import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

/** For the whole process: call it before anything is written or started. */
export function keepToOwner(): void {
  process.umask(0o077);
}

/** Makes the folder if it is not there, and tightens it with all that is in it. Follows no links. */
export async function tighten(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // First the folder itself: from here on nobody else gets in.
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await tighten(path);
    else if (!entry.isSymbolicLink())
      await tightenFile(path).catch((error: NodeJS.ErrnoException) => {
        // A server that still runs may take its files away.
        if (error.code !== "ENOENT") throw error;
      });
  }
}

/** A program stays one: the Node that was fetched may be there (bin/own-node.js). */
async function tightenFile(path: string): Promise<void> {
  const { mode } = await lstat(path);
  await chmod(path, mode & 0o100 ? 0o700 : 0o600);
}
