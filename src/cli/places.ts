/**
 * Where the commands find their own files and keep what they make. In a clone all of it is beside the sources; an
 * installed package is never written to, since others may share it: there it is a folder of the user.
 */
import { cp, mkdir, stat } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Set by scripts/build/package.ts. */
declare const ISOGATE_PACKAGED: true | undefined;

const packaged = typeof ISOGATE_PACKAGED !== "undefined";
const root = join(import.meta.dirname, "../..");
const home = packaged ? userFolder(process.env) : join(root, ".isogate");

export const places = {
  packaged,
  root,
  /** What is kept from run to run. */
  home,
  /** Documents that came in npm packages. */
  documents: join(home, "documents"),
  /** The APIs to serve: a package serves those of the working directory, if it has any. */
  specs: packaged && existsSync("specs") ? resolve("specs") : join(root, "specs"),
  /** The same where files are written: never into an installed package. */
  ownSpecs: packaged ? resolve("specs") : join(root, "specs"),
  /** wrangler's program, wherever npm has put it. */
  wrangler: join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin/wrangler.js"),
} as const;

export type Subcommand = "start" | "api" | "token" | "deploy";

/**
 * How a person types a subcommand: `npm run api -- list` in a clone, `npx isogate api list` where it is installed.
 * @param args what follows it
 */
export function commandFor(subcommand: Subcommand, args = ""): string {
  if (packaged)
    return ["npx isogate", subcommand === "start" ? "" : subcommand, args].filter(Boolean).join(" ");
  const script = subcommand === "start" ? "npm start" : `npm run ${subcommand}`;
  return args === "" ? script : `${script} -- ${args}`;
}

/**
 * `ISOGATE_HOME`, else `isogate` in `XDG_STATE_HOME`, else `.isogate` in the home directory.
 * @param environment of the command
 */
function userFolder(environment: Record<string, string | undefined>): string {
  if (environment["ISOGATE_HOME"]) return resolve(environment["ISOGATE_HOME"]);
  if (environment["XDG_STATE_HOME"]) return join(environment["XDG_STATE_HOME"], "isogate");
  return join(homedir(), ".isogate");
}

/** The folder that wrangler runs in: it holds the Worker's configuration, and wrangler writes into it. */
export async function workerFolder(): Promise<string> {
  if (!packaged) return root;
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const built = join(root, "dist/worker");
  // A build of its own has a folder of its own: two versions may run side by side.
  const folder = join(home, "worker", `${version}-${(await stat(join(built, "index.js"))).size}`);
  if (!existsSync(join(folder, "wrangler.json"))) {
    await mkdir(folder, { recursive: true });
    await cp(built, folder, { recursive: true });
  }
  return folder;
}
