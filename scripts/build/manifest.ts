/**
 * package.json as it is published: the command and the Worker are bundled, so of the dependencies that a clone needs only
 * those that are run as programs are left. The project's own is put back after packing.
 */
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const own = join(root, "package.json");
const aside = join(root, "dist/package.json");

/** Run as programs of their own: the runtime, and the bundler of own projects. */
const notBundled = ["workerd", "esbuild"];

export async function publishManifest(): Promise<void> {
  await ownManifest();
  await mkdir(join(root, "dist"), { recursive: true });
  await copyFile(own, aside);
  const manifest = JSON.parse(await readFile(own, "utf8")) as Record<string, unknown>;
  const { devDependencies: _dev, allowScripts: _allowed, ...published } = manifest;
  const all = manifest["dependencies"] as Record<string, string>;
  const dependencies = Object.fromEntries(notBundled.map((name) => [name, all[name]]));
  // Only deployments need it, so it is the operator's to install.
  const peerDependencies = { wrangler: `^${all["wrangler"]}` };
  const peerDependenciesMeta = { wrangler: { optional: true } };
  // npm looks here for what it runs after packing.
  const { postpack } = manifest["scripts"] as Record<string, string>;
  const scripts = { postpack };
  await writeFile(
    own,
    `${JSON.stringify({ ...published, scripts, dependencies, peerDependencies, peerDependenciesMeta }, undefined, 2)}\n`,
  );
}

/** Puts the project's own back, also after a packing that was broken off. */
export async function ownManifest(): Promise<void> {
  if (existsSync(aside)) await rename(aside, own);
}
