/** Puts client programs beside the project, each with exactly its version and apart from the others. */
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Program } from "./programs.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** Downloads of several hundred megabytes are among them. */
const timeoutMs = 10 * 60_000;

export function folderOf({ name, version }: Pick<Program, "name" | "version">): string {
  return join(root, ".isogate/clients", `${name.replaceAll(/[^\w.-]+/g, "-")}-${version}`);
}

/** @returns how many seconds it took; 0 if the program was there already */
export async function install(program: Program): Promise<number> {
  const folder = folderOf(program);
  const wanted = JSON.stringify({ private: true, dependencies: program.packages }, undefined, 2);
  const done = join(folder, "installed.json");
  if ((await readFile(done, "utf8").catch(() => "")) === wanted) return 0;
  const startedAt = Date.now();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), wanted);
  const scripts = program.scripts ? [] : ["--ignore-scripts"];
  await run(
    "npm",
    ["install", ...scripts, "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"],
    {
      cwd: folder,
      timeout: timeoutMs,
      env: { ...process.env, npm_config_update_notifier: "false" },
    },
  );
  await writeFile(done, wanted);
  return Math.ceil((Date.now() - startedAt) / 1_000);
}
