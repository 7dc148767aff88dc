/** Starts real servers for the tests, on free ports of loopback, in folders of their own, and ends them again. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Running {
  stop(): Promise<void>;
}

/** A server that tests call as an upstream API. */
export interface RunningServer extends Running {
  /** Its base URL. */
  url: string;
  /** JSON of the document that describes it. */
  document: string;
}

/** @throws Error that names the Debian package, if the program is not there */
export function programOf(name: string, debianPackage: string): string {
  const folders = [
    "/usr/sbin",
    "/usr/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
    ...(process.env["PATH"] ?? "").split(":"),
  ];
  const found = folders.map((folder) => join(folder, name)).find(existsSync);
  if (found) return found;
  throw new Error(`${name} is not installed. On Debian: apt-get install ${debianPackage}`);
}

export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "isogate-servers-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Starts a program and waits until an address answers. */
export async function start(
  program: string,
  args: string[],
  readyUrl: string,
  waitMs = 30_000,
): Promise<Running> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-4_000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const until = Date.now() + waitMs;
  while (!(await answers(readyUrl))) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill();
      throw new Error(`${program} does not answer at ${readyUrl}:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
