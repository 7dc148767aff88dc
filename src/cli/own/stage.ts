/**
 * The Worker with what the operator's project adds. The built Worker stays as it is: its files are copied, and a main module
 * in front runs the project's first.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../make-folder.ts";
import { places } from "../places.ts";
import { removeOld } from "../server/built-worker.ts";
import type { OwnProject } from "./project.ts";

const files = { entry: "entry.js", project: "isogate.config.js" };

/**
 * @param built the `wrangler.json` of the built Worker
 * @returns the `wrangler.json` of the Worker to start: the same one without a project
 */
export async function withOwn(built: string, own: OwnProject | undefined): Promise<string> {
  if (!own) return built;
  const from = dirname(built);
  const key = await keyOf(from, own.hash);
  const folder = join(places.ownWorkers, key);
  const config = join(folder, "wrangler.json");
  if (existsSync(config)) return config;
  // Whole from the moment that it has its name.
  const made = join(places.ownWorkers, `new-${randomUUID()}`);
  makeFolder(places.ownWorkers, 0o700);
  await cp(from, made, { recursive: true });
  const { main, ...settings } = JSON.parse(await readFile(built, "utf8")) as { main: string };
  const entry = [
    `import "./${files.project}";`,
    `export * from "./${main}";`,
    `export { default } from "./${main}";\n`,
  ];
  await writeFile(join(made, files.project), own.code);
  await writeFile(join(made, files.entry), entry.join("\n"));
  await writeFile(
    join(made, "wrangler.json"),
    JSON.stringify({ ...settings, main: files.entry }, undefined, 2),
  );
  await rename(made, folder).catch(() => rm(made, { recursive: true }));
  await removeOld(places.ownWorkers, key);
  return config;
}

async function keyOf(folder: string, hash: string): Promise<string> {
  const key = createHash("sha256").update(hash);
  for (const name of (await readdir(folder, { recursive: true })).toSorted()) {
    const { size, mtimeMs } = await stat(join(folder, name));
    key.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return key.digest("hex").slice(0, 20);
}
