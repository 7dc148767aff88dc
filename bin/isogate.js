#!/usr/bin/env node
/**
 * `npx isogate`, or `node bin/isogate.js` in a clone: runs on any Node that knows modules. SQLite and the
 * sources of a clone need 22.18; where this one is older, another takes over (own-node.js).
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ownNode } from "./own-node.js";

const built = new URL("../dist/cli.js", import.meta.url);
const sources = new URL("../src/cli/main.ts", import.meta.url);
// A clone may have an old build beside its sources.
const program = existsSync(sources) ? sources : built;
const need = [22, 18];

try {
  process.cwd();
} catch {
  console.error(
    "The folder that this command was started in was deleted. Go to another one (cd), and start it there.",
  );
  process.exit(1);
}
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 23 || (major === need[0] && minor >= need[1])) await run();
else handOver();

async function run() {
  // Of an older Node (handOver), which may be killed: then nobody else could end this.
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
  try {
    await import(program.href);
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error(`${missingPackage(error)} is not installed. In ${rootFolder()}, run: npm ci`);
    process.exit(1);
  }
}

function handOver() {
  const wanted = `isogate needs Node ${need.join(".")} or newer. This is ${process.versions.node}.`;
  let node;
  // It changes nothing, and all that it looks at needs the other Node.
  const isDoctor = process.argv[2] === "doctor";
  try {
    node = ownNode(wanted, !isDoctor);
  } catch (error) {
    if (isDoctor) {
      const says = `${wanted} ${error.message} Let one do that (npx isogate --version), or install Node ${need.join(".")}; then ask the doctor again.`;
      const finding = { check: "Node", status: "fault", says };
      console.log(
        process.argv.includes("--json") ? JSON.stringify([finding], undefined, 2) : `✘ Node: ${says}`,
      );
      process.exit(1);
    }
    const first = program === sources ? `Run npm ci in ${rootFolder()}, or install` : "Install";
    console.error(`${wanted} ${error.message.replace(/\.?$/, ".")} ${first} Node ${need.join(".")}.`);
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // The last one only tells that this process is there.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm passes not every signal on: without the shell that npm started, nobody can end this.
  const startedBy = process.ppid;
  if (process.env.npm_lifecycle_event)
    setInterval(() => process.ppid !== startedBy && child.kill("SIGTERM"), 500).unref();
  child.once("error", (error) => {
    console.error(`${wanted} ${node} could not be started (${error.code}).`);
    process.exit(1);
  });
  child.once("exit", (code) => process.exit(code ?? 1));
}

function rootFolder() {
  return fileURLToPath(new URL("..", import.meta.url));
}

function missingPackage(error) {
  return /'([^']+)'/.exec(error.message)?.[1] ?? "A package";
}
