/**
 * `isogate init`: makes the folder of an operator's own project, which has isogate as a dependency and is upgraded by npm.
 * Makes all of it or nothing (stage.ts), and overwrites nothing.
 */
import { readFile, writeFile } from "node:fs/promises";
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
import { projectFiles } from "./files.ts";
import { makeProject } from "./stage.ts";

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
  const name = trimEndOf(
    basename(folder)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^[^a-z0-9]+/, ""),
    /-/,
  );
  const unfinished = await makeProject(folder, named, (part) =>
    writeProject(part, name.slice(0, 54) || "gateway"),
  );
  console.log(
    `${unfinished ? "An init that was interrupted is finished: made" : "Made"} ${named === "." ? "the project" : named}. Next:\n`,
  );
  const inside = relative(process.cwd(), folder);
  if (inside !== "") console.log(`  cd ${quoted(inside)}`);
  console.log("  npm install\n  npm start\n\nREADME.md says what is where.");
  return 0;
}

/** Writes all of a project into a folder of which nobody else knows. */
async function writeProject(folder: string, name: string): Promise<void> {
  for (const [path, text] of Object.entries({ ...projectFiles({ name, version }), ...(await demoFiles()) })) {
    const file = join(folder, path);
    makeFolder(dirname(file));
    await writeFile(file, text);
  }
  const specs = join(folder, "specs");
  const demo = await readApiFile(join(specs, "demo.jsonc"));
  await writeLock(specs, "demo", await prepareApi(demo));
  await writeSchema(specs);
  await writePolicy(specs, join(folder, "policy.md"));
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
