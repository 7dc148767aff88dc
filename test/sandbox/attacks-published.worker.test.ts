/**
 * The ways out of other sandboxes that were made public, each tried here, with its source. They differ in how they get
 * at something of the host; here the host has nothing in the isolate, and text is never made into code.
 */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";
import { runInSandbox } from "../../src/sandbox/run.ts";
import { search } from "./running.ts";

const planted = "planted-of-the-host-91c2";

/** What each of them does with the function that it got at: whatever a host would be found by. */
const tryOut = `const tryOut = (make) => {
  let global;
  try { global = make("return this")() } catch (error) { return "blocked: " + String(error && error.message).slice(0, 60) }
  if (!global || global === undefined) return "nothing";
  return global.process || global.require || global.Deno || global !== globalThis ? "reached" : "own";
};`;

const escapes: { source: string; what: string; code: string }[] = [
  {
    source: "Node.js documentation, vm: not a security mechanism",
    what: "the constructor of the constructor of this",
    code: `tryOut(globalThis.constructor.constructor)`,
  },
  {
    source: "safe-eval, CVE-2017-16088",
    what: "the constructor of a function of the host",
    code: `[find, describe, recall, fetch, console.log, setTimeout].map((f) => tryOut(f.constructor))`,
  },
  {
    source: "static-eval, CVE-2017-16226",
    what: "the constructor by a computed name",
    code: `tryOut((() => {})["const" + "ructor"])`,
  },
  {
    source: "safer-eval, CVE-2019-10759",
    what: "a constructor that stands on the prototype of a literal",
    code: `tryOut([].map.constructor)`,
  },
  {
    source: "vm2, CVE-2019-10761",
    what: "the error of a stack overflow inside the host",
    code: `let seen; const deep = () => { try { find("x"); deep() } catch (error) { seen ??= error; throw error } }; try { deep() } catch {} ; tryOut(seen.constructor.constructor)`,
  },
  {
    source: "vm2, CVE-2021-23449",
    what: "the prototypes behind a promise of the host",
    code: `const pending = recall("x"); pending.catch(() => {}); tryOut(pending.constructor.constructor)`,
  },
  {
    source: "vm2, CVE-2022-36067 (SandBreak)",
    what: "call sites of the host through an Error that is replaced",
    code: `globalThis.Error = function () {}; Error.prepareStackTrace = (_, sites) => sites; let sites = []; try { null.x } catch (error) { sites = error.stack } Array.isArray(sites) ? sites.map((s) => s.getThis?.()?.process ? "reached" : "nothing") : "a text"`,
  },
  {
    source: "vm2, CVE-2023-29017",
    what: "objects of the host handed to prepareStackTrace by an asynchronous error",
    code: `let found = "nothing"; Error.prepareStackTrace = (error, sites) => { for (const site of sites) { const f = site.getThis?.() ?? site.getFunction?.(); if (f) found = tryOut(f.constructor.constructor ?? f.constructor) } return "" }; try { await recall({ toString() { return new Error().stack } }) } catch (error) { error.stack } ; found`,
  },
  {
    source: "vm2, CVE-2023-29199",
    what: "an error of the host that passes a catch by another name",
    code: `let reached = "nothing"; const handler = { getPrototypeOf() { try { null.x } catch (error) { reached = tryOut(error.constructor.constructor) } return null } }; const proxy = new Proxy({}, handler); try { throw proxy } catch (error) { try { describe(error) } catch {} ; try { error instanceof Error } catch {} } ; reached`,
  },
  {
    source: "vm2, CVE-2023-30547",
    what: "an error out of the trap of a proxy that the host asks",
    code: `const error = { [Symbol.toPrimitive]: undefined, toString() { throw { get name() { throw new RangeError("x") } } } }; let seen; try { console.log(new Proxy(error, { getPrototypeOf() { throw new Error("trap") } })) } catch (caught) { seen = caught } ; seen ? tryOut(seen.constructor.constructor) : "nothing"`,
  },
  {
    source: "vm2, CVE-2023-32313",
    what: "a console whose inspection is changed",
    code: `const before = console.log; console.log.constructor.prototype.inspect = () => "forged"; console.log({}); delete console.log.constructor.prototype.inspect; before === console.log ? "nothing" : "reached"`,
  },
  {
    source: "vm2, CVE-2023-32314",
    what: "a function of the host out of an error that a proxy makes it throw",
    code: `let seen = []; const p = new Proxy(() => {}, { apply: (t, self, args) => seen.push(...args), get: (t, key) => (...all) => seen.push(...all) }); try { await recall(p) } catch {} try { find(p) } catch {} ; seen.filter((x) => typeof x === "function").map((f) => tryOut(f.constructor))`,
  },
  {
    source: "vm2, CVE-2023-37466",
    what: "the handlers of a promise whose species is the code's own",
    code: `class Own extends Promise { static get [Symbol.species]() { return function (executor) { let got; executor((x) => { got = x }, (x) => { got = x }); this.got = () => got } } } const r = Own.resolve(1); let out = "nothing"; try { const p = recall("x"); Object.setPrototypeOf(p, Own.prototype); p.then((x) => { out = "reached " + typeof x }, (error) => { out = tryOut(error.constructor.constructor) }) } catch (error) { out = tryOut(error.constructor.constructor) } ; await new Promise((done) => setTimeout(done, 20)); out`,
  },
  {
    source: "vm2, CVE-2023-37903",
    what: "Node's custom inspection, which is called with functions of the host",
    code: `let got = "nothing"; const o = { [Symbol.for("nodejs.util.inspect.custom")]: (depth, options, inspect) => { got = tryOut(inspect.constructor) } }; console.log(o); try { throw o } catch {} ; got`,
  },
  {
    source: "isolated-vm README, on References that leak",
    what: "a stub of the host as a way to its class and its other members",
    code: `[Object.keys(recall), typeof recall.constructor?.prototype?.fetch, typeof recall.then, typeof recall.dup, typeof recall[Symbol.dispose]].flat()`,
  },
  {
    source: "isolated-vm, CVE-2022-39266",
    what: "compiled code that is handed in as data",
    code: `try { new Function({ cachedData: new Uint8Array(64) }) ; "reached" } catch (error) { "blocked: " + error.message.slice(0, 20) }`,
  },
  {
    source: "Figma, An update on plugin security (2019): realms-shim",
    what: "an exception that the host throws into the realm",
    code: `let seen = []; for (const bad of [Symbol(), null, { toString: null }, 1n]) for (const f of [find, describe]) try { f(bad) } catch (error) { seen.push(tryOut(error.constructor.constructor)) } ; [...new Set(seen)]`,
  },
  {
    source: "Figma, An update on plugin security (2019): realms-shim",
    what: "a callback that the host calls with objects of its own",
    code: `let seen = []; const taken = { get limit() { seen.push(new Error().stack); return 1 } }; find("x", taken); const spy = { map: (f) => { seen.push(f); return [] } }; try { describe(spy) } catch {} ; seen.filter((x) => typeof x === "function").map((f) => tryOut(f.constructor))`,
  },
  {
    source: "realms and SES: Reflect.construct with another realm's prototype",
    what: "a prototype of another realm by new.target",
    code: `tryOut(Reflect.construct(Object, [], find).constructor.constructor)`,
  },
  {
    source: "SES, rejecting evaluators: generator and async functions",
    what: "each kind of function's own constructor",
    code: `[(function* () {}).constructor, (async () => {}).constructor, (async function* () {}).constructor].map((F) => { try { new F("return this"); return "reached" } catch (error) { return "blocked" } })`,
  },
  {
    source: "Angular 1 expression sandbox",
    what: "charAt and concat overwritten, so that a check of the text fails",
    code: `String.prototype.charAt = [].concat; tryOut("".sub.constructor)`,
  },
  {
    source: "Cloudflare and V8, Spectre: timers that are too fine",
    what: "a clock finer than the platform gives",
    code: `const seen = new Set(); for (let n = 0; n < 20_000; n++) seen.add(performance.now() % 1); const fine = [...seen].filter((part) => part !== 0).length; let waits = "nothing"; try { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); waits = "reached" } catch {} ; fine > 100 ? "reached" : waits`,
  },
  {
    source: "code-mode servers: a proxy over names that looks them up on objects",
    what: "members of Object.prototype as names of APIs, operations and paths",
    code: `const names = ["constructor", "__proto__", "hasOwnProperty", "toString", "__defineGetter__", "valueOf"]; names.map((name) => { try { const got = [apis[name], specs[name], api?.[name]].find((x) => typeof x === "function" && x !== undefined); return got ? tryOut(got.constructor) : "nothing" } catch (error) { return "blocked" } })`,
  },
  {
    source: "code-mode servers: run ids and logs as a way to others",
    what: "the results of others by names that are paths or patterns",
    code: `const seen = []; for (const id of ["*", "%", "' OR 1=1 --", "../r", "", "__proto__", { toString: () => "*" }]) try { seen.push("reached", await recall(id)) } catch { seen.push("blocked") } ; seen`,
  },
];

/** Texts that a sandbox made of parsing and rejecting has let through; tried on the parser, then past it. */
const imports: { source: string; what: string; code: string }[] = [
  { source: "SES, CVE-2023-39532", what: "spread before import", code: "({ ...import('node:fs') })" },
  { source: "SES, CVE-2023-39532", what: "spread in a call", code: "Math.max(...import('node:fs'))" },
  {
    source: "Figma, An update on plugin security (2019)",
    what: "a comment inside import",
    code: "import/* x */('node:fs')",
  },
  { source: "SES, HTML-like comments", what: "an import behind one", code: "0 <!-- \n; import('node:fs')" },
  { source: "vm2, CVE-2021-23449", what: "import for the sake of its prototype", code: "import('')" },
  {
    source: "Node.js issue tracker, vm: importModuleDynamically",
    what: "import inside a text that is run later",
    code: "setTimeout(\"import('node:fs')\", 0)",
  },
];

async function textOf(code: string): Promise<string> {
  const outcome = await search(`${tryOut}\n${code}`, { env: { RECALL: planted }, limits: { runMs: 5_000 } });
  return JSON.stringify(outcome);
}

describe("a published way out of a sandbox", () => {
  it.for(escapes)("leads nowhere: $what ($source)", async ({ code }) => {
    const text = await textOf(code);
    expect(text).not.toContain("reached");
    expect(text).not.toContain(planted);
    expect(text).not.toMatch(/"kind":"(syntax|unusable-code|timed-out)"/);
  });

  it.for(imports)("loads nothing: $what ($source)", async ({ code }) => {
    const parsed = parseProgram("42");
    if (!parsed.ok) throw new Error("cannot happen");
    // Past the parser that refuses it, straight into an isolate.
    const module = `export default async () => { const got = await (async () => { return ${code.includes("\n") ? "0" : code}; })(); return got === undefined || typeof got !== "object" ? "nothing" : Object.keys(got).length > 0 ? "reached " + Object.keys(got) : "nothing" };`;
    const outcome = await runInSandbox(env.LOADER, {
      program: { ...parsed.program, module },
      apis: [],
      target: { tool: "search" },
      env: { RECALL: planted },
    });
    const text = JSON.stringify(outcome);
    expect(text).not.toContain("reached");
    expect(text).not.toContain(planted);
    const checked = await textOf(code);
    expect(checked).not.toContain(planted);
    expect(checked).not.toContain("reached");
  });
});
