/** `npm run bench`: the figures of the README and of docs/figures.md, rivals included, in one run. */
import { call } from "./call.ts";
import { check } from "./check.ts";
import { compile } from "./compile.ts";
import { described } from "./described.ts";
import type { Chapter, Figures } from "./figure.ts";
import { gateway } from "./gateway.ts";
import { ownServer } from "./own-server.ts";
import { growth } from "./growth.ts";
import { lasting } from "./lasting.ts";
import { pages } from "./pages.ts";
import { recording } from "./recording.ts";
import { table } from "./report/page.ts";
import { readFigures, writeReport } from "./report/write.ts";
import { search } from "./search.ts";
import { stopServersOnSignal } from "./server.ts";
import { start } from "./start.ts";
import { subjectFrom, subjects, type Subjects } from "./subjects.ts";
import { tasks } from "./tasks.ts";
import { tokens } from "./tokens.ts";
import { commandLine, helpHint } from "../../src/cli/command-line.ts";

interface Planned {
  what: string;
  /** Documents are fetched for those that are about them, and for no others. */
  aboutDocuments?: true;
  chapter: (about: Subjects) => Chapter;
}

/** In the order in which they are measured. */
const chapters: Record<string, Planned> = {
  start: { what: "from nothing to the first answer", chapter: () => start },
  ownServer: {
    what: "ready time and memory of the server as a process of its own",
    chapter: () => ownServer,
  },
  compile: { what: "time and memory to compile a document", aboutDocuments: true, chapter: compile },
  search: {
    what: "searches, against an empty isolate and two rivals",
    aboutDocuments: true,
    chapter: search,
  },
  tokens: { what: "what stands in a model's context", aboutDocuments: true, chapter: tokens },
  describe: {
    what: "what descriptions of operations cost, and lack",
    aboutDocuments: true,
    chapter: described,
  },
  tasks: { what: "what tasks cost through the two tools (npm run eval)", chapter: () => tasks },
  call: { what: "whole calls, against codemode's server", aboutDocuments: true, chapter: call },
  gateway: { what: "what execute and its requests cost", chapter: () => gateway },
  lasting: {
    what: "runs in the background: asleep, woken, resumed, and what they cost others",
    chapter: () => lasting,
  },
  recording: { what: "what records cost, and a full ledger's lists", chapter: () => recording },
  check: { what: "the check of code before it runs", chapter: () => check },
  pages: {
    what: "the console in a browser: paint, size, scrolling (needs a Chromium)",
    chapter: () => pages,
  },
  growth: { what: "100 to 22,361 operations, 1 to 20 APIs", chapter: () => growth },
};
const chapterNames = Object.keys(chapters);

const help = `npm run bench [-- options]

Measures everything in one run, prints it, and writes docs/figures.json, docs/figures.md, docs/context.svg and the
tables of README.md. It takes about twenty minutes, a chapter alone half a minute to five. Close other programs on the machine first.

  --json              print one JSON object instead, and write nothing: a key per figure { value, unit, must, aim, direction }
  --document <name>=<file or URL>
                      measure this document too (its search, its compilation, its tokens); repeat it for several
  --only <chapter>    measure only this chapter and keep the other figures; repeat it for several
  --help

Chapters:
${Object.entries(chapters)
  .map(([name, { what }]) => `  ${name.padEnd(10)} ${what}`)
  .join("\n")}

The documents come with the repository or in npm packages, which are fetched once. Cloudflare's is not among them: to measure
it, get openapi.json from github.com/cloudflare/api-schemas and add --document cloudflare=openapi.json. The output names
everything that was left out, also at the end.`;

const leftOut: string[] = [];
const say = (line: string) => console.error(line);

try {
  await main();
} catch (error) {
  console.error(`\n${(error as Error).message}\n${helpHint("npm run bench")}`);
  process.exit(1);
}
// A child that was ended may keep a pipe open.
process.exit();

async function main(): Promise<void> {
  const { values } = commandLine("npm run bench", help, {
    options: {
      json: { type: "boolean", default: false },
      document: { type: "string", multiple: true, default: [] },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  const unknown = values.only.find((name) => !chapterNames.includes(name));
  if (unknown !== undefined)
    throw new Error(`Unknown chapter ${unknown}. Known: ${chapterNames.join(", ")}.`);
  stopServersOnSignal();
  const figures = await measured(values.document, values.only);
  if (values.json) console.log(JSON.stringify(figures));
  else {
    console.log(table(figures));
    await writeReport(values.only.length > 0 ? { ...(await readFigures()), ...figures } : figures);
  }
  for (const line of leftOut) say(`! ${line}`);
}

async function measured(documents: string[], only: string[]): Promise<Figures> {
  const wanted = chapterNames.filter((name) => only.length === 0 || only.includes(name));
  const given = documents.map(subjectFrom);
  const about: Subjects = wanted.some((name) => chapters[name]?.aboutDocuments)
    ? await subjects(given, (line) => leftOut.push(line))
    : { all: [], big: [] };
  for (const line of leftOut) say(line);
  const figures: Figures = {};
  for (const name of wanted) {
    const began = performance.now();
    say(`\n${name}`);
    try {
      Object.assign(figures, await chapters[name]!.chapter(about)(say));
      say(`${name}: measured in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    } catch (error) {
      // Minutes of measuring had better not be lost with one chapter.
      const line = `${name} has no figures: ${(error as Error).message}\nTry it again: npm run bench -- --only ${name}`;
      say(line);
      leftOut.push(line);
      process.exitCode = 1;
    }
  }
  return figures;
}
