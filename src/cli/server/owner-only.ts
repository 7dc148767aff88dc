/**
 * The state folder is its owner's only: it holds code, results and requests that wait. What is made from now on, by this
 * process and its children, is 0700 or 0600 whatever the shell's umask; what an earlier version left open is tightened.
 */
import { chmod, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../make-folder.ts";

/** For the whole process: call it before anything is written or started. */
export function keepToOwner(): void {
  process.umask(0o077);
}

/**
 * Makes the folder if it is not there, and tightens it with all that is in it. Follows no links. The folder itself may be
 * another user's, as a volume of Kubernetes is root's: what is in it is closed all the same.
 * @throws Error that names a file of another user
 */
export async function tighten(folder: string): Promise<void> {
  makeFolder(folder, 0o700);
  // First the folder itself: from here on nobody else gets in.
  await chmod(folder, 0o700).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EPERM") throw error;
  });
  await tightenIn(folder);
}

async function tightenIn(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // The disk's own: only root reads it.
    if (entry.name === "lost+found" || entry.isSymbolicLink()) continue;
    await close(path);
    if (entry.isDirectory()) await tightenIn(path);
  }
}

/** A program stays one: the Node that was fetched may be there (bin/own-node.js). */
async function close(path: string): Promise<void> {
  const closed = lstat(path).then((stats) =>
    chmod(path, stats.isDirectory() || stats.mode & 0o100 ? 0o700 : 0o600),
  );
  await closed.catch((error: NodeJS.ErrnoException) => {
    // A server that still runs may take its files away.
    if (error.code === "ENOENT") return;
    throw new Error(
      `${path} cannot be closed to other users (${error.code}). Run isogate as the user that it belongs to, or set ISOGATE_HOME to another folder.`,
      { cause: error },
    );
  });
}
