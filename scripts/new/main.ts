/** `npm run new`: a security scheme, a policy rule or an audit sink from a template, with its test. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { kinds, type Kind, type Member } from "./templates.ts";
import { writeLists } from "../build/lists.ts";
import { commandLine, helpHint } from "../../src/cli/command-line.ts";

const help = `npm run new -- <kind> <name>

Writes a file that works, and its test. The folder is the list: isogate also finds files that you write by hand.

${Object.entries(kinds)
  .map(([kind, { what }]) => `  ${kind.padEnd(8)} ${what}`)
  .join("\n")}

  <name>   lower-case words with hyphens: it becomes the file's name
  --help`;

const root = join(import.meta.dirname, "../..");

try {
  await main();
} catch (error) {
  console.error(`${(error as Error).message}\n${helpHint("npm run new")}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { positionals } = commandLine("npm run new", help, { allowPositionals: true });
  const [kind = "", name = "", ...more] = positionals;
  if (!Object.hasOwn(kinds, kind))
    throw new Error(`Unknown kind "${kind}". Known: ${Object.keys(kinds).join(", ")}.`);
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || more.length > 0)
    throw new Error(
      `A name is lower-case words with hyphens, such as open-hours; it is "${[name, ...more].join(" ")}".`,
    );
  const member: Member = kinds[kind as Kind].member(name);
  const { files, next } = member;
  for (const path of Object.keys(files))
    if (existsSync(join(root, path))) throw new Error(`${path} exists already. Choose another name.`);
  for (const [path, content] of Object.entries(files)) await write(join(root, path), content);
  await writeLists(root);
  console.log(`Wrote ${Object.keys(files).join(" and ")}.\n${next}`);
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await format(content, { ...(await resolveConfig(path)), filepath: path }));
}
