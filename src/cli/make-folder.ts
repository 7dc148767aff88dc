/**
 * Makes a folder and those above it. Node's own `recursive` never returns where the system says that a folder that is there
 * is not, as Linux does below /proc.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Does nothing if the folder is there.
 * @throws the error of the system
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(path).isDirectory()) return;
    const above = dirname(path);
    if (code !== "ENOENT" || above === path || isThere(above)) throw error;
    makeFolder(above, mode);
    mkdirSync(path, { mode });
  }
}

const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
