/**
 * The Worker as it is started, bundled: in a package it comes so; in a clone it is built when a source has changed, because
 * to bundle it takes longer than everything else at the start.
 */
import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../make-folder.ts";
import { places } from "../places.ts";

/** What the bundle is made of, in a clone. */
const sources = ["src", "scripts/build", "wrangler.jsonc", "package-lock.json"];

/** @returns the `wrangler.json` of the built Worker, beside which its files are */
export async function builtWorker(): Promise<string> {
  if (places.packaged) return places.workerConfig;
  const all = places.workers;
  const key = await sourcesKey();
  const config = join(all, key, "wrangler.json");
  if (existsSync(config)) return config;
  makeFolder(all);
  // Whole from the moment that it has its name: another start may look at the same time.
  const made = join(all, `new-${randomUUID()}`);
  await build(made);
  await rename(made, join(all, key)).catch(() => rm(made, { recursive: true }));
  await removeOld(all, key);
  return config;
}

/** Removes builds that nobody starts any more; the latest few may still run. */
export async function removeOld(all: string, kept: string): Promise<void> {
  const names = (await readdir(all)).filter((name) => name !== kept);
  const aged = await Promise.all(
    names.map(async (name) => ({ path: join(all, name), at: (await stat(join(all, name))).mtimeMs })),
  );
  for (const { path } of aged.toSorted((one, other) => other.at - one.at).slice(3))
    await rm(path, { recursive: true, force: true });
}

/** In a process group of its own, which ends with this process. */
async function build(folder: string): Promise<void> {
  const script = join(places.root, "scripts/build/built.ts");
  const child = spawn(process.execPath, [script, folder], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  process.once("exit", end);
  let said = "";
  child.stderr.on("data", (text) => (said += String(text)));
  const [code] = (await once(child, "close")) as [number | null];
  process.off("exit", end);
  if (code !== 0) throw new Error(`The Worker could not be built.\n${said.slice(-2_000)}`);
}

async function sourcesKey(): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources)
    for (const path of await filesOf(join(places.root, source))) {
      const { size, mtimeMs } = await stat(path);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  return hash.digest("hex").slice(0, 20);
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !/\.generated\.|\.d\.ts$/.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
}
