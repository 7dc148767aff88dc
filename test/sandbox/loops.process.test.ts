import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Server, startRunner } from "./runner/server.ts";

let server: Server;
beforeAll(async () => {
  server = await startRunner();
});
afterAll(() => server.stop());

async function run(code: string): Promise<unknown> {
  const response = await fetch(server.url, {
    method: "POST",
    body: code,
    signal: AbortSignal.timeout(10_000),
  });
  return response.json();
}

const busy = { ok: false, failure: { kind: "limit-reached", limit: "processor time", value: 300 } };

const endless: { what: string; code: string }[] = [
  { what: "while", code: "while (true) {}" },
  { what: "while without a body", code: "while (true);" },
  { what: "while with one statement", code: "let n = 0; while (true) n++" },
  { what: "do while", code: "do {} while (true)" },
  { what: "do while with one statement", code: "let n = 0; do n++; while (true)" },
  { what: "for", code: "for (;;) {}" },
  { what: "for without a body", code: "for (let i = 0; i < Infinity; i++);" },
  { what: "for over an iterator", code: "for (const a of (function* () { while (true) yield 1 })()) {}" },
  {
    what: "for over a set that grows",
    code: "const s = new Set([1]); for (const a of s) { s.delete(a); s.add(a) }",
  },
  {
    what: "for over a list of its own",
    code: "const o = { [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }; for (const a of o) {}",
  },
  { what: "a loop with a label", code: "a: while (true) { while (true) continue a }" },
  { what: "await in a loop", code: "while (true) await null" },
  { what: "for await", code: "for await (const a of (async function* () { while (true) yield 1 })()) {}" },
  { what: "a loop that catches everything", code: "while (true) { try { null.x } catch {} }" },
  {
    what: "a loop inside try and finally",
    code: "while (true) { try { while (true) {} } catch { continue } finally { continue } }",
  },
  {
    what: "a function that calls itself through promises",
    code: "const f = () => Promise.resolve().then(f); await f()",
  },
  {
    what: "an async function that calls itself",
    code: "const f = async () => { await null; return f() }; f()",
  },
  {
    what: "functions that call each other",
    code: "const a = (n) => n % 2 ? b(n + 1) : b(n + 2), b = (n) => { try { return a(n) } catch { return 1 } }; while (true) a(1)",
  },
  { what: "a callback of a built-in", code: "Array.from({ length: 1e9 }, () => 1)" },
  { what: "a spread of an iterator", code: "[...(function* () { while (true) yield })()]" },
  {
    what: "a callback for each of many bytes",
    code: "new Uint8Array(1e8).map((v, i) => i % 7).sort((a, b) => b - a)",
  },
  { what: "a thenable that gives itself", code: "const t = { then(give) { give(t) } }; await t" },
  { what: "a getter", code: "const o = { get a() { while (true) {} } }; o.a" },
  { what: "a method of a class", code: "class A { static { for (;;) {} } }" },
  { what: "a proxy", code: "new Proxy({}, { get: () => { while (true) {} } }).a" },
  { what: "toJSON of the result", code: "({ toJSON() { while (true) {} } })" },
  { what: "a getter of the result", code: "({ get a() { while (true) {} } })" },
  { what: "toString of what is thrown", code: "throw { get message() { while (true) {} } }" },
  { what: "an argument of the console", code: "console.log({ get a() { while (true) {} } }); 1" },
  {
    what: "a loop that nobody waits for",
    code: "(async () => { await null; while (true) await null })(); await new Promise(() => {})",
  },
  { what: "a loop in TypeScript", code: "let n: number = 0; while (true as boolean) { n++ }" },
  {
    what: "a loop with little to do in each round",
    code: "const a = []; while (true) { a.length = 0; for (let i = 0; i < 1000; i++) a.push(JSON.stringify({ i })) }",
  },
  { what: "a loop with much to do in each round", code: "while (true) 'x'.repeat(3e6).split('')" },
];

describe("code that never ends", () => {
  it.for(endless)("is ended in time: $what", async ({ code }) => {
    expect(await run(code)).toMatchObject(busy);
    expect(await run("40 + 2")).toMatchObject({ ok: true, result: "42" });
  });

  it("comes back with what it wrote to the console", async () => {
    expect(await run("console.log('before'); while (true) {}")).toMatchObject({
      ...busy,
      logs: [{ level: "log", text: "before" }],
    });
  });

  it("is not taken for one that waits", async () => {
    const code = "for (let i = 0; i < 10; i++) { await new Promise((done) => setTimeout(done, 100)) }\n42";
    expect(await run(code)).toMatchObject({ ok: true, result: "42" });
  });

  it("ends by the wall clock if it waits forever", async () => {
    const code = "while (true) await new Promise((done) => setTimeout(done, 20))";
    expect(await run(code)).toMatchObject({ ok: false, failure: { kind: "timed-out", limitMs: 2_000 } });
  });

  it("does not hold up runs beside it for longer than its limit", async () => {
    const [endlessOne, other] = await Promise.all([run("while (true) {}"), run("6 * 7")]);
    expect(endlessOne).toMatchObject(busy);
    expect(other).toMatchObject({ ok: true, result: "42" });
  });
});
