/** The options of each subcommand, as `parseArgs` of Node takes them. All of them have `--help` besides. */
import type { ParseArgsConfig } from "node:util";
import { places, type Subcommand } from "./places.ts";

const many = { type: "string", multiple: true, default: [] as string[] } as const;
const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** A document, as it is named on the command line. */
const documentOptions = { name: text, server: text, credential: many, paste: many } as const;
const startOptions = { ...documentOptions, open: flag, stdio: flag, access: text } as const;
const servedOptions = { ...documentOptions, config: text, specs: text, host: text, port: text } as const;
/** A server that runs. */
const atServer = { type: "string", default: `http://localhost:${process.env["PORT"] ?? "8484"}` } as const;

export const optionsOf = {
  start: startOptions,
  serve: servedOptions,
  connect: startOptions,
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

/** @returns the subcommands that take an option */
export function subcommandsWith(option: string): Subcommand[] {
  const all = Object.entries(optionsOf) as [Subcommand, object][];
  return all.flatMap(([subcommand, options]) => (Object.hasOwn(options, option) ? subcommand : []));
}
