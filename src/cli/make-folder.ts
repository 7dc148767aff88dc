/**
 * Makes a folder and those above it. Node's own `recursive` never returns where the system says that a folder that is there
 * is not, as Linux does below /proc.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Does nothing if the folder is there, made by another meanwhile or not.
 * @throws the error of the system
 */
export function makeFolder(path: string, mode = 0o777): void {
  const missing = makeOne(path, mode);
  if (!missing) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above, mode);
  const still = makeOne(path, mode);
  if (still) throw still;
}

/** @returns the error of the system, where the folder above is not there */
function makeOne(path: string, mode: number): Error | undefined {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return error as Error;
    if (code !== "EEXIST" || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
