/** Packs the project and installs the tarball into an empty folder, once for all files, and brings other Nodes to run it. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** The last of each version that is not the one that runs this. Builds for other systems than Linux are not in npm. */
const others = process.platform === "linux" ? ["20.20.2", "22.23.5"] : [];

interface Installed {
  /** Has `node_modules` with the package, as npm installs it, and nothing else. */
  folder: string;
  /** What is in the tarball. */
  files: string[];
  /** Of the package. */
  version: string;
  /** Node by version. */
  nodes: Record<string, string>;
}

declare module "vitest" {
  export interface ProvidedContext {
    installed: Installed;
  }
}

/** Clean of the project's own programs: the package has to bring what it needs. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const path = (process.env["PATH"] ?? "").split(":").filter((part) => !part.includes("node_modules"));
  const { HOME = "" } = process.env;
  return { PATH: path.join(":"), HOME, ...more } as unknown as NodeJS.ProcessEnv;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const all = await mkdtemp(join(tmpdir(), "isogate-package-"));
  const made = async (name: string) => {
    await mkdir(join(all, name));
    await writeFile(join(all, name, "package.json"), '{ "private": true }\n');
    return join(all, name);
  };
  const install = (folder: string, ...packages: string[]) =>
    run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], {
      cwd: folder,
      env: environment(),
    });
  const { stdout } = await run("npm", ["pack", "--json", `--pack-destination=${all}`], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  // npm prints a list, or from version 11 on an object by name.
  const printed = JSON.parse(stdout.slice(stdout.search(/^[[{]$/m))) as object;
  const [packed] = Object.values(printed) as {
    filename: string;
    version: string;
    files: { path: string }[];
  }[];
  if (!packed) throw new Error(`npm pack made nothing: ${stdout}`);
  const folder = await made("installed");
  await install(folder, join(all, packed.filename));
  const nodes: Record<string, string> = { [process.versions.node]: process.execPath };
  for (const version of others) {
    const place = await made(`node-${version}`);
    const { stdout: name } = await run(
      "npm",
      ["pack", "--silent", `node-${process.platform}-${process.arch}@${version}`],
      { cwd: place, env: environment() },
    );
    // Of its headers nothing is needed.
    await run("tar", ["-xzf", name.trim(), "package/bin/node"], { cwd: place });
    nodes[version] = join(place, "package/bin/node");
  }
  const { version } = packed;
  project.provide("installed", { folder, files: packed.files.map(({ path }) => path), version, nodes });
  return () => rm(all, { recursive: true, force: true });
}
