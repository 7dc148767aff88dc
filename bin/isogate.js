#!/usr/bin/env node
/**
 * `npx isogate`: runs on any Node that knows modules. wrangler needs 22.12; where this one is older, the one that
 * came with the package takes over.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 12)) await import("../dist/cli.js");
else handOver();

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
    const program = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    const child = spawn(program, [import.meta.filename ?? process.argv[1], ...process.argv.slice(2)], {
      stdio: "inherit",
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.once("exit", (code) => process.exit(code ?? 1));
    return;
  }
  console.error(
    `isogate needs Node 22.12 or newer; this is ${process.versions.node}, and no other came with the package for ${name}.`,
  );
  process.exit(1);
}
