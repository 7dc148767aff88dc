/** Code that is made to keep the check busy: it ends within its limit, in a thread of its own that can be ended. */
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkProgram } from "../../src/check/check.ts";
import { parseProgram } from "../../src/check/parse.ts";
import type { CheckInput, CheckOutput } from "../../src/check/types/checker/check.ts";
import { checkInput } from "../../src/check/types/suspect.ts";
import { examine } from "../../src/check/examine.ts";
import { openSnippetApi } from "./fixture/documents.ts";
import { checkerModule } from "./fixture/node-checker.ts";

const limitMs = 10_000;
const call = `const { data } = await api.get("/zones");\n`;

const nested = (open: string, middle: string, close: string, times: number) =>
  open.repeat(times) + middle + close.repeat(times);

/** Bombs at the level of types: they are stripped with all other types before anything is checked. */
const typeBombs: Record<string, string> = {
  "a recursive conditional type": `type Loop<T> = T extends [infer A, ...infer B] ? Loop<[...B, A, A]> : never;
type Bomb = Loop<[1, 2, 3]>; const bomb: Bomb = null;`,
  "a union multiplied by itself": `type D = "0"|"1"|"2"|"3"|"4"|"5"|"6"|"7"|"8"|"9"; type Bomb = \`\${D}\${D}\${D}\${D}\${D}\${D}\${D}\`;
const bomb: Bomb = "1234567";`,
  "a mapped type over itself": `type Deep<T> = { [K in keyof T]: Deep<Deep<T[K]>> }; type Bomb = Deep<Deep<{ a: { b: { c: string } } }>>;
const bomb = {} as Bomb; bomb.a.b.c;`,
  "generic instantiation without end": `interface Box<T> { next: Box<Box<T>>; value: T } let bomb: Box<number>; let other: Box<string> = bomb as any; bomb = other as any;`,
  "a tuple that doubles": `type Double<T extends any[]> = [...T, ...T]; type Bomb = Double<Double<Double<Double<Double<Double<Double<Double<Double<Double<Double<Double<Double<Double<Double<Double<Double<[1]>>>>>>>>>>>>>>>>>;
const bomb: Bomb = null;`,
};

/** Bombs that need no types: what the checker infers. */
const inferenceBombs: Record<string, string> = {
  "callbacks in callbacks": nested("[1].map(() => ", "1", ").map((x) => [x, x])", 60),
  "promises in promises": nested("Promise.resolve(1).then(() => ", "1", ", () => 2)", 60),
  "objects that double": `const a0 = { x: 1 };${Array.from({ length: 60 }, (_, i) => `const a${i + 1} = { l: a${i}, r: a${i} };`).join("")} a60 === a59;`,
  "functions that call each other": Array.from(
    { length: 300 },
    (_, i) => `const f${i} = (x) => x ? f${(i + 1) % 300}([x]) : f${(i + 7) % 300}({ x });`,
  ).join("\n"),
  "a reduce in a reduce": nested(
    "[1, 'a', {}].reduce((sum, one) => ({ ...sum, [String(one)]: ",
    "one",
    " }), {})",
    40,
  ),
  "deep brackets": `const deep = ${nested("[", "1", "]", 1_500)};`,
  "an array of everything": `const list = [${Array.from({ length: 2_000 }, (_, i) => `{ a${i}: ${i} }`).join(",")}]; list[0].a1;`,
};

let thread: Worker;
let turn = 0;

beforeAll(async () => {
  thread = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     import(workerData).then(({ TypeChecker }) => {
       const checker = new TypeChecker();
       parentPort.on("message", ({ turn, input }) => parentPort.postMessage({ turn, output: checker.check(input) }));
     });`,
    { eval: true, workerData: await checkerModule() },
  );
}, 60_000);

afterAll(() => thread.terminate());

function checkInThread(input: CheckInput): Promise<CheckOutput> {
  const own = ++turn;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
    const answered = (message: { turn: number; output: CheckOutput }) => {
      if (message.turn !== own) return;
      clearTimeout(timer);
      thread.off("message", answered);
      resolve(message.output);
    };
    thread.on("message", answered);
    thread.postMessage({ turn: own, input });
  });
}

/** Whether anything was left to check, and that it ended. */
async function survives(code: string): Promise<CheckOutput | undefined> {
  const parsed = parseProgram(call + code);
  if (!parsed.ok) return undefined;
  const { called } = examine(parsed.program, [await openSnippetApi("demo")]);
  const input = checkInput(parsed.program, called);
  return input ? checkInThread(input) : undefined;
}

async function answersAsBefore(): Promise<void> {
  const output = await survives("return data.zones;");
  expect(output?.suspicions.map(({ text }) => text)).toEqual([expect.stringContaining("data.zones")]);
}

describe("types made to explode", () => {
  for (const [name, code] of Object.entries(typeBombs))
    test(`${name} costs no more than code without it`, { timeout: 60_000 }, async () => {
      const output = await survives(code);
      expect(output?.gaveUp).toBeUndefined();
      expect(output?.steps).toBeLessThan(5_000);
      await answersAsBefore();
    });
});

describe("code made to explode in the checker", () => {
  for (const [name, code] of Object.entries(inferenceBombs))
    test(`${name} ends, and the next program is checked as before`, { timeout: 60_000 }, async () => {
      await survives(code);
      await answersAsBefore();
    });
});

describe("code made to explode in the check of the arguments", () => {
  const programs: Record<string, string> = {
    "a value that is itself": `const a = { b: a, ...a }; let c = [c, ...c]; api.get(a.b.b, c)`,
    "ternaries of ternaries": `api.get(${nested("x ? ", '"/zones"', ' : "/account"', 200)})`,
    "helpers that call helpers": `${Array.from({ length: 40 }, (_, i) => `const h${i} = (p) => [h${i + 1}(p), h${i + 1}(p)];`).join("")} const h40 = (p) => api.get(p); h0("/zones")`,
    "a list of ten thousand paths": `for (const path of [${Array.from({ length: 4_000 }, () => '"/zones"').join(",")}]) await api.get(path)`,
    "loops in loops": `const l = ["/zones", "/account", "/access-rules", "/firewall-rules"]; for (const a of l) for (const b of l) for (const c of l) for (const d of l) for (const e of l) await api.get(a, { query: { b, c, d, e } })`,
  };
  for (const [name, code] of Object.entries(programs))
    test(`${name} is judged within a second`, async () => {
      const parsed = parseProgram(code);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
      const apis = [await openSnippetApi("demo")];
      const began = performance.now();
      await checkProgram(parsed.program, apis, { sentBefore: async () => false });
      expect(performance.now() - began).toBeLessThan(1_000);
    });
});
