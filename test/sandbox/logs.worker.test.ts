import { describe, expect, it } from "vitest";
import { maxAllLogsChars, maxLogChars, maxLogEntries } from "../../src/sandbox/limits.ts";
import { search } from "./running.ts";

describe("the console of a run", () => {
  it("comes back in order, with its levels", async () => {
    const { logs } = await search(
      "console.log('a', 1, { b: [2] }); console.warn(null, undefined); console.error(new TypeError('no')); console.info(1n); console.debug(Symbol('s'))",
    );
    expect(logs).toEqual([
      { level: "log", text: 'a 1 {"b":[2]}' },
      { level: "warn", text: "null undefined" },
      { level: "error", text: "TypeError: no" },
      { level: "info", text: "1n" },
      { level: "debug", text: '"Symbol(s)"' },
    ]);
  });

  it("comes back beside an error too", async () => {
    const outcome = await search("console.log('before'); throw new Error('x')");
    expect(outcome).toMatchObject({ ok: false, logs: [{ level: "log", text: "before" }] });
  });

  it("comes back from a run that never ended", async () => {
    const outcome = await search("console.log('before'); await new Promise(() => {})", {
      limits: { runMs: 300 },
    });
    expect(outcome).toEqual({
      ok: false,
      failure: { kind: "timed-out", limitMs: 300 },
      logs: [{ level: "log", text: "before" }],
    });
  });

  it("has every method that code may call", async () => {
    const outcome = await search(
      "for (const m of ['dir','table','trace','group','groupEnd','groupCollapsed','time','timeEnd','timeLog','count','countReset','clear','dirxml']) console[m]('a'); console.assert(true, 'held'); console.assert(false, 'failed'); 42",
    );
    expect(outcome).toMatchObject({ ok: true, result: "42" });
    expect(outcome.logs).toContainEqual({ level: "error", text: "failed" });
    expect(outcome.logs).not.toContainEqual({ level: "error", text: "held" });
  });

  it.for([
    "new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })",
    "{ toString() { throw 1 }, toJSON() { throw 2 } }",
    "{ get a() { throw 1 } }",
    "Object.create(null)",
    "(() => { const a = {}; a.a = a; return a })()",
    "(() => { const e = new Error('a'); Object.defineProperty(e, 'message', { get() { throw 1 } }); return e })()",
  ])("takes %s without throwing", async (value) => {
    const outcome = await search(`console.log(${value}); 42`);
    expect(outcome).toMatchObject({ ok: true, result: "42", logs: [{ level: "log" }] });
  });

  it(`keeps ${maxLogEntries} calls and counts the others`, async () => {
    const { logs } = await search(`for (let i = 0; i < ${maxLogEntries + 7}; i++) console.log(i)`);
    expect(logs).toHaveLength(maxLogEntries + 1);
    expect(logs.at(-2)?.text).toBe(String(maxLogEntries - 1));
    expect(logs.at(-1)).toEqual({
      level: "warn",
      text: `7 more console calls were dropped: at most ${maxLogEntries} calls and ${maxAllLogsChars} characters are kept.`,
    });
  });

  it("cuts one long call", async () => {
    const { logs } = await search("console.log('x'.repeat(10_000_000))");
    expect(logs).toEqual([{ level: "log", text: `${"x".repeat(maxLogChars)}…` }]);
  });

  it("keeps its size under a flood", async () => {
    const { logs } = await search("for (let i = 0; i < 5000; i++) console.log('x'.repeat(3000))");
    expect(logs.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(maxAllLogsChars + 5_000);
  });
});
