/**
 * Writes the tables of docs/check.md: how the check reacts to right and wrong programs, and to calls made from the
 * examples of documents.
 *
 *   node scripts/docs/check-table.ts
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { measureExamples } from "../../test/check/fixture/corpus.ts";
import { openSnippetApi } from "../../test/check/fixture/documents.ts";
import { reactionTo, type Reaction } from "../../test/check/fixture/measure.ts";
import { rightSnippets } from "../../test/check/snippets/right.ts";
import { afterwards, type SnippetApi } from "../../test/check/snippets/snippet.ts";
import { wrongSnippets } from "../../test/check/snippets/wrong.ts";

const target = join(import.meta.dirname, "../../docs/check.md");
const names: SnippetApi[] = ["demo", "github", "stripe", "twilio"];

function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join(
    "\n",
  );
}

async function snippetTables(): Promise<string> {
  const wrong = new Map<string, Reaction["became"][]>();
  for (const snippet of wrongSnippets.filter((one) => !afterwards.has(one.wrong)))
    wrong.set(snippet.wrong, [...(wrong.get(snippet.wrong) ?? []), (await reactionTo(snippet)).became]);
  const right = new Map<string, Reaction["became"][]>();
  for (const snippet of rightSnippets)
    right.set(snippet.api, [...(right.get(snippet.api) ?? []), (await reactionTo(snippet)).became]);
  const rows = (groups: Map<string, Reaction["became"][]>) =>
    [...groups, ["**all**", [...groups.values()].flat()] as const].map(([name, all]) => [
      name,
      all.length,
      ...(["blocked", "warned", "passed"] as const).map(
        (one) => all.filter((became) => became === one).length,
      ),
    ]);
  return `Wrong programs, one fault each:

${table(["fault", "programs", "blocked", "warned", "silent"], rows(wrong))}

Right programs:

${table(["API", "programs", "blocked", "warned", "silent"], rows(right))}`;
}

async function documentTable(): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const name of names) {
    const opened = await openSnippetApi(name);
    const { calls, blocked, once } = measureExamples(opened);
    for (const line of blocked) console.error(`${name}: blocked: ${line}`);
    rows.push([name, opened.catalog.operations.length, calls, blocked.length, once.length]);
  }
  return table(["document", "operations", "calls from examples", "blocked", "blocked once"], rows);
}

const begin = "<!-- written by scripts/docs/check-table.ts -->";
const end = "<!-- end -->";
const text = await readFile(target, "utf8");
const [before] = text.split(begin);
const after = text.split(end)[1] ?? "";
const tables = `${await snippetTables()}\n\nWhole documents:\n\n${await documentTable()}`;
const whole = `${before}${begin}\n\n${tables}\n\n${end}${after}`;
await writeFile(target, await format(whole, { ...(await resolveConfig(target)), parser: "markdown" }));
console.log(tables);
process.exit(0);
