/** `isogate api`: adds, lists, checks, compares, refreshes and removes the API files in `specs/`. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { z } from "zod";
import { ApiFile, ApiName } from "../../terms/api-file.ts";
import { nearestNames } from "../../request/nearest.ts";
import { configuredApis } from "../apis.ts";
import { commandLine } from "../command-line.ts";
import { loadOwn } from "../own/project.ts";
import { optionsOf } from "../options.ts";
import { commandFor, places } from "../places.ts";
import { bundledSecrets, isDemo, secretNames, secretsOf } from "../secrets.ts";
import { add } from "./add.ts";
import { compare } from "./compare.ts";
import { diff } from "./diff.ts";
import { countOf, readLock, removeLock } from "./lock.ts";
import { printable } from "../compile-report.ts";
import { writeText } from "../written-file.ts";

const help = `${commandFor("api", "<command>")}

  add <file or URL> [options]   writes specs/<name>.jsonc and its lock file
      --name <name>                  default: from the file name
      --server <URL>                 base URL of the API (default: the one in the document)
      --title <title>                default: the document's own
      --credential <scheme>=<VAR>    the environment variable VAR holds the secret for a security scheme
      --force                        replaces an API with this name
  list                          lists the configured APIs
  check [name …]                loads each document again and compares it with its lock file; changes nothing
  refresh [name …] [--force]    does the same and writes the lock files; --force also accepts a document that shrank by more
                                than a third, or loosens what the API file, grants and credentials hold
  diff [name …] [--json]        says what changed since the lock files inside the operations, what breaks callers, and which
                                rules it touches; exits with 1 if something breaks, with 2 if it cannot be told
      --lock <file>                  compares with this lock file, say that of the main branch
  schema                        writes specs/api-file.schema.json, with which editors complete and check API files
  remove <name>                 deletes specs/<name>.jsonc and its lock file

  --specs <folder>   the folder of API files (default: specs/)
  --help`;

const config = { allowPositionals: true, options: optionsOf.api } as const;

/** @returns 1 if a document differs from its lock file, 2 if no command was named or nothing can be compared */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(commandFor("api"), help, config, args);
  const folder = resolve(values.specs ?? places.ownSpecs);
  const [command, ...names] = positionals;
  // Faults and notes are by its schemes and rules, too.
  await loadOwn();
  if (command !== undefined && Object.hasOwn(commands, command))
    assertMeant(command as keyof typeof commands, names, values);
  switch (command) {
    case undefined:
      console.log(help);
      return 2;
    case "add":
      await add(folder, names[0], values);
      if (!existsSync(join(folder, schemaFile))) await sayWhereSchema(folder);
      return 0;
    case "list":
      await list(folder, values.specs !== undefined);
      return 0;
    case "check":
    case "refresh":
      return (await compare(folder, names, { write: command === "refresh", force: values.force })) ? 0 : 1;
    case "diff":
      return diff(folder, names, values);
    case "schema":
      await sayWhereSchema(folder);
      return 0;
    case "remove":
      await remove(folder, names[0]);
      return 0;
    default: {
      const [nearest] = nearestNames(Object.keys(commands), command);
      throw new Error(
        `Unknown command "${command}". ${nearest === undefined ? "" : `Did you mean "${nearest}"? `}See ${commandFor("api", "--help")}.`,
      );
    }
  }
}

/** What each command takes besides `--specs`: how many names at most, and which options. */
const commands = {
  add: { most: 1, options: ["name", "server", "title", "credential", "force"] },
  list: { most: 0, options: [] },
  check: { most: Infinity, options: [] },
  refresh: { most: Infinity, options: ["force"] },
  diff: { most: Infinity, options: ["json", "lock"] },
  schema: { most: 0, options: [] },
  remove: { most: 1, options: [] },
} as const satisfies Record<string, { most: number; options: readonly (keyof typeof config.options)[] }>;

/** @throws Error about what was typed and would be ignored */
function assertMeant(
  command: keyof typeof commands,
  names: string[],
  values: Record<string, string | boolean | string[] | undefined>,
): void {
  const { most, options } = commands[command];
  const known: readonly string[] = [...options, "specs"];
  const unused = Object.entries(values).find(
    ([option, value]) =>
      !known.includes(option) && value !== undefined && value !== false && String(value) !== "",
  );
  if (unused) {
    const [takes] = Object.entries(commands).filter(([, of]) => of.options.some((one) => one === unused[0]));
    throw new Error(
      `${commandFor("api", command)} takes no --${unused[0]}${takes ? `; it is for ${commandFor("api", takes[0])}` : ""}.`,
    );
  }
  if (names.length <= most) return;
  const each = command === "add" ? " Add one document at a time." : "";
  throw new Error(
    `${commandFor("api", command)} takes ${most === 0 ? "no name" : "one name"}; there is also ${names[most]}.${each}`,
  );
}

const schemaFile = "api-file.schema.json";

/** @param isNamed then the folder has to be there */
async function list(folder: string, isNamed: boolean): Promise<void> {
  const apis = isNamed || existsSync(folder) ? await configuredApis(folder) : [];
  if (apis.length === 0)
    console.log(`No API is configured. Add one: ${commandFor("api", "add <file or URL>")}`);
  for (const { name, file } of apis) {
    const lock = await readLock(folder, name);
    const count = lock
      ? `${countOf(lock)} operations (${lock.operations.read} read, ${lock.operations.write} write, ${lock.operations.delete} delete), version ${lock.version}`
      : `not locked yet: ${commandFor("api", `refresh ${name}`)}`;
    for (const line of [`${name}: ${file.title ?? lock?.title ?? ""}`, `  ${count}`, `  ${file.source}`])
      console.log(printable(line));
    const { missing } = secretsOf([{ name, file }], isDemo({ name, file }) ? bundledSecrets : {});
    const absent = new Set(missing.map(({ secret }) => secret));
    for (const secret of secretNames(file.credential))
      console.log(`  secret ${secret}: ${absent.has(secret) ? "not set" : "set"}`);
  }
}

async function sayWhereSchema(folder: string): Promise<void> {
  await writeSchema(folder);
  console.log(`wrote ${relative(process.cwd(), join(folder, schemaFile))}`);
}

/** Writes the schema of an API file, with which an editor completes and checks it. */
export async function writeSchema(folder: string): Promise<void> {
  const path = join(folder, schemaFile);
  await writeText(path, `${JSON.stringify(z.toJSONSchema(ApiFile, { io: "input" }), null, 2)}\n`);
}

async function remove(folder: string, name: string | undefined): Promise<void> {
  if (!name) throw new Error(`Name the API: ${commandFor("api", "remove <name>")}.`);
  const path = join(folder, `${name}.jsonc`);
  if (!ApiName.safeParse(name).success || !existsSync(path)) {
    const known = (await configuredApis(folder)).map((api) => api.name).join(", ");
    throw new Error(`Unknown API ${name}. Known: ${known || "none"}.`);
  }
  await rm(path);
  await removeLock(folder, name);
  console.log(
    `Removed ${relative(process.cwd(), path)}. A running server keeps serving it until you restart it.`,
  );
  if ((await configuredApis(folder)).length === 0)
    console.log(`It was the last one. To have something to serve: ${commandFor("api", "add <file or URL>")}`);
}
