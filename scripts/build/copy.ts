/** A build of the Worker from a copy of the sources, of which something is different. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

export interface Change {
  /** As a path from the root. */
  file: string;
  /** Stands there exactly once. */
  from: string;
  to: string;
}

/**
 * @param folder is made; the copy stays in it
 * @param configuration another one than the project's, as a path from the root
 * @returns the `wrangler.json` of the built Worker
 * @throws Error if a text that is to be changed is not there any more
 */
export async function buildCopy(
  folder: string,
  changes: readonly Change[],
  configuration?: string,
): Promise<string> {
  const [sources, worker] = [join(folder, "sources"), join(folder, "worker")];
  await mkdir(sources, { recursive: true });
  for (const name of [
    "src",
    "scripts",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "wrangler.jsonc",
  ])
    await cp(join(root, name), join(sources, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(sources, "node_modules"));
  for (const { file, from, to } of changes) {
    const [before, after, ...more] = (await readFile(join(sources, file), "utf8")).split(from);
    if (after === undefined || more.length > 0) throw new Error(`${file} does not have ${from} once.`);
    await writeFile(join(sources, file), `${before}${to}${after}`);
  }
  const script = join(sources, "scripts/build/built.ts");
  const args = [script, worker, ...(configuration === undefined ? [] : [configuration])];
  await promisify(execFile)(process.execPath, args, { cwd: sources, maxBuffer: 10_000_000 });
  return join(worker, "wrangler.json");
}
