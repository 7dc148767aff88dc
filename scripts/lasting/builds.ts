/** The builds of the Worker that a lasting run lives through. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";

const root = join(import.meta.dirname, "../..");

/**
 * Another version of the package, built from a copy of its sources.
 * @param folder is made
 * @returns the `wrangler.json` of the built Worker
 */
export async function buildNextVersion(folder: string): Promise<string> {
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
  const server = join(sources, "src/mcp/tool-server.ts");
  const text = await readFile(server, "utf8");
  const next = text.replace(/(name: "isogate", version: )"[^"]+"/, `$1"${nextVersion}"`);
  if (next === text) throw new Error(`${server} does not say its version any more.`);
  await writeFile(server, next);
  await promisify(execFile)(process.execPath, [join(sources, "scripts/build/built.ts"), worker], {
    cwd: sources,
    maxBuffer: 10_000_000,
  });
  if (!(await readFile(join(worker, "index.js"), "utf8")).includes(nextVersion))
    throw new Error("The copy was built, and it is the same version.");
  return join(worker, "wrangler.json");
}

const nextVersion = "0.2.0-deployed";

/** Puts the compressed clock in front of a built Worker. @returns its own `wrangler.json`, in another folder */
export async function withCompressedClock(config: string, folder: string): Promise<string> {
  await cp(dirname(config), folder, { recursive: true });
  const built = JSON.parse(await readFile(config, "utf8")) as { main: string };
  const clock = await readFile(join(import.meta.dirname, "compressed-clock.ts"), "utf8");
  const main = "compressed-clock.js";
  const { code } = await transform(clock.replaceAll("./index.js", `./${built.main}`), { loader: "ts" });
  await writeFile(join(folder, main), code);
  await writeFile(join(folder, "wrangler.json"), JSON.stringify({ ...built, main }));
  return join(folder, "wrangler.json");
}
