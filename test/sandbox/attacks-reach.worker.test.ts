/** Code that looks for a way out of its isolate, or into the harness. Addresses are on loopback: nothing may get there. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";
import { runInSandbox } from "../../src/sandbox/run.ts";
import { search, valueOf } from "./running.ts";

const planted = "planted-7f3a";

/** With a binding that is a text: the harness never hands one out, so wherever it shows up it has leaked. */
async function value(code: string): Promise<unknown> {
  return valueOf(code, { env: { RECALL: planted }, limits: { runMs: 3_000 } });
}

const thrown = (message: string) => ({ kind: "thrown", message: expect.stringContaining(message) as string });
const blocked = thrown("Code generation from strings disallowed");

const reaches: { what: string; code: string; want: unknown }[] = [
  { what: "eval", code: "eval('1 + 1')", want: blocked },
  { what: "indirect eval", code: "(0, eval)('1 + 1')", want: blocked },
  { what: "Function", code: "new Function('return globalThis')()", want: blocked },
  { what: "constructor.constructor", code: "({}).constructor.constructor('return this')()", want: blocked },
  { what: "the constructor of a global function", code: "find.constructor('return this')()", want: blocked },
  {
    what: "the constructor of async functions",
    code: "(async () => {}).constructor('return this')()",
    want: blocked,
  },
  {
    what: "the constructor of generators",
    code: "(function* () {}).constructor('yield this')().next()",
    want: blocked,
  },
  {
    what: "the constructor of async generators",
    code: "(async function* () {}).constructor('yield this')()",
    want: blocked,
  },
  {
    what: "Reflect.construct of Function",
    code: "Reflect.construct(Function, ['return this'])()",
    want: blocked,
  },
  {
    what: "WebAssembly",
    code: "await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))",
    want: thrown("WebAssembly"),
  },
  {
    what: "a WebAssembly module",
    code: "new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))",
    want: thrown("WebAssembly"),
  },
  {
    what: "what the runtime prints past the console",
    code: "new FinalizationRegistry(() => { throw new Error('! error: run this') })",
    want: thrown("FinalizationRegistry is not defined"),
  },
  { what: "arguments of the module's function", code: "arguments", want: thrown("arguments is not defined") },
  {
    what: "the caller of a function",
    code: "(function f() { return f.caller })()",
    want: thrown("strict mode"),
  },
  {
    what: "arguments.callee",
    code: "(function () { return arguments.callee.caller })()",
    want: thrown("strict mode"),
  },
  {
    what: "this",
    code: "[typeof this, (function () { return typeof this })()]",
    want: ["undefined", "undefined"],
  },
  { what: "env", code: "typeof env", want: "undefined" },
  {
    what: "ctx",
    code: "[typeof ctx, typeof exports, typeof module, typeof importScripts, typeof Worker, typeof SharedWorker]",
    want: Array(6).fill("undefined"),
  },
  { what: "process", code: "typeof process", want: "undefined" },
  { what: "Deno and Bun", code: "[typeof Deno, typeof Bun]", want: ["undefined", "undefined"] },
  {
    what: "functions and objects of the harness through stack frames",
    code: "Error.prepareStackTrace = (_, sites) => sites.map((s) => [typeof s.getThis(), typeof s.getFunction()]); const stack = new Error().stack; Error.prepareStackTrace = undefined; [...new Set(stack.flat())]",
    want: ["undefined"],
  },
  {
    what: "stack frames of the harness's own errors",
    code: "let seen = []; Error.prepareStackTrace = (_, sites) => { for (const s of sites) seen.push(s.getThis(), s.getFunction()); return '' }; try { specs.nothing } catch (e) { e.stack } seen.filter(Boolean).map((x) => typeof x)",
    want: [],
  },
  { what: "a way through ShadowRealm", code: "typeof ShadowRealm", want: "undefined" },
  { what: "the network by XMLHttpRequest", code: "typeof XMLHttpRequest", want: "undefined" },
  {
    what: "the network by fetch",
    code: "fetch('http://127.0.0.1:9/')",
    want: thrown("fetch is not in search"),
  },
  {
    what: "the network by WebSocket",
    code: "await new Promise((done, fail) => { const s = new WebSocket('ws://127.0.0.1:9/'); s.onopen = () => done('open'); s.onerror = s.onclose = () => done('closed') })",
    want: thrown("not permitted to access the internet"),
  },
  {
    what: "the network by EventSource",
    code: "await new Promise((done) => { const s = new EventSource('http://127.0.0.1:9/'); s.onopen = () => done('open'); s.onerror = () => { s.close(); done('closed') } })",
    want: "closed",
  },
  {
    what: "the cache",
    code: "await caches.default.match('http://127.0.0.1:9/')",
    want: expect.toSatisfy((seen) => seen === null || (seen as { kind?: string }).kind === "thrown"),
  },
  {
    what: "an import in a text for a timer",
    code: "await new Promise((done) => { try { setTimeout('globalThis.hit = 1', 1) } catch {} setTimeout(() => done(typeof hit), 30) })",
    want: "undefined",
  },
  {
    what: "recall as anything else",
    code: "[typeof recall.stub, typeof recall.env, Object.keys(recall)]",
    want: ["undefined", "undefined", []],
  },
  { what: "the prototype of what recall needs", code: "await recall('x')", want: thrown("") },
];

const modules: { what: string; code: string; kind: string }[] = [
  {
    what: "the platform's modules",
    code: "import { env } from 'cloudflare:workers'; env",
    kind: "unusable-code",
  },
  {
    what: "sockets",
    code: "const { connect } = await import('cloudflare:sockets'); connect('127.0.0.1:9')",
    kind: "unusable-code",
  },
  { what: "Node's modules", code: "await import('node:fs')", kind: "unusable-code" },
  { what: "the harness", code: "await import('./guest.js')", kind: "unusable-code" },
  { what: "itself", code: "await import('./program.js')", kind: "unusable-code" },
  {
    what: "code in an address",
    code: "await import('data:text/javascript,export default 1')",
    kind: "unusable-code",
  },
  { what: "import with a comment inside", code: "await import/**/('node:fs')", kind: "unusable-code" },
  { what: "import over two lines", code: "await import\n('node:fs')", kind: "unusable-code" },
  {
    what: "import deep inside",
    code: "class A { static async b() { return (await (() => import('node:fs'))()) } }\nA.b()",
    kind: "unusable-code",
  },
  { what: "import in a template", code: "`${await import('node:fs')}`", kind: "unusable-code" },
  { what: "import with escapes", code: "await im\\u0070ort('node:fs')", kind: "syntax" },
  { what: "import.source", code: "await import.source('x')", kind: "syntax" },
  { what: "import.defer", code: "await import.defer('x')", kind: "syntax" },
  {
    what: "import of bytes",
    code: "import a from './x.bin' with { type: 'bytes' }; a",
    kind: "unusable-code",
  },
  {
    what: "import behind types",
    code: "const a: number = 1; await import('node:fs')",
    kind: "unusable-code",
  },
  {
    what: "TypeScript's import =",
    code: "import fs = require('fs'); const a: number = 1; fs",
    kind: "unusable-code",
  },
  { what: "an export from", code: "export { default } from './guest.js'", kind: "unusable-code" },
  { what: "require", code: "require('child_process')", kind: "unusable-code" },
];

/** Texts that would change the module around them if they were pasted into it. */
const closings: { what: string; code: string }[] = [
  { what: "a bracket too many", code: "1 };" },
  { what: "a new default export", code: "}; export default () => 'forged'; {" },
  { what: "an end of the function", code: "return 1\n};\nexport const run = () => {" },
  { what: "a class that is closed", code: "}}\nclass Guest { run() { return 'forged' } }\n{{" },
  { what: "a parenthesis too many", code: "1); (2" },
  { what: "an arrow that is closed", code: "() => 1), (() => 2" },
  { what: "an object that is closed", code: "{ a: 1 }), ({ b: 2 }" },
  { what: "a comment that hides the end", code: "1 /*" },
  { what: "a template that hides the end", code: "`${1" },
  { what: "an HTML comment", code: "1 <!-- 2" },
  { what: "the end of an HTML comment", code: "1\n--> 2" },
  { what: "a hashbang", code: "1\n#!/usr/bin/env node" },
  { what: "a text with line separators", code: "'a\u2028' + } + '" },
];

describe("code that looks for a way out", () => {
  it.for(reaches)("does not get to $what", async ({ code, want }) => {
    expect(await value(code)).toEqual(
      typeof want === "object" && want !== null && "kind" in want ? expect.objectContaining(want) : want,
    );
  });

  it.for(modules)("cannot load $what", async ({ code, kind }) => {
    expect(await search(code)).toMatchObject({ ok: false, failure: { kind } });
  });

  it.for(closings)("cannot close its module with $what", async ({ code }) => {
    expect(await search(code)).toMatchObject({ ok: false, failure: { kind: "syntax" } });
  });

  it("finds no binding, no context and no harness in anything that it can touch", async () => {
    const outcome = await search(walkEverything, { env: { RECALL: planted } });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
    const { visited, suspicious } = JSON.parse(outcome.result) as { visited: number; suspicious: string[] };
    expect(visited).toBeGreaterThan(1_000);
    expect(suspicious).toEqual([]);
  });

  it("gets the same globals as an argument, and nothing more", async () => {
    expect(await value("async (scope) => Object.getOwnPropertyNames(scope).sort()")).toEqual([
      "api",
      "apis",
      "describe",
      "each",
      "fetch",
      "file",
      "files",
      "find",
      "operations",
      "recall",
      "run",
      "sleep",
      "spec",
      "specs",
      "state",
      "until",
    ]);
    expect(await value("async (...all) => all.length")).toBe(1);
  });

  it("leaves nothing behind for the next run", async () => {
    await search("await caches.default.put('http://127.0.0.1:9/left', new Response('left'))");
    const seen = await valueOf("(await caches.default.match('http://127.0.0.1:9/left'))?.text()");
    expect(JSON.stringify(seen)).not.toContain('"left"');
  });

  it("cannot run a program whose text was changed after it was parsed", async () => {
    const parsed = parseProgram("42");
    if (!parsed.ok) throw new Error("refused");
    const program = {
      ...parsed.program,
      module: "import { env } from 'cloudflare:workers'; export default async () => env;",
    };
    const outcome = await runInSandbox(env.LOADER, {
      program,
      apis: [],
      target: { tool: "search" },
      env: { RECALL: planted },
    });
    expect(JSON.stringify(outcome)).not.toContain(planted);
  });
});

/** Goes through everything reachable from the globals: values, getters, prototypes, descriptors. */
const walkEverything = `
  const seen = new Set(), suspicious = [];
  const queue = [[globalThis, "globalThis"], [(async () => {}).constructor, "AsyncFunction"], [find, "find"], [recall, "recall"], [new Error().stack, "stack"]];
  while (queue.length > 0) {
    const [value, path] = queue.pop();
    if (typeof value === "string" && value.includes("planted-")) suspicious.push(path);
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
    seen.add(value);
    if (typeof value === "object" && ("env" in value || "ctx" in value)) suspicious.push(path);
    if (typeof value === "function" && value.prototype && typeof value.prototype.run === "function") suspicious.push(path);
    if ("getBuiltinModule" in value) suspicious.push(path);
    try { queue.push([Object.getPrototypeOf(value), path + ".__proto__"]) } catch {}
    for (const key of Reflect.ownKeys(value)) {
      const name = path + "." + String(key);
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      if (!descriptor) continue;
      for (const part of ["value", "get", "set"]) if (part in descriptor) queue.push([descriptor[part], name]);
      if (descriptor.get) try { queue.push([value[key], name]) } catch {}
    }
  }
  return { visited: seen.size, suspicious };
`;
