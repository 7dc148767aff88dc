/** `npm run bench`: the figures of the README and of docs/figures.md, rivals included, in one run. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check } from "../bench/check.ts";
import type { Chapter, Figures } from "../bench/figure.ts";
import { gateway } from "../bench/gateway.ts";
import { growth } from "../bench/growth.ts";
import { recording } from "../bench/recording.ts";
import { readFigures, table, writeReport } from "../bench/report.ts";
import { measureSearch } from "../bench/search.ts";
import { tokens } from "../bench/tokens.ts";
import { nameFor, readApiFile, specsFolder } from "./lib/apis.ts";

const help = `npm run bench [-- options]

Measures, prints a table, and writes docs/figures.json, docs/figures.md, docs/context.svg and the table of README.md.

  --json              print one JSON object instead, and write nothing: a key per figure { value, unit, must, aim, direction }
  --document <file>   measure the search and the tokens of this document too; may be given several times
  --only <chapter>    measure this chapter only, and keep the other figures as they were; may be given several times
  --help

Chapters: gateway, recording, search, tokens, growth.`;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    document: { type: "string", multiple: true, default: [] },
    only: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const given = values.document.map((source) => ({
  name: nameFor(source),
  folder: process.cwd(),
  file: { source },
}));

const search: Chapter = {
  name: "search",
  async measure(say) {
    const figures: Figures = {};
    for (const document of [await readApiFile(join(specsFolder, "github.jsonc")), ...given])
      Object.assign(figures, await measureSearch(document, say));
    return figures;
  },
};

const chapters: Chapter[] = [gateway, recording, check, search, tokens(given), growth];

const unknown = values.only.find((name) => !chapters.some((chapter) => chapter.name === name));
if (unknown !== undefined) {
  console.error(`There is no chapter ${unknown}; there are ${chapters.map(({ name }) => name).join(", ")}.`);
  process.exit(1);
}

const figures: Figures = {};
for (const chapter of chapters) {
  if (values.only.length > 0 && !values.only.includes(chapter.name)) continue;
  Object.assign(figures, await chapter.measure((line) => console.error(line)));
}
if (values.json) console.log(JSON.stringify(figures));
else {
  console.log(table(figures));
  await writeReport(values.only.length > 0 ? { ...(await readFigures()), ...figures } : figures);
}
// A child that was ended may keep a pipe open.
process.exit(0);
