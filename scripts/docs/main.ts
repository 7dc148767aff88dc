/** `npm run docs`: writes the pages of docs/ that are made from the code, and the table of README.md from its figures. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFigures, writeReport } from "../bench/report/write.ts";
import { commandLine } from "../../src/cli/command-line.ts";
import { configurationPage } from "./reference/page.ts";

const help = `npm run docs

Writes docs/configuration.md from the schemas, and docs/figures.md, docs/context.svg and the tables of README.md from docs/figures.json.`;

commandLine("npm run docs", help, {});
const docs = join(import.meta.dirname, "../../docs");
await writeFile(join(docs, "configuration.md"), await configurationPage());
await writeReport(await readFigures());
console.log("Wrote docs/configuration.md, docs/figures.md, docs/context.svg and README.md.");
