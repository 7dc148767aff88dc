/**
 * Runs the properties in a thread of its own, so that an input that hangs one is noticed outside. Each property gets
 * its turn for a while, then the next one; every turn has its own seed, told before it begins.
 */
import * as fc from "fast-check";
import { parentPort, workerData } from "node:worker_threads";
import { properties } from "./properties.ts";

export type FuzzMessage =
  | { what: "begin"; name: string; seed: number }
  /** Another input is tried. */
  | { what: "goes on" }
  | { what: "end"; name: string; round: number; inputs: number; cpuMs: number }
  | { what: "broken"; report: string; path: string | undefined };

interface Wanted {
  firstSeed: number;
  minutes: number;
  only: string;
  path: string | undefined;
  once: boolean;
}

/** Inputs of one turn: enough to grow large ones, few enough to come round. */
const inputsPerTurn = 500;

const { firstSeed, minutes, only, path, once } = workerData as Wanted;
const endMs = Date.now() + minutes * 60_000;
const chosen = properties.filter(([name]) => name.includes(only));
const broken = new Set<string>();
const tell = (message: FuzzMessage) => parentPort?.postMessage(message);

let toldMs = 0;
for (const [, property] of chosen)
  (property as fc.IPropertyWithHooks<unknown>).beforeEach(() => {
    if (Date.now() - toldMs < 1_000) return;
    toldMs = Date.now();
    tell({ what: "goes on" });
  });

const isOver = () => once || Date.now() > endMs;

for (let round = 1, seed = firstSeed; round === 1 || !isOver(); round += 1) {
  for (const [name, property] of chosen) {
    if (broken.has(name) || (!once && isOver())) continue;
    tell({ what: "begin", name, seed });
    const cpuBefore = process.threadCpuUsage();
    const details = await fc.check(property, {
      seed,
      numRuns: inputsPerTurn,
      ...(path === undefined ? {} : { path }),
    });
    const { user, system } = process.threadCpuUsage(cpuBefore);
    if (details.failed) {
      broken.add(name);
      const report = `${fc.defaultReportMessage(details as never)}\n${String(details.errorInstance)}`;
      tell({ what: "broken", report, path: details.counterexamplePath ?? undefined });
    }
    tell({ what: "end", name, round, inputs: details.numRuns, cpuMs: (user + system) / 1_000 });
    if (!once) seed += 1;
  }
}
