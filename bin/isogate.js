#!/usr/bin/env node
/**
 * `npx isogate`, or `node bin/isogate.js` in a clone: runs on any Node that knows modules. wrangler needs 22.12, and the
 * sources of a clone 22.18; where this one is older, the one that came with the package takes over.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/cli.js", import.meta.url);
const sources = new URL("../src/cli/main.ts", import.meta.url);
// A clone may have an old build beside its sources.
const program = existsSync(sources) ? sources : built;
const need = program === built ? [22, 12] : [22, 18];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 23 || (major === need[0] && minor >= need[1])) await run();
else handOver();

async function run() {
  try {
    await import(program.href);
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error(`${missingPackage(error)} is not installed. In ${rootFolder()}, run: npm ci`);
    process.exit(1);
  }
}

function handOver() {
  const name = `${process.platform}-${process.arch}`.replace("win32", "win");
  const packages = [`node-${name}`, `node-bin-${name}`];
  const require = createRequire(import.meta.url);
  for (const each of packages) {
    let folder;
    try {
      folder = dirname(require.resolve(`${each}/package.json`));
    } catch {
      continue;
    }
    const node = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: "inherit",
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.once("exit", (code) => process.exit(code ?? 1));
    return;
  }
  const next =
    program === sources
      ? `Run npm ci in ${rootFolder()}, or install Node ${need.join(".")}.`
      : `Install Node ${need.join(".")}.`;
  console.error(
    `isogate needs Node ${need.join(".")} or newer. This is ${process.versions.node}, and no other came with the package for ${name}. ${next}`,
  );
  process.exit(1);
}

function rootFolder() {
  return fileURLToPath(new URL("..", import.meta.url));
}

function missingPackage(error) {
  return /'([^']+)'/.exec(error.message)?.[1] ?? "A package";
}
