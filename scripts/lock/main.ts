/**
 * `npm run lock`: completes package-lock.json for every platform. npm leaves out optional packages of other platforms if
 * it runs beside an installed node_modules, or if the registry in use lacks them; `npm ci` then fails everywhere. The
 * missing packages are added by name and version, and resolved where they are needed.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commandLine } from "../../src/cli/command-line.ts";

interface LockedPackage {
  version?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const systems: Record<string, string> = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  netbsd: "netbsd",
  openbsd: "openbsd",
  openharmony: "openharmony",
  sunos: "sunos",
  win32: "win32",
  windows: "win32",
  aix: "aix",
};
const processors: Record<string, string> = { "64": "x64" };
for (const name of [
  "arm",
  "arm64",
  "x64",
  "ia32",
  "ppc64",
  "riscv64",
  "s390x",
  "loong64",
  "mips64el",
  "wasm32",
])
  processors[name] = name;

commandLine(
  "npm run lock",
  "npm run lock: adds to package-lock.json the packages of other platforms that npm left out.",
  {},
);

const path = join(import.meta.dirname, "../../package-lock.json");
const lock = JSON.parse(await readFile(path, "utf8")) as { packages: Record<string, LockedPackage> };
let added = 0;
for (const [place, holder] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(holder.optionalDependencies ?? {})) {
    if (isThere(place, name, version)) continue;
    const platform = platformOf(name);
    if (!platform) continue;
    const atRoot = `node_modules/${name}`;
    const key = atRoot in lock.packages ? `${place}/node_modules/${name}` : atRoot;
    lock.packages[key] = { version, ...platform, ...(holder.dev && { dev: true }), optional: true };
    added += 1;
  }
}
const [root, ...others] = Object.entries(lock.packages);
if (!root) throw new Error("package-lock.json has no packages: run npm install first.");
others.sort(([one], [other]) => (one < other ? -1 : 1));
lock.packages = Object.fromEntries([root, ...others]);
await writeFile(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  added === 0
    ? "package-lock.json is whole."
    : `Added ${added} packages of other platforms to package-lock.json.`,
);

/** Whether what a package at `place` asks for is found by Node's rules: in its own folder, or in one above it. */
function isThere(place: string, name: string, version: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const found = lock.packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`];
    if (found) return found.version === version || !/^\d/.test(version);
    if (folder === "" || !folder.includes("/node_modules/")) {
      if (folder === "") return false;
      const atRoot = lock.packages[`node_modules/${name}`];
      return atRoot !== undefined && (atRoot.version === version || !/^\d/.test(version));
    }
  }
}

/** Operating system, processor and C library from a name such as `@x/binding-linux-arm64-musl`. */
function platformOf(name: string): Pick<LockedPackage, "os" | "cpu" | "libc"> | undefined {
  const words = name.replace(/^@[^/]+\//, "").split("-");
  const os = words.map((word) => systems[word]).find((system) => system !== undefined);
  const cpu = words.map((word) => processors[word]).find((processor) => processor !== undefined);
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.includes("gnu")
      ? "glibc"
      : undefined;
  if (cpu === undefined) return undefined;
  return {
    cpu: [cpu],
    ...(os !== undefined && { os: [os] }),
    ...(os === "linux" && libc !== undefined && { libc: [libc] }),
  };
}
