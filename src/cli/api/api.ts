/** `npm run api`: adds, lists, checks, refreshes and removes the APIs in `specs/`. */
import { access, rm, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";
import { ApiFile, ApiName } from "../../terms/api-file.ts";
import { formatDiff } from "../../spec/read/diff.ts";
import { openCatalog } from "../../spec/read/open.ts";
import { decideRefresh } from "../../deployment/acceptable.ts";
import { draftApiFile, formatApiFile } from "./draft.ts";
import { printable, reportLines } from "../compile-report.ts";
import { countOf, lockOf, readLock, readServed, removeLock, writeLock } from "./lock.ts";
import { configuredApis, nameFor, prepareApi, readApiFile, specsFolder, type PreparedApi } from "../apis.ts";
import { secretNames } from "../secrets.ts";
import { commandLine } from "../command-line.ts";

const help = `npm run api -- <command>

  add <file or URL> [options]   writes specs/<name>.jsonc and its lock file
      --name <name>                  default: from the file name
      --server <URL>                 base URL of the API, instead of the one the document names
      --title <title>                instead of the document's own
      --credential <scheme>=<VAR>    the secret for a security scheme is in the variable VAR
      --force                        replaces an API of this name
  list                          what is configured
  check [name …]                loads every document again and compares it with its lock file; changes nothing
  refresh [name …] [--force]    the same, shows what changed, and writes the lock files
  schema                        writes specs/api-file.schema.json, which editors use to complete and check
  remove <name>                 deletes specs/<name>.jsonc and its lock file

  --specs <folder>   another folder than specs/
  --help`;

const { values, positionals } = commandLine("npm run api", help, {
  allowPositionals: true,
  options: {
    name: { type: "string" },
    server: { type: "string" },
    title: { type: "string" },
    credential: { type: "string", multiple: true, default: [] },
    force: { type: "boolean", default: false },
    specs: { type: "string" },
  },
});
const folder = resolve(values.specs ?? specsFolder);
const [command, ...names] = positionals;

try {
  process.exitCode = await run();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function run(): Promise<number> {
  if (command === undefined) {
    console.log(help);
    return 2;
  }
  switch (command) {
    case "add":
      return add(names[0]);
    case "list":
      return list();
    case "check":
      return compare({ write: false });
    case "refresh":
      return compare({ write: true });
    case "schema":
      return writeSchema();
    case "remove":
      return remove(names[0]);
    default:
      throw new Error(`There is no command "${command}". Run npm run api -- --help.`);
  }
}

async function add(given: string | undefined): Promise<number> {
  if (!given) throw new Error("Name the document: npm run api -- add <file or URL>.");
  const name = ApiName.safeParse(values.name ?? nameFor(given));
  if (!name.success)
    throw new Error(
      `${values.name ?? nameFor(given)}: ${name.error.issues[0]?.message}. Choose one with --name.`,
    );
  const path = join(folder, `${name.data}.jsonc`);
  if (!values.force && (await exists(path))) {
    throw new Error(`${path} is there already. Choose another --name, or replace it with --force.`);
  }
  if (values.server !== undefined && !URL.canParse(values.server)) {
    throw new Error(`--server needs a full URL such as https://api.example.com/v1; it is ${values.server}.`);
  }
  const source = /^(?:https?:|npm:|file:)/.test(given) ? given : relativeSource(given);
  const bare = await prepareApi({ name: name.data, file: { source }, folder });
  const catalog = openCatalog(bare.catalog.index, bare.catalog.body.slice().buffer);
  const { file, notes } = draftApiFile(catalog, {
    source,
    name: name.data,
    server: values.server,
    title: values.title,
    secrets: Object.fromEntries(values.credential.map(credentialFrom)),
  });
  const prepared = await prepareApi({ name: name.data, file, folder });
  await writeFile(path, formatApiFile(file, prepared.api.title));
  await writeLock(folder, name.data, prepared);
  console.log(printable(`${name.data}: ${prepared.api.title} ${prepared.report.version}`));
  printReport(prepared);
  for (const note of notes) console.log(printable(`  ! ${note}`));
  const secrets = secretNames(file.credential);
  console.log(`  wrote ${relative(process.cwd(), path)}`);
  console.log(
    `Next: ${secrets.length > 0 ? `set ${secrets.join(" and ")} in the environment, then ` : ""}npm start`,
  );
  return 0;
}

async function list(): Promise<number> {
  const apis = await configuredApis(folder);
  if (apis.length === 0) console.log("No API is configured. Add one: npm run api -- add <file or URL>");
  for (const { name, file } of apis) {
    const lock = await readLock(folder, name);
    const count = lock
      ? `${countOf(lock)} operations (${lock.operations.read} read, ${lock.operations.write} write, ${lock.operations.delete} delete), version ${lock.version}`
      : `not locked yet: npm run api -- refresh ${name}`;
    console.log(`${name}: ${file.title ?? lock?.title ?? ""}\n  ${count}\n  ${file.source}`);
    for (const secret of secretNames(file.credential)) {
      console.log(`  secret ${secret}: ${process.env[secret] ? "set" : "not set"}`);
    }
  }
  return 0;
}

async function compare({ write }: { write: boolean }): Promise<number> {
  const all = await configuredApis(folder);
  const unknown = names.find((name) => !all.some((api) => api.name === name));
  if (unknown)
    throw new Error(
      `There is no API called ${unknown}. There are: ${all.map((api) => api.name).join(", ")}.`,
    );
  let failed = 0;
  for (const api of all.filter(({ name }) => names.length === 0 || names.includes(name))) {
    try {
      if (
        !(await compareOne(
          api.name,
          await prepareApi(await readApiFile(join(folder, `${api.name}.jsonc`))),
          write,
        ))
      )
        failed++;
    } catch (error) {
      failed++;
      console.log(`${api.name}: ${(error as Error).message}`);
    }
  }
  return failed > 0 ? 1 : 0;
}

/** @returns false if the document is not what the lock file says and that stays so */
async function compareOne(name: string, prepared: PreparedApi, write: boolean): Promise<boolean> {
  const lock = await readLock(folder, name);
  if (!lock) {
    console.log(
      `${name}: there is no lock file yet${write ? "; writing it" : `; write it with npm run api -- refresh ${name}`}`,
    );
    printReport(prepared);
    if (write) await writeLock(folder, name, prepared);
    return write;
  }
  if (lock.hash === prepared.catalog.hash) {
    console.log(`${name}: unchanged`);
    printReport(prepared);
    if (write) await writeLock(folder, name, prepared);
    return true;
  }
  const fresh = {
    hash: prepared.catalog.hash,
    opened: openCatalog(prepared.catalog.index, prepared.catalog.body.slice().buffer),
  };
  const served = await readServed(lock.hash);
  const now = lockOf(prepared);
  const decision = served ? decideRefresh(served, fresh, values.force) : undefined;
  if (decision?.kind === "kept") {
    console.log(`${name}: ${decision.reason}`);
    return false;
  }
  console.log(
    `${name}: changed, ${decision?.kind === "replaced" ? decision.summary : `${countOf(lock)} operations before, ${countOf(now)} now`}` +
      (lock.version === now.version ? "" : `, version ${lock.version} to ${now.version}`),
  );
  if (decision?.kind === "replaced") for (const line of formatDiff(decision.diff)) console.log(`  ${line}`);
  else if (!values.force && countOf(now) < countOf(lock) * (2 / 3)) {
    console.log(
      "  more than a third of its operations is missing; if that is right, refresh it with --force",
    );
    return false;
  }
  printReport(prepared);
  if (write) await writeLock(folder, name, prepared);
  return write;
}

/** The file's own schema, so that an editor completes and checks what a person writes. */
async function writeSchema(): Promise<number> {
  const path = join(folder, "api-file.schema.json");
  await writeFile(path, `${JSON.stringify(z.toJSONSchema(ApiFile, { io: "input" }), null, 2)}\n`);
  console.log(`wrote ${relative(process.cwd(), path)}`);
  return 0;
}

async function remove(name: string | undefined): Promise<number> {
  if (!name) throw new Error("Name the API: npm run api -- remove <name>.");
  const path = join(folder, `${name}.jsonc`);
  if (!ApiName.safeParse(name).success || !(await exists(path))) {
    const known = (await configuredApis(folder)).map((api) => api.name).join(", ");
    throw new Error(`There is no API called ${name}. There are: ${known || "none"}.`);
  }
  await rm(path);
  await removeLock(folder, name);
  console.log(
    `Removed ${relative(process.cwd(), path)}. What is running serves it until it is started again.`,
  );
  return 0;
}

function printReport({ report }: PreparedApi): void {
  console.log(reportLines(report).join("\n"));
}

function relativeSource(given: string): string {
  const path = relative(folder, resolve(given));
  return isAbsolute(path) ? path : path.replaceAll("\\", "/");
}

function credentialFrom(text: string): [string, string] {
  const [, scheme, variable] = /^(.+)=([A-Z][A-Z0-9_]*)$/.exec(text) ?? [];
  if (!scheme || !variable) {
    throw new Error(
      `--credential needs <scheme>=<VAR>, where VAR is the environment variable that holds the secret; it is ${text.split("=")[0]}=….`,
    );
  }
  return [scheme, variable];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
