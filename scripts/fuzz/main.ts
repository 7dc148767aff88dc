/** `npm run fuzz -- --minutes N`: looks for inputs that break a property of scripts/fuzz/properties, with new seeds all the time. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { fuzzReport, type Figures } from "./report.ts";
import type { FuzzMessage } from "./worker.ts";
import { commandLine, helpHint } from "../../src/cli/command-line.ts";

const help = `Looks for inputs that break a property of scripts/fuzz/properties.

  npm run fuzz -- --minutes 10       tries all properties in turn, each time with another seed
  --property <text>                  only those whose name contains the text
  --seed <n> --path <path>           one round from this seed; with the path, one input: a failure prints this command
  --write                            writes the figures to docs/fuzz.md
  --help                             prints this text

Exit code 1 if a property broke, or if an input took longer than two minutes.`;

const { values } = commandLine("npm run fuzz", help, {
  options: {
    minutes: { type: "string", default: "1" },
    property: { type: "string" },
    seed: { type: "string" },
    path: { type: "string" },
    write: { type: "boolean" },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`--minutes takes a number above 0, not ${values.minutes}.\n${helpHint("npm run fuzz")}`);
  process.exit(2);
}

/** An input that takes longer is a finding: nothing here should. */
const patienceMs = 120_000;

const firstSeed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
console.log(`First seed: ${firstSeed}`);
const figures: Figures = { firstSeed, minutes, rounds: 0, properties: new Map(), failures: [] };
let current = { name: "", seed: 0 };
let heard = Date.now();

const worker = new Worker(join(import.meta.dirname, "worker.ts"), {
  workerData: {
    firstSeed,
    minutes,
    only: values.property ?? "",
    path: values.path,
    once: values.seed !== undefined,
  },
});
const watch = setInterval(() => {
  if (Date.now() - heard < patienceMs) return;
  fail(`it takes longer than ${patienceMs / 1000} s`);
  void worker.terminate();
}, 1_000);

worker.on("message", (message: FuzzMessage) => {
  heard = Date.now();
  if (message.what === "begin") current = message;
  else if (message.what === "broken") fail(message.report, message.path);
  else if (message.what === "end") {
    const known = figures.properties.get(message.name) ?? { inputs: 0, cpuMs: 0 };
    known.inputs += message.inputs;
    known.cpuMs += message.cpuMs;
    figures.properties.set(message.name, known);
    figures.rounds = Math.max(figures.rounds, message.round);
  }
});
worker.on("error", (error) => fail(String(error)));
worker.on("exit", () => void end());

function fail(report: string, path?: string): void {
  const { name, seed } = current;
  const at = path === undefined ? "" : ` --path ${JSON.stringify(path)}`;
  figures.failures.push(name);
  console.error(
    `\nBROKEN: ${name}\n${report}\n\nAgain: npm run fuzz -- --property ${name} --seed ${seed}${at}\n`,
  );
}

async function end(): Promise<void> {
  clearInterval(watch);
  if (figures.properties.size === 0 && figures.failures.length === 0) {
    console.error(`Unknown property ${values.property}. See scripts/fuzz/properties/.`);
    process.exitCode = 2;
    return;
  }
  const report = await fuzzReport(figures);
  console.log(report);
  if (values.write) await writeFile(join(import.meta.dirname, "../../docs/fuzz.md"), report);
  process.exitCode = figures.failures.length > 0 ? 1 : 0;
}
