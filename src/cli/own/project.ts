/**
 * The operator's own project in the working directory: reads `isogate.config.ts`, if there is one, and refuses what would
 * not do what it seems to do. From then on the commands decide by its rules too.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { access, constants, readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { rules } from "../../gateway/decide/policy/index.ts";
import { sinks } from "../../gateway/record/sinks/index.ts";
import { schemes } from "../../gateway/sign/schemes/index.ts";
import { ways } from "../../sandbox/guest/client/paging/ways.ts";
import { signInNames } from "../../auth/settings.ts";
import { messageOf } from "../../terms/log.ts";
import { once } from "../../terms/once.ts";
import { kindOf, own, ownNames, reportOwnFailures, type Registered } from "../../terms/own.ts";
import type { Kind } from "../../terms/public.ts";
import { printable } from "../compile-report.ts";
import { places } from "../places.ts";
import { about } from "../system-error.ts";
import { inTemporaryFolder } from "../temporary-folder.ts";
import { assertFree } from "../reserved-names.ts";
import { bundleOwn, bundlePagings, withPagings } from "./bundle.ts";

export interface OwnProject {
  /** Of the config. */
  path: string;
  /** The module that the Worker is given. */
  code: string;
  hash: string;
}

/** All that was defined (src/terms/public.ts). */
const every = Symbol.for("isogate.every");
const names = ["isogate.config.ts", "isogate.config.js"];
/** What looks like the config of a project to the person who wrote it, whichever tool it was learned from. */
const alike = /^isogate\.config\.(?:[cm]?[jt]sx?|jsonc?|ya?ml|toml)$/i;
/** A module may wait for something while it is read. */
const loadMs = 10_000;

/**
 * Reads the config of the working directory, once.
 * @returns undefined if it has none
 * @throws Error that names the file, the line where it is known, and what to do
 */
export const loadOwn = once(() => loadOwnFrom(process.cwd()));

/** What own code did wrong since it was read, a sentence each. Printed when it happens first. */
export const ownFaults = new Set<string>();

/** The same for any folder. What was read before is replaced. */
export async function loadOwnFrom(folder: string): Promise<OwnProject | undefined> {
  const path = await configIn(folder);
  if (path === undefined) return undefined;
  const bundle = await bundleOwn(path);
  const { members } = await evaluate(path, bundle);
  reportOwnFailures((kind, name, error) => {
    // Of what the rule answered, no line of it says anything: then it is where the rule is defined.
    const where = lineIn(path, error) ?? lineOf(path, exportOf(members, kind, name));
    const fault = `${where}: the ${kind} "${name}" failed: ${messageOf(error)}`;
    if (!ownFaults.has(fault)) console.error(printable(fault));
    ownFaults.add(fault);
  });
  const wrong = faultIn(members);
  if (wrong) throw new Error(`${lineOf(path, wrong.name)}: ${wrong.fault}`);
  for (const which of ["variables", "secrets"] as const) {
    const odd = ownNames(which).find((name) => !/^[A-Z][A-Z0-9_]*$/.test(name));
    if (odd !== undefined)
      throw new Error(
        `${basename(path)}: "${odd}" cannot be the name of a variable: use A-Z, 0-9 and _, beginning with a letter.`,
      );
    assertFree(ownNames(which), basename(path));
  }
  const pagings = Object.keys(members).filter((name) => kindOf(members[name]) === "paging");
  const code = pagings.length === 0 ? bundle : withPagings(bundle, await bundlePagings(path, pagings));
  return { path, code, hash: hashOf(code) };
}

/** @returns the path of the config. @throws Error for one that would not be read: its rules would seem to hold */
async function configIn(folder: string): Promise<string | undefined> {
  const there = await readdir(folder);
  const read = names.find((name) => there.includes(name));
  const other = there.find((name) => alike.test(name) && name !== read);
  if (other !== undefined)
    throw new Error(
      read === undefined
        ? `${other} is not read: the config of a project is called ${names.join(" or ")}. Rename it.`
        : `${other} is not read, because ${read} is there too. Move what it exports into ${read}, and delete it.`,
    );
  if (read === undefined) return undefined;
  const path = resolve(folder, read);
  const isFile = await about(path, "read", async () => {
    await access(path, constants.R_OK);
    return (await stat(path)).isFile();
  });
  if (!isFile)
    throw new Error(`${read} is not a file. Write the config into a file of that name, or remove it.`);
  return path;
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 20);

async function evaluate(path: string, code: string): Promise<Registered> {
  // Not where the state is kept: some commands change nothing there, and others first say why nothing can be kept there.
  const temporary = join(tmpdir(), "isogate-own-");
  return inTemporaryFolder(temporary, async (made) => {
    const file = join(made, "isogate.config.mjs");
    await about(file, "write", () => writeFile(file, code, { mode: 0o600 }));
    return evaluated(path, file);
  });
}

async function evaluated(path: string, file: string): Promise<Registered> {
  const ended = (code: number) => {
    // Of a signal, and of what it says itself.
    if (code >= 128) return;
    console.error(`${basename(path)}: it ended the command while it was read. Take process.exit out of it.`);
    process.exitCode = 1;
  };
  process.on("exit", ended);
  Object.assign(globalThis, { [every]: [] });
  // Then an error names the line of the source.
  process.setSourceMapsEnabled(true);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not read within ${loadMs / 1_000} s`)), loadMs);
  });
  try {
    await Promise.race([import(pathToFileURL(file).href), late]);
  } catch (error) {
    throw new Error(`${lineIn(path, error) ?? basename(path)}: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    process.off("exit", ended);
  }
  return (globalThis as Record<symbol, unknown>)[Symbol.for("isogate.own")] as Registered;
}

/** Files of isogate, which may be below the project in node_modules, or around it. */
const isogates = ["bin", "dist", "src"].map((name) => join(places.root, name, "/"));

/** `isogate.config.ts:7`, where an error comes from in the project, as far as it says so. */
function lineIn(path: string, error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const folder = join(dirname(path), "/");
  const at = stack
    .split("\n")
    .find((line) => line.includes(folder) && !isogates.some((other) => line.includes(other)));
  const [, file, line] = /[/\\]([^/\\]+):(\d+):\d+\)?$/.exec(at ?? "") ?? [];
  return file === undefined ? undefined : `${file}:${line}`;
}

/** The name by which a member is exported. */
function exportOf(members: Registered["members"], kind: Kind, name: string): string {
  const isIt = (value: unknown) => kindOf(value) === kind && (value as { name: string }).name === name;
  return Object.keys(members).find((key) => isIt(members[key])) ?? "";
}

/** Names that are taken, by kind. */
const taken = (): Record<Kind, readonly string[]> => ({
  rule: rules.map(({ name }) => name),
  scheme: schemes.map(({ name }) => name),
  "sign-in": signInNames().slice(0, -own()["sign-in"].length || undefined),
  sink: sinks.map(({ name }) => name),
  paging: Object.keys(ways),
});

const makers = "defineRule, defineScheme, defineSignIn, defineSink or definePaging";

/** @returns the first export that is wrong, by its name */
function faultIn(members: Registered["members"]): { name: string; fault: string } | undefined {
  // A file of comments alone is a CommonJS module to the bundler, whose exports are the default.
  const isEmpty = (value: unknown) => kindOf(value) === undefined && JSON.stringify(value) === "{}";
  const entries = Object.entries(members).filter(([name, value]) => !(name === "default" && isEmpty(value)));
  const made = (globalThis as Record<symbol, unknown>)[every] as { name: string }[];
  const lost = made.find((one) => !Object.values(members).includes(one));
  if (lost)
    return {
      name: "",
      fault: `the ${kindOf(lost)} "${lost.name}" is defined and not exported, so it would do nothing. Export it.`,
    };
  const seen = new Map<string, string>();
  for (const [name, value] of entries) {
    const kind = kindOf(value);
    if (kind === undefined)
      return {
        name,
        fault: `the export "${name}" was not made by ${makers}, so it would do nothing. Wrap it, or do not export it.`,
      };
    const called = (value as { name: string }).name;
    if (taken()[kind].includes(called))
      return { name, fault: `isogate has a ${kind} called "${called}" itself. Give this one another name.` };
    if (kind === "sign-in" && !/^[a-z][a-z0-9-]{0,30}$/.test(called))
      return {
        name,
        fault: `"${called}" cannot be the name of a sign-in: up to 31 of a-z, 0-9 and -, beginning with a letter.`,
      };
    const other = seen.get(`${kind} ${called}`);
    if (other !== undefined)
      return { name, fault: `"${other}" and "${name}" are both a ${kind} called "${called}". Rename one.` };
    seen.set(`${kind} ${called}`, name);
  }
  return undefined;
}

/** `isogate.config.ts:7`, where the export can be found. */
function lineOf(path: string, name: string): string {
  const lines = readFileSync(path, "utf8").split("\n");
  const at = lines.findIndex((line) =>
    name === "default"
      ? /^\s*export default\b/.test(line)
      : line.startsWith("export") && line.split(/[^\w$]+/).includes(name),
  );
  return name === "" || at < 0 ? basename(path) : `${basename(path)}:${at + 1}`;
}
