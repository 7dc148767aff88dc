/**
 * The program `isogate`: the first word chooses the subcommand, and only that part is loaded. Without one it serves, so
 * `npx isogate openapi.yaml` is enough. A word that is a subcommand is never taken for a file.
 */
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { useProxy, wantsProxy } from "./server/proxy.ts";
import { messageOf } from "../terms/log.ts";
import { visible } from "../terms/visible.ts";
import { nearestNames } from "../request/nearest.ts";
import { commandFor, version, type Subcommand } from "./places.ts";
import { systemSentence } from "./system-error.ts";

interface Program {
  /** @returns the exit code. @throws Error whose message tells a person what to do */
  run(args: string[]): Promise<number>;
}

const programs: Record<Subcommand, () => Promise<Program>> = {
  start: () => import("./start.ts"),
  serve: () => import("./serve/serve.ts"),
  connect: () => import("./connect.ts"),
  api: () => import("./api/api.ts"),
  token: () => import("./token.ts"),
  users: () => import("./users.ts"),
  policy: () => import("./policy.ts"),
  deploy: () => import("./deploy/deploy.ts"),
  backup: () => import("./backup/backup.ts"),
  restore: () => import("./backup/restore.ts"),
  export: () => import("./move/export.ts"),
  import: () => import("./move/import.ts"),
  doctor: () => import("./doctor/doctor.ts"),
  init: () => import("./init/init.ts"),
};
const names = Object.keys(programs);

const help = `isogate: a whole HTTP API behind two MCP tools.

${commandFor("start", "<file or URL>")}
    serves this OpenAPI document; without one, the APIs of specs/, including the bundled demo API
    Options: --name, --server, --credential, --paste, --open, --stdio
${commandFor("serve", "[<file or URL>]")}
    serves people elsewhere from a server of your own, behind a proxy that speaks TLS
${commandFor("init", "[<folder>]")}
    makes a project of your own, for your APIs, rules and settings
${commandFor("connect", "[<file or URL>]")}
    prints the settings of clients that start a command: Claude Desktop, Zed and others
${commandFor("api", "add | list | check | diff | refresh | schema | remove")}
    manages the files of specs/, one for each API
${commandFor("token", "--access read")}
    creates, lists and revokes access tokens for clients without a browser
${commandFor("users")}
    lists users and their connections, and ends them
${commandFor("policy")}
    prints which operations are allowed, asked about or denied, and compares that with a committed table
${commandFor("deploy")}
    deploys the APIs of specs/ to Cloudflare
${commandFor("backup", "<file>")}
    writes the state of a server on this machine to a file, also while it serves
${commandFor("restore", "<file>")}
    puts the state of a backup where a server finds it
${commandFor("export", "<file>")}
    writes the users of a deployment with their grants and ledgers to a file, to move to another one
${commandFor("import", "<file>")}
    puts them into another deployment
${commandFor("doctor")}
    says what is wrong with this machine, the state and the settings, and what to do

Each has --help. ${commandFor("start", "--version")} prints the version.`;

/** Other spellings of the two options that every program has. */
const askedInWords: Readonly<Record<string, string>> = {
  "-h": "--help",
  help: "--help",
  "-v": "--version",
  "-V": "--version",
  version: "--version",
};

// What was to be printed is what was asked for: without it, nothing was done.
let failure: NodeJS.ErrnoException | null = null;
process.stdout.on("error", (error) => {
  // A command that has something to end looks at its output itself.
  if (process.stdout.listenerCount("error") > 1) return;
  failure = error;
  process.exit();
});
process.on("exit", (code) => {
  // A command may end before the event comes.
  const error = failure ?? (process.stdout.listenerCount("error") > 1 ? null : process.stdout.errored);
  if (error === null || code !== 0) return;
  const isReaderGone = (error as NodeJS.ErrnoException).code === "EPIPE";
  // As a shell says that a program ended with its reader.
  process.exitCode = isReaderGone ? 128 + constants.signals.SIGPIPE : 1;
  if (!isReaderGone) console.error(systemSentence(error, "Standard output", "write") ?? messageOf(error));
});
// What nobody reads any more is no reason to end.
process.stderr.on("error", () => {});

try {
  if (wantsProxy(process.env)) useProxy(process.env);
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // It may quote a document, or another server.
  console.error(visible(systemSentence(error) ?? messageOf(error)));
  // Anything already started would keep the process alive.
  process.exit(1);
}

async function main(args: string[]): Promise<number> {
  const [first, ...rest] = args;
  const isWord = first !== undefined && Object.hasOwn(askedInWords, first) && !existsSync(first);
  const asked = isWord ? askedInWords[first] : first;
  const isVersion = asked === "--version" || rest[0] === "--version";
  if (asked === "--help" || isVersion) {
    console.log(isVersion ? version : help);
    return 0;
  }
  if (first !== undefined && Object.hasOwn(programs, first)) {
    return (await programs[first as Subcommand]()).run(rest);
  }
  if (first !== undefined && /^[a-z]+$/i.test(first) && !existsSync(first)) {
    const [nearest] = nearestNames(names, first);
    const advice = nearest ? `did you mean "${nearest}"?` : `the subcommands are ${names.join(", ")}.`;
    throw new Error(`"${first}" is neither a subcommand nor a file; ${advice}`);
  }
  return (await programs.start()).run(args);
}
