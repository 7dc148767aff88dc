/**
 * `isogate policy`: what happens with every operation of the APIs in `specs/`, as a table to read, to commit, and to hold
 * against the rules later.
 */
import { readFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { decisionsFor, type DecidedOperation } from "../gateway/decide/decisions.ts";
import { locate } from "../gateway/decide/locate.ts";
import { Access } from "../terms/api-file.ts";
import { describeFailure } from "../terms/failure.ts";
import { trimEndOf } from "../terms/trim-end.ts";
import { configuredApis, prepareApi, readApiFile, type PreparedApi } from "./apis.ts";
import { UsageError } from "./ask-server.ts";
import { commandLine } from "./command-line.ts";
import { loadOwn, ownFaults } from "./own/project.ts";
import { printable } from "./compile-report.ts";
import { optionsOf } from "./options.ts";
import { commandFor, places } from "./places.ts";
import { quoted } from "./quoted.ts";
import { writeText } from "./written-file.ts";

const command = commandFor("policy");
const help = `${commandFor("policy", "[name …] [options]")}

Prints what happens with every operation of the APIs in specs/ (or of those you name), for a connection that was granted
read, write or delete alone: allow, ask or deny, and by which rule. A dash: the grant does not cover it.

  --format text | json | markdown   default: text, or what the name of the file says
  --write <file>                    writes the table into a file (.md, .json or any other), to commit it
  --replace                         writes it even if the file is there and is something else
  --check <file>                    compares the table with such a file: prints the difference, exits with 1 if there is one
  --explain "<METHOD> <path>"       says for one request what each grant gives, and why: "DELETE /zones/1"
  --specs <folder>                  the folder of API files (default: specs/)
  --help

Rules that fit nothing in the document are printed too, and then the exit code is 1.`;

const config = { allowPositionals: true, options: optionsOf.policy } as const;

/** @returns 1 if the table differs from the file to check, an entry fits nothing, or the request to explain is unknown */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(command, help, config, args);
  const { write, check, explain } = values;
  if ([write, check, explain].filter((one) => one !== undefined).length > 1)
    throw new UsageError("Give only one of --write, --check and --explain.", command);
  await loadOwn();
  const table = formatOf(values.format, write ?? check);
  const folder = resolve(values.specs ?? places.ownSpecs);
  const apis = await preparedApis(folder, positionals);
  if (explain !== undefined) return explained(apis, explain);
  const text = table(apis);
  let code = reportUnfitting(apis);
  if (check !== undefined) code = Math.max(code, await compare(check, text, apis));
  else if (write === undefined) console.log(trimEndOf(text, /\n/) || noApi(folder));
  else {
    if (!values.replace) await assertTable(write);
    await writeText(write, text);
    console.log(`Wrote ${write}. Check it later: ${commandFor("policy", `--check ${write}`)}`);
  }
  // A rule that fails denies: the table is not what the operator meant.
  return Math.max(code, ownFaults.size > 0 ? 1 : 0);
}

const noApi = (folder: string) =>
  `There is no API in ${folder}. Add one: ${commandFor("api", "add <file or URL>")}`;

/** How a table begins, in any of its forms. */
const beginning = /^(?:(?:## )?[\w-]+\s+\|? ?operation[ |]+access\b|\{\s+"[\w-]+": \[\s+(?:\{"id":|\]))/;

/** @throws UsageError if the file is there and is no such table */
async function assertTable(file: string): Promise<void> {
  const there = await readFile(file, "utf8").catch(() => "");
  if (!isTable(there)) throw noTable(file, "Nothing was written. Name another file, or add --replace.");
}

const isTable = (text: string) => text.trim() === "" || beginning.test(text);

const noTable = (file: string, next: string) =>
  new UsageError(`${file} is there, and is no table of ${command}. ${next}`, command);

/** Writes the table of the APIs in a folder, in the form that the file's name says. */
export async function writePolicy(specs: string, file: string): Promise<void> {
  await writeText(file, formatOf(undefined, file)(await preparedApis(specs, [])));
}

async function preparedApis(folder: string, names: readonly string[]): Promise<PreparedApi[]> {
  const known = (await configuredApis(folder)).map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`Unknown API "${unknown}". Known: ${known.join(", ") || "none"}.`, command);
  const chosen = known.filter((name) => names.length === 0 || names.includes(name));
  return Promise.all(
    chosen.map(async (name) => prepareApi(await readApiFile(join(folder, `${name}.jsonc`)))),
  );
}

/** Prints the entries of the files that fit nothing. @returns the exit code */
function reportUnfitting(apis: readonly PreparedApi[]): number {
  for (const { api, unfitting } of apis)
    for (const { pointer, message } of unfitting)
      console.error(printable(`${api.name}: ${pointer}: ${message}`));
  return apis.some(({ unfitting }) => unfitting.length > 0) ? 1 : 0;
}

type Table = (apis: readonly PreparedApi[]) => string;

const formats: Record<string, Table> = { text: asText, json: asJson, markdown: asMarkdown };
const byExtension: Record<string, string> = { ".md": "markdown", ".json": "json" };

function formatOf(named: string | undefined, file: string | undefined): Table {
  const name = named ?? byExtension[extname(file ?? "")] ?? "text";
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format) return format;
  throw new UsageError(`--format is ${Object.keys(formats).join(", ")}; it is "${name}".`, command);
}

const headings = ["operation", "access", ...Access.options, "by"];

function cellsOf({ operation, access, grants, depending }: DecidedOperation): string[] {
  const { method, path } = operation;
  const found = Access.options.map((one) => grants[one]?.effect ?? "–");
  const rules = [grants[access], ...depending].filter((one) => one !== undefined);
  const [by, ...others] = rules.map(({ rule }) => rule);
  const some = others.map((rule) => `; for some requests: ${rule}`).join("");
  return [`${method.toUpperCase()} ${path}`, access, ...found, `${by ?? ""}${some}`].map(printable);
}

function asText(apis: readonly PreparedApi[]): string {
  return sections(apis, (rows) => {
    const all = [headings, ...rows];
    const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
    return all.map((row) =>
      trimEndOf(row.map((cell, column) => cell.padEnd(widths[column]!)).join("  "), / /),
    );
  });
}

function asMarkdown(apis: readonly PreparedApi[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return sections(
    apis,
    (rows) => [line(headings), line(headings.map(() => "---")), ...rows.map(line)],
    "## ",
  );
}

function sections(apis: readonly PreparedApi[], lines: (rows: string[][]) => string[], mark = ""): string {
  const parts = apis.map(({ api, opened }) => {
    const rows = decisionsFor(api, opened).map(cellsOf);
    return `${mark}${api.name}\n\n${lines(rows).join("\n")}\n`;
  });
  return parts.join("\n");
}

/** An operation a line, so that a difference can be read. */
function asJson(apis: readonly PreparedApi[]): string {
  const line = ({ operation, access, grants, depending }: DecidedOperation) => {
    const { id, method, path } = operation;
    const granted = Object.fromEntries(Access.options.map((one) => [one, grants[one] ?? null]));
    return JSON.stringify({ id, method: method.toUpperCase(), path, access, ...granted, depending });
  };
  const members = apis.map(
    ({ api, opened }) =>
      `${JSON.stringify(api.name)}: [\n${decisionsFor(api, opened).map(line).join(",\n")}\n]`,
  );
  return `{\n${members.join(",\n")}\n}\n`;
}

/** Prints what differs between a committed table and this one. @returns the exit code */
async function compare(file: string, text: string, apis: readonly PreparedApi[]): Promise<number> {
  const again = commandFor("policy", `--write ${quoted(file)}`);
  const committed = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code}). To write it: ${again}`, command);
  });
  if (!isTable(committed)) throw noTable(file, "Name the file that --write made.");
  const [was, is] = [committed, text].map((one) => one.split(/\r?\n/).map((line) => plain(line)));
  const [gone, come] = [without(was!, is!), without(is!, was!)];
  if (gone.length + come.length === 0) {
    console.log(`${file} says what the rules do: ${apis.map(({ api }) => api.name).join(", ")}.`);
    return 0;
  }
  console.log(`${file} says otherwise than the rules do (- the file, + the rules):`);
  for (const line of gone) console.log(printable(`- ${line}`));
  for (const line of come) console.log(printable(`+ ${line}`));
  console.log(`If this is meant: ${again}`);
  return 1;
}

/** Columns may be wider because of another row. */
const plain = (line: string) => line.trim().replace(/ {2,}/g, "  ").replace(/,$/, "");

/** The lines that are in `one` and not in `other`, as often as they are more. */
function without(one: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1);
  return one.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0 && line !== "";
  });
}

/** Prints what the gateway would decide on one request. @returns the exit code */
async function explained(apis: readonly PreparedApi[], text: string): Promise<number> {
  const [, method, target] = /^([A-Za-z]+)\s+(\S.*)$/.exec(text.trim()) ?? [];
  if (method === undefined || target === undefined)
    throw new UsageError(
      `--explain needs a method and a path, as in "DELETE /zones/1"; it is "${text}".`,
      command,
    );
  const found = await Promise.all(apis.map((one) => locatedIn(one, method.toUpperCase(), target)));
  const known = found.filter(({ decisions }) => !decisions.every(isUnknown));
  for (const { name, decisions } of known.length > 0 ? known : found)
    for (const line of explanation(name, decisions)) console.log(printable(line));
  return known.length > 0 ? 0 : 1;
}

interface Located {
  granted: Access;
  located: Awaited<ReturnType<typeof locate>>;
}

/** A path begins below the API's base path, or, as `outside` in the API file, at the root of its server. */
async function locatedIn(one: PreparedApi, method: string, target: string) {
  const { name } = one.api;
  const { base } = one;
  if (base === undefined || !target.startsWith("/"))
    return { name, decisions: await decisionsOn(one, method, target) };
  const below = await decisionsOn(one, method, trimEndOf(base, /\//) + target);
  if (!below.every(isUnknown)) return { name, decisions: below };
  const atRoot = await decisionsOn(one, method, new URL(base).origin + target);
  return { name, decisions: atRoot.every(isUnknown) ? below : atRoot };
}

function decisionsOn({ api, opened }: PreparedApi, method: string, url: string): Promise<Located[]> {
  const request = { method, url, headers: new Map<string, string>() };
  const open = async () => opened;
  return Promise.all(
    Access.options.map(async (granted) => {
      const caller = { access: { [api.name]: [granted] } };
      return { granted, located: await locate(request, { apis: [api], caller, open }) };
    }),
  );
}

/** Not a request that the gateway would look at, whatever was granted. */
const isUnknown = ({ located }: Located) => !located.ok && located.operation === undefined;

function explanation(name: string, decisions: readonly Located[]): string[] {
  const [first] = decisions;
  if (first && !first.located.ok && isUnknown(first)) {
    const { sentence, next } = describeFailure(first.located.failure);
    return [`${name}: ${sentence} ${next}`];
  }
  const lines = decisions.map(({ granted, located }) => {
    if (located.ok) return `  ${granted}: ${located.target.ask ? "ask" : "allow"}, by ${located.target.rule}`;
    if (located.failure.kind === "needs-scope")
      return `  ${granted}: not granted, needs ${located.failure.scope}`;
    return `  ${granted}: deny, by ${located.rule}. ${describeFailure(located.failure).sentence}`;
  });
  const { located } = first!;
  const operation = located.ok ? located.target.operation.id : located.operation;
  return [`${name}: ${operation}`, ...lines];
}
