/**
 * Where the commands find their own files and keep their state: in ISOGATE_HOME if it is set, else in a clone beside the
 * sources, and for an installed package in a folder of the user. A package is never written to: others may share it.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

/** Set by scripts/build/package.ts. */
declare const ISOGATE_PACKAGED: true | undefined;

const fromHere = createRequire(import.meta.url);
const packaged = typeof ISOGATE_PACKAGED !== "undefined";
const root = join(import.meta.dirname, "../..");
const { ISOGATE_HOME, XDG_STATE_HOME } = process.env as Record<string, string | undefined>;
const ownFolder = packaged ? userFolder() : join(root, ".isogate");
// A shell puts the home folder for a tilde; in quotes, in an `.env` file or in a unit of systemd nobody does.
const home = resolve(ISOGATE_HOME?.replace(/^~(?=$|[/\\])/, () => userHome()) || ownFolder);

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  version: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};
export const { version } = manifest;
const { dependencies, peerDependencies } = manifest;

export const places = {
  packaged,
  root,
  /** State that outlives a run of the command. */
  home,
  /** Documents from npm packages: a clone's are its own, whatever state it serves. */
  documents: join(packaged ? home : ownFolder, "documents"),
  /** What a person tries here: the APIs of the working directory, or without a folder `specs` those that come with isogate. */
  specs: packaged && existsSync("specs") ? resolve("specs") : join(root, "specs"),
  /** What others are served, and where API files are written: never those of an installed package, which nobody chose. */
  ownSpecs: packaged ? resolve("specs") : join(root, "specs"),
  /** The Worker's configuration. */
  workerConfig: join(root, packaged ? "dist/worker/wrangler.json" : "wrangler.jsonc"),
  /** Bundled Workers: a clone's are its own too. */
  workers: join(packaged ? home : ownFolder, "worker"),
  /** What `import … from "isogate"` is in a project of an operator's own. */
  publicModule: join(root, packaged ? "dist/index.js" : "src/terms/public.ts"),
  /** Workers with what such a project adds. */
  ownWorkers: join(home, "own"),
  /** Starts a program that ends with the process that started it. */
  leash: join(root, "bin/leash.js"),
  /** The runtime, wherever npm has installed it. */
  get workerd(): string {
    return (fromHere("workerd") as { default: string }).default;
  },
  /** Runs in a thread: see schema-faults.ts. */
  schemaCheck: join(root, packaged ? "dist/schema-check.js" : "src/cli/schema-check.ts"),
  /** wrangler's program. A package is installed without it: there it is that of the folder it is called in, if any. */
  get wrangler(): string | undefined {
    for (const from of [fromHere, createRequire(join(process.cwd(), "package.json"))])
      try {
        return join(dirname(from.resolve("wrangler/package.json")), "bin/wrangler.js");
      } catch {
        continue;
      }
    return undefined;
  },
  /** The wrangler that this version is deployed with. */
  wranglerVersion: (dependencies?.["wrangler"] ?? peerDependencies?.["wrangler"])?.replace("^", ""),
};

export type Subcommand =
  | "start"
  | "serve"
  | "connect"
  | "api"
  | "token"
  | "users"
  | "policy"
  | "deploy"
  | "backup"
  | "restore"
  | "export"
  | "import"
  | "doctor"
  | "init";

/**
 * How a person types a subcommand: `npm run api -- list` in a clone, `npx isogate api list` in an installed package.
 * @param args what follows it
 */
export function commandFor(subcommand: Subcommand, args = ""): string {
  if (packaged)
    return ["npx isogate", subcommand === "start" ? "" : subcommand, args].filter(Boolean).join(" ");
  const script = subcommand === "start" ? "npm start" : `npm run ${subcommand}`;
  return args === "" ? script : `${script} -- ${args}`;
}

/** A page of docs/, as a person here can open it: a package brings its own. @param name without `.md` */
export function docPage(name: string): string {
  const path = join(root, "docs", `${name}.md`);
  const near = relative(process.cwd(), path);
  if (!packaged) return `docs/${name}.md`;
  return near.startsWith("..") ? path : near;
}

function userFolder(): string {
  // A relative path counts as not set (XDG Base Directory Specification).
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, "isogate");
  return join(userHome(), ".isogate");
}

function userHome(): string {
  let own = "";
  try {
    own = homedir();
  } catch {
    // A user whom the system does not know, as containers have them.
  }
  // Of such a user: what cannot be made there is said where a server wants to keep something.
  return own || "/nonexistent";
}
