/**
 * Starts the runtime, workerd, as a child process with the Worker, its storage in a folder. Guarantee: it ends with this
 * process, however that ends, and its whole process group with it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseJson } from "../../terms/json.ts";
import { makeFolder } from "../make-folder.ts";
import { places } from "../places.ts";
import { layoutName } from "../server/state-folder.ts";
import { maxHeapMb } from "../supervisor/limits.ts";
import { certificatesIn } from "./certificates.ts";
import { BuiltWorker, runtimeConfig, variablePrefix } from "./config.ts";

export interface RuntimeSettings {
  /** The `wrangler.json` of a built Worker. */
  config: string;
  port: number;
  /** Folder of the server's state. */
  stateFolder: string;
  /** The Worker's variables and secrets. They are handed on in the environment: never on disk or on a command line. */
  variables: Record<string, string>;
  /** A PEM file with certificates to trust besides those of browsers. */
  certificates: string | undefined;
}

/** @throws Error if that is no built Worker */
export function readBuiltWorker(config: string): BuiltWorker {
  const read = BuiltWorker.safeParse(JSON.parse(readFileSync(config, "utf8")));
  if (read.success) return read.data;
  throw new Error(`${config} does not describe a built Worker: ${read.error.issues[0]?.message}.`);
}

/** @returns the process; its id is that of its process group too */
export function startRuntime(settings: RuntimeSettings): ChildProcess {
  const { config, port, stateFolder, variables } = settings;
  const worker = readBuiltWorker(config);
  const folder = dirname(config);
  const values = { ...worker.vars, ...variables };
  const objects = join(stateFolder, layoutName, "do");
  makeFolder(objects, 0o700);
  const written = join(stateFolder, "runtime.capnp");
  const files = readdirSync(folder).filter((name) => /\.(js|txt)$/.test(name) && name !== worker.main);
  const names = Object.keys(values);
  const certificates = certificatesIn(settings.certificates);
  writeFileSync(
    written,
    runtimeConfig({ worker, files, variables: names, folder: objects, port, maxHeapMb, certificates }),
    { mode: 0o600 },
  );
  const command = [places.workerd, "serve", "--experimental", `--import-path=${folder}`, written];
  const [program = "", ...args] = leashed(command);
  return spawn(program, args, {
    cwd: stateFolder,
    detached: true,
    // The leash reads its input, which ends with this process.
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      TZ: "UTC",
      ...Object.fromEntries(names.map((name) => [variablePrefix + name, values[name]])),
    } as Record<string, string> as unknown as NodeJS.ProcessEnv,
  });
}

/**
 * What the runtime says in a line: it wraps each message in JSON, so that one with line ends is still one. Before it has read
 * its configuration it writes plainly.
 */
export function messageIn(line: string): { message: string; atMs: number } {
  const said = line.startsWith("{")
    ? (parseJson(line) as { message?: unknown; timestamp?: unknown } | null | undefined)
    : undefined;
  const atMs = Number(said?.timestamp ?? Date.now());
  return { message: typeof said?.message === "string" ? said.message : line, atMs };
}

/**
 * The shell becomes the runtime. Before that it leaves a watcher behind, which waits for the end of its input: then it
 * kills the process group, the runtime included. Windows has no such shell; there a small Node does the same.
 */
const leash = `exec 3<&0 </dev/null
(read -r _ <&3; kill -9 0) >/dev/null 2>&1 &
exec 3<&-
exec "$@"`;

function leashed(command: string[]): string[] {
  return process.platform === "win32"
    ? [process.execPath, places.leash, ...command]
    : ["/bin/sh", "-c", leash, "isogate", ...command];
}
