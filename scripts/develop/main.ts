/**
 * `npm run develop`: what tests, checks and benches need besides what `npm ci` installs for running isogate. Runs by
 * itself before `npm test`; does nothing where it has run.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../../src/cli/command-line.ts";

const root = join(import.meta.dirname, "../..");

commandLine(
  "npm run develop",
  "npm run develop: installs what tests and checks need, and their documents.",
  {},
);

if (!existsSync(join(root, "node_modules/vitest"))) {
  console.error("Installing what tests need (once) …");
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  run("npm", "install", "--include=dev", "--include=peer", "--ignore-scripts", "--no-save");
  run(process.execPath, "scripts/documents/main.ts", "--tests");
}
