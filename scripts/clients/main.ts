/**
 * `npm run clients`: real client programs against a real server, in a network namespace without an outside. Installs the
 * programs into a folder of their own, outside of the project's dependencies, and writes what each can do into
 * `docs/clients.md`.
 */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../src/cli/command-line.ts";
import { messageOf } from "../../src/terms/log.ts";
import { install } from "./install.ts";
import { programs } from "./programs.ts";
import { reportPath, tableOf, type Result } from "./report.ts";
import { withoutNetwork } from "./without-network.ts";

const help = `npm run clients [-- --only <name> …]

Installs real client programs (once), runs each against a real server without a network, and writes docs/clients.md.
Needs Linux, and the right to make a network namespace (unshare).

  --only <name>   only this program; repeat it for several. Writes no page
  --list          names the programs`;

const { values } = commandLine("npm run clients", help, {
  options: { only: { type: "string", multiple: true }, list: { type: "boolean" } },
});
if (values.list) {
  for (const { name, version } of programs) console.log(`${name} ${version}`);
  process.exit(0);
}
const chosen = programs.filter(({ name }) => values.only?.includes(name) ?? true);
if (chosen.length === 0)
  throw new Error(`There is no such program. There are: ${programs.map(({ name }) => name).join(", ")}.`);

const installed: string[] = [];
const missing = new Set<string>();
for (const program of chosen) {
  try {
    const seconds = await install(program);
    installed.push(program.name);
    if (seconds > 0) console.log(`${program.name}: installed in ${seconds} s`);
  } catch (error) {
    missing.add(program.name);
    console.error(`${program.name}: not installed. ${messageOf(error).slice(0, 500)}`);
  }
}

const folder = await mkdtemp(join(tmpdir(), "isogate-clients-"));
const output = join(folder, "results.json");
const code = await withoutNetwork([join(import.meta.dirname, "inside.ts"), output, ...installed]);
const results = JSON.parse(await readFile(output, "utf8").catch(() => "[]")) as Result[];
console.log(`\n${tableOf(results)}`);
if (values.only === undefined) {
  await writeFile(reportPath, await tableOf(results, true));
  console.log("Written: docs/clients.md");
}
const failed = results.flatMap(({ name, features }) =>
  Object.entries(features).flatMap(([feature, cell]) =>
    cell.ok ? [] : [`${name}: ${feature}: ${cell.note}`],
  ),
);
for (const line of failed) console.error(line);
process.exitCode = code !== 0 || failed.length > 0 || missing.size > 0 ? 1 : 0;
