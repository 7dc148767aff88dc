/** Code that is made to keep the check busy: it ends within its limit, in a thread of its own that can be ended. */
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkProgram } from "../../src/check/check.ts";
import { parseProgram } from "../../src/check/parse.ts";
import type { CheckInput, CheckOutput } from "../../src/check/types/checker/check.ts";
import { checkInput } from "../../src/check/types/suspect.ts";
import { examine } from "../../src/check/examine.ts";
import { openSnippetApi } from "./fixture/documents.ts";
import { inferenceBombs, nested, typeBombs } from "./fixture/bombs.ts";
import { checkerModule } from "./fixture/node-checker.ts";

const limitMs = 10_000;
const call = `const { data } = await api.get("/zones");\n`;

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
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
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
    test(`${name} is judged within seconds`, async () => {
      const parsed = parseProgram(code);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
      const apis = [await openSnippetApi("demo")];
      const began = performance.now();
      await checkProgram(parsed.program, apis, { sentBefore: async () => false });
      expect(performance.now() - began).toBeLessThan(5_000);
    });

  test("a thousand texts over a thousand operations are judged within seconds", async () => {
    const calls = Array.from(
      { length: 1_500 },
      (_, i) => `await api.get(\`/repos/\${o}/r/issues/\${x${i}}\`);`,
    );
    const parsed = parseProgram(calls.join("\n"));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
    const api = await openSnippetApi("github");
    const began = performance.now();
    examine(parsed.program, [api]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test.each([
    ["a sum of thousands", Array.from({ length: 4_000 }, () => "1").join(" + ")],
    ["a chain of thousands of members", `x${".y".repeat(4_000)}`],
    ["brackets in brackets", nested("[", "1", "]", 4_000)],
    ["calls in calls", nested("f(", "1", ")", 4_000)],
  ])("%s is refused as nested too deeply", (_, code) => {
    expect(parseProgram(`const a = ${code}; await api.get("/zones")`)).toMatchObject({
      failure: { kind: "syntax", message: "it is nested too deeply" },
    });
  });
});
