/**
 * `isogate init`: makes the folder of an operator's own project, which has isogate as a dependency and is upgraded by npm.
 * Writes only into a folder that is empty, and overwrites nothing.
 */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { trimEndOf } from "../../terms/trim-end.ts";
import { writeSchema } from "../api/api.ts";
import { writeLock } from "../api/lock.ts";
import { prepareApi, readApiFile } from "../apis.ts";
import { commandLine } from "../command-line.ts";
import { makeFolder } from "../make-folder.ts";
import { optionsOf } from "../options.ts";
import { commandFor, places, version } from "../places.ts";
import { writePolicy } from "../policy.ts";
import { quoted } from "../quoted.ts";
import { about } from "../system-error.ts";
import { projectFiles } from "./files.ts";

const command = commandFor("init");
const help = `${commandFor("init", "[<folder>]")}

Makes a project of your own: your APIs, your rules, your settings, with isogate as its one dependency. The folder has to be
new or empty (default: the working directory).

  --help`;

/** @throws Error that says why nothing was written */
export async function run(args: string[]): Promise<number> {
  const { positionals } = commandLine(
    command,
    help,
    { allowPositionals: true, options: optionsOf.init },
    args,
  );
  const [named = ".", ...others] = positionals;
  if (others.length > 0)
    throw new Error(
      `${command} takes one folder; there is also ${others[0]}. Put a name with blanks in quotes.`,
    );
  const folder = resolve(named);
  await assertEmpty(folder, named);
  const name = trimEndOf(
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^[^a-z0-9]+/, ""),
    /-/,
  );
  const files = projectFiles({ name: name.slice(0, 54) || "gateway", version });
  const made: string[] = [];
  try {
    for (const [path, text] of Object.entries({ ...files, ...(await demoFiles()) })) {
      const file = join(folder, path);
      makeFolder(dirname(file));
      await about(file, "write", async () => {
        await writeFile(file, "", { flag: "wx" });
        made.push(file);
        await writeFile(file, text);
      });
    }
    const specs = join(folder, "specs");
    const demo = await readApiFile(join(specs, "demo.jsonc"));
    await writeLock(specs, "demo", await prepareApi(demo));
    await writeSchema(specs);
    await writePolicy(specs, join(folder, "policy.md"));
  } catch (error) {
    // Its own files alone: another one may be at work there.
    for (const file of made) await rm(file, { force: true }).catch(() => {});
    throw error;
  }
  console.log(`Made ${named === "." ? "the project" : named}. Next:\n`);
  const inside = relative(process.cwd(), folder);
  if (inside !== "") console.log(`  cd ${quoted(inside)}`);
  console.log("  npm install\n  npm start\n\nREADME.md says what is where.");
  return 0;
}

/** The repository may be there already. */
const mayBeThere = new Set([".git"]);

async function assertEmpty(folder: string, named: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR")
      throw new Error(
        `${named} is a file. Nothing was written. Name a new folder: ${commandFor("init", "my-gateway")}`,
      );
    throw new Error(`${named} cannot be read (${error.code}). Nothing was written.`);
  });
  const [first, ...others] = entries.filter((entry) => !mayBeThere.has(entry));
  if (first === undefined) return;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  throw new Error(
    `${named === "." ? "This folder" : named} is not empty: it has ${first}${more}. Nothing was written. Name a new folder: ${commandFor("init", "my-gateway")}`,
  );
}

/** The demo API, so that everything works before the first API of one's own is there. */
async function demoFiles(): Promise<Record<string, string>> {
  const file = await readFile(join(places.root, "specs/demo.jsonc"), "utf8");
  const document = await readFile(join(places.root, "demo/openapi.yaml"), "utf8");
  return {
    "specs/demo.jsonc": file.replace('"../demo/openapi.yaml"', '"./demo.openapi.yaml"'),
    "specs/demo.openapi.yaml": document,
  };
}
