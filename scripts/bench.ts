/** `npm run bench`: the figures of the README, rivals included, in one run. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check } from "../bench/check.ts";
import type { Figure, Figures } from "../bench/figure.ts";
import { measureGateway } from "../bench/gateway.ts";
import { measureSearch } from "../bench/search.ts";
import { nameFor, readApiFile, specsFolder } from "./lib/apis.ts";

const help = `npm run bench [-- options]

Measures, prints a table, and writes docs/figures.md.

  --json              print one JSON object instead: a key per figure { value, unit, must, aim, direction }
  --document <file>   measure the search over this document too
  --help`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    document: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const say = (line: string) => console.error(line);
const documents = [
  await readApiFile(join(specsFolder, "github.jsonc")),
  ...values.document.map((source) => ({ name: nameFor(source), folder: process.cwd(), file: { source } })),
];
const figures: Figures = await measureGateway(say);
for (const document of documents) Object.assign(figures, await measureSearch(document, say));
for (const chapter of [check]) Object.assign(figures, await chapter.measure(say));
if (values.json) console.log(JSON.stringify(figures));
else {
  const table = markdown(figures);
  console.log(table);
  await writeFile(
    join(import.meta.dirname, "../docs/figures.md"),
    `# Figures\n\nMade by \`npm run bench\`.\n\n${table}`,
  );
}

function markdown(all: Figures): string {
  const rows = Object.entries(all).map(
    ([name, figure]) =>
      `| ${name} | ${round(figure.value)} ${figure.unit} | ${bound(figure, figure.must)} | ${bound(figure, figure.aim)} | ${verdict(figure)} |`,
  );
  return ["| figure | measured | must | aim | |", "| --- | --- | --- | --- | --- |", ...rows, ""].join("\n");
}

function bound({ direction }: Figure, value: number | null): string {
  if (value === null) return "";
  return `${direction === "lower" ? "≤" : "≥"} ${value}`;
}

function verdict({ value, must, aim, direction }: Figure): string {
  const holds = (limit: number | null) =>
    limit === null || (direction === "lower" ? value <= limit : value >= limit);
  return holds(must) ? (holds(aim) ? "reached" : "holds") : "missed";
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
