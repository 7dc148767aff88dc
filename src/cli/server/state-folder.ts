/** Whether a server can keep its state in a folder: whatever is wrong with it is said before anything is started. */
import { readdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../make-folder.ts";
import { reasonOf } from "../system-error.ts";

/** SQLite takes 512 bytes; below the folder, the longest path of a database has about 110. */
const maxPathBytes = 400;
/** An empty state and its first runs. A server that runs out of space later refuses writes and says so. */
const minFreeBytes = 64 * 1024 * 1024;
/** The folder of the databases begins with the version of their layout. */
const layout = 3;
/** Below the state folder. */
export const layoutName = `v${layout}`;

/**
 * Makes the folder if it is not there, and tries to write to it.
 * @throws Error that names the folder, what is wrong with it, and what to do
 */
export function openStateFolder(folder: string): void {
  const problem = problemOf(folder);
  if (problem !== undefined) throw new Error(`The state cannot be kept in ${shown(folder)}: ${problem}`);
}

function problemOf(folder: string): string | undefined {
  if (Buffer.byteLength(folder) > maxPathBytes)
    return `its path has more than ${maxPathBytes} bytes, and SQLite takes no longer one. ${another}`;
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    makeFolder(folder, 0o700);
    const { uid } = statSync(folder);
    const own = process.getuid?.();
    // Also if this is root: that user's server could not read what root writes there.
    if (own !== undefined && uid !== own)
      return `it belongs to the user with the id ${uid}, and this is the user ${own}. Run isogate as that user, or ${inSentence(another)}`;
    const newer = newerLayout(folder);
    if (newer !== undefined)
      return `a newer version of isogate has written there (${newer}). Use that version, or ${inSentence(another)}`;
    const full = roomProblem(folder);
    if (full !== undefined) return `${full}. Make room, or ${inSentence(another)}`;
    writeFileSync(probe, "", { mode: 0o600 });
    return undefined;
  } catch (error) {
    return `${reasonOf(error, "write")}. ${another}`;
  } finally {
    removeProbe(probe);
  }
}

/** @returns why a server cannot be started there, if the disk is nearly full. @throws the error of the system */
export function roomProblem(folder: string): string | undefined {
  const { bavail, bsize, blocks } = statfsSync(folder);
  // A file system without blocks does not say how many are free.
  if (blocks === 0 || bavail * bsize >= minFreeBytes) return undefined;
  return `the disk has ${Math.floor((bavail * bsize) / 1e6)} MB left, and it needs ${Math.ceil(minFreeBytes / 1e6)} MB`;
}

/** More than a commit of a short run. */
const probeBytes = 16 * 1024;

/** @returns why nothing can be written there now, if that is so: nothing is sent that cannot be noted */
export function writeProblem(folder: string): string | undefined {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(probeBytes), { mode: 0o600 });
    return undefined;
  } catch (error) {
    return reasonOf(error, "write");
  } finally {
    removeProbe(probe);
  }
}

function removeProbe(probe: string): void {
  try {
    rmSync(probe, { force: true });
  } catch {
    // Nothing can be written there, so there is no probe either.
  }
}

/** NaN for what is none. */
const layoutOf = (name: string) => Number(/^v(\d+)$/.exec(name)?.[1]);
export const isOlderLayout = (name: string): boolean => layoutOf(name) < layout;

/** @returns the name of what a newer version has written in a state folder. @throws the error of the system */
export const newerLayout = (folder: string): string | undefined =>
  readdirSync(folder).find((name) => layoutOf(name) > layout);

const another = "Set ISOGATE_HOME to another folder.";
const inSentence = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
const shown = (path: string) => (path.length > 100 ? `${path.slice(0, 100)}…` : path);
