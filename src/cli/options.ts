/** The options of each subcommand, as `parseArgs` of Node takes them, and what it reads in the environment. All have `--help`. */
import type { ParseArgsConfig } from "node:util";
import { settingNames } from "../auth/settings.ts";
import { certificatesVariable } from "./engine/certificates.ts";
import { places, type Subcommand } from "./places.ts";
import { serveVariables } from "./serve/settings.ts";
import { limitVariables } from "./supervisor/limits.ts";

const many = { type: "string", multiple: true, default: [] as string[] } as const;
const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** A document, as it is named on the command line. */
const documentOptions = { name: text, server: text, credential: many, paste: many } as const;
const connectOptions = { ...documentOptions, stdio: flag, access: text } as const;
const startOptions = { ...connectOptions, open: flag } as const;
const servedOptions = { ...documentOptions, config: text, specs: text, host: text, port: text } as const;
/** A server that runs. */
const atServer = { type: "string", default: `http://localhost:${process.env["PORT"] || "8484"}` } as const;

export const optionsOf = {
  start: startOptions,
  serve: servedOptions,
  connect: connectOptions,
  api: {
    name: text,
    server: text,
    title: text,
    credential: many,
    force: flag,
    json: flag,
    lock: text,
    specs: text,
  },
  token: {
    access: text,
    api: { type: "string", multiple: true },
    name: { type: "string", default: "command line" },
    days: { type: "string", default: "30" },
    list: { type: "boolean" },
    revoke: text,
    server: atServer,
  },
  users: { end: text, server: atServer },
  policy: { format: text, write: text, check: text, explain: text, specs: text, replace: flag },
  deploy: {
    "dry-run": flag,
    config: text,
    env: text,
    wrangler: text,
    specs: { type: "string", default: places.ownSpecs },
    open: flag,
  },
  backup: { replace: flag },
  restore: { replace: flag },
  export: { server: text, replace: flag },
  import: { server: text },
  doctor: { ...servedOptions, json: flag },
  init: {},
} as const satisfies Record<Subcommand, ParseArgsConfig["options"]>;

const oneMachine = ["PORT", "HOST", "ISOGATE_SECRET", certificatesVariable, ...limitVariables];
/** OPEN is refused wherever the others are read. */
const settings = settingNames.filter((name) => name !== "OPEN");
const served = [...new Set([...oneMachine, ...settings, ...serveVariables])];

/** The variables of the environment that each subcommand reads by name; besides, all of them read where things are kept. */
export const variablesOf: Readonly<Record<Subcommand, readonly string[]>> = Object.fromEntries(
  Object.entries({
    start: oneMachine,
    serve: served,
    connect: [],
    api: [],
    token: ["PORT"],
    users: ["PORT"],
    policy: [],
    deploy: [...settings, "CLOUDFLARE_ENV", "CLOUDFLARE_API_TOKEN"],
    backup: [],
    restore: ["ISOGATE_SECRET"],
    export: ["ISOGATE_SECRET", "ADMIN_TOKEN"],
    import: ["ISOGATE_SECRET", "ADMIN_TOKEN"],
    doctor: served,
    init: [],
  } satisfies Record<Subcommand, string[]>).map(([subcommand, own]) => [
    subcommand,
    [...own, "ISOGATE_HOME"],
  ]),
) as Record<Subcommand, string[]>;

/** What `--help` says of the options of a document. */
export const documentHelp = `  --name <name>                  its name: apis.<name>, /mcp/<name> (default: from the file name)
  --server <URL>                 base URL of the API (default: the one in the document)
  --credential <scheme>=<VAR>    the environment variable VAR holds the secret for a security scheme
  --paste <scheme>=<path>        each user pastes their own credential on connecting; it is verified with GET <path>`;

/** The same of those of a server for people elsewhere. */
export const servedHelp = `  --config <file>                the settings (default: deployment.jsonc, if it is there)
  --specs <folder>               the folder of API files (default: specs)
  --host <address>               listens there (default: 127.0.0.1)
  --port <port>                  (default: 8484)
${documentHelp}`;

/** @returns the subcommands that take an option */
export function subcommandsWith(option: string): Subcommand[] {
  const all = Object.entries(optionsOf) as [Subcommand, object][];
  return all.flatMap(([subcommand, options]) => (Object.hasOwn(options, option) ? subcommand : []));
}
