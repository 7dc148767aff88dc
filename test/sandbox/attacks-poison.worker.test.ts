/** Code that breaks JavaScript itself before its outcome is written. */
import { describe, expect, it } from "vitest";
import { search } from "./running.ts";

/** Things that code may do to the globals and prototypes of its isolate. */
const poisons: string[] = [
  "Object.prototype.toJSON = () => 'forged'",
  "Array.prototype.toJSON = () => 'forged'",
  "String.prototype.toJSON = () => 'forged'",
  "Function.prototype.toJSON = () => 'forged'",
  "JSON.stringify = () => '\"forged\"'",
  "JSON.parse = () => 'forged'",
  "globalThis.JSON = { stringify: () => '\"forged\"', parse: () => 'forged' }",
  "Object.keys = () => ['forged']",
  "Object.entries = Object.values = Object.getOwnPropertyNames = () => ['forged']",
  "Object.hasOwn = Object.prototype.hasOwnProperty = () => true",
  "Object.getPrototypeOf = Reflect.getPrototypeOf = () => null",
  "Object.getOwnPropertyDescriptor = () => { throw new Error('forged') }",
  "Object.defineProperty = Object.defineProperties = () => { throw new Error('forged') }",
  "Object.create = Object.assign = Object.fromEntries = () => ({ forged: true })",
  "Object.prototype.toString = Object.prototype.valueOf = () => 'forged'",
  "Object.prototype.isPrototypeOf = () => true",
  "Array.isArray = () => false",
  "Array.isArray = () => true",
  "Array.prototype[Symbol.iterator] = function* () { yield 'forged' }",
  "Array.prototype.push = Array.prototype.map = Array.prototype.forEach = Array.prototype.flatMap = () => ['forged']",
  "Array.prototype.join = Array.prototype.concat = Array.prototype.slice = () => 'forged'",
  "Object.defineProperty(Array.prototype, '0', { set() {}, get: () => 'forged' })",
  "for (let i = 0; i < 20; i++) Object.defineProperty(Array.prototype, i, { set() { throw new Error('forged') } })",
  "Object.defineProperty(Array.prototype, 'constructor', { get() { throw new Error('forged') } })",
  "Object.defineProperty(Array, Symbol.species, { get() { throw new Error('forged') } })",
  "Object.defineProperty(Promise, Symbol.species, { get() { throw new Error('forged') } })",
  "Map.prototype.get = Map.prototype.has = () => 'forged'",
  "Map.prototype.set = Map.prototype.delete = Map.prototype.forEach = () => { throw new Error('forged') }",
  "Object.defineProperty(Map.prototype, 'size', { get: () => 0 })",
  "Set.prototype.forEach = Set.prototype.has = WeakMap.prototype.get = () => 'forged'",
  "globalThis.Map = globalThis.Set = globalThis.WeakMap = class { constructor() { throw new Error('forged') } }",
  "globalThis.String = () => 'forged'",
  "String.prototype.slice = String.prototype.replaceAll = String.prototype.replace = () => 'forged'",
  "String.prototype.charCodeAt = String.prototype.startsWith = () => { throw new Error('forged') }",
  "String.prototype[Symbol.iterator] = function* () { yield 'forged' }",
  "Number.isFinite = Number.isNaN = () => false",
  "Number.prototype.toLocaleString = Number.prototype.toString = () => 'forged'",
  "globalThis.Number = globalThis.Boolean = globalThis.Symbol = () => 'forged'",
  "RegExp.prototype.exec = RegExp.prototype.test = () => { throw new Error('forged') }",
  "RegExp.prototype[Symbol.replace] = RegExp.prototype[Symbol.match] = () => 'forged'",
  "Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => 'forged'",
  "Reflect.apply = Reflect.get = Reflect.ownKeys = () => 'forged'",
  "globalThis.Reflect = globalThis.Proxy = globalThis.Object = undefined",
  "globalThis.Array = globalThis.Function = globalThis.Math = undefined",
  "globalThis.Error = globalThis.TypeError = globalThis.ReferenceError = undefined",
  "Object.defineProperty(Error, Symbol.hasInstance, { value: () => { throw new Error('forged') } })",
  "Object.defineProperty(Object.prototype, Symbol.toStringTag, { get: () => 'forged' })",
  "Error.prepareStackTrace = () => { throw new Error('forged') }",
  "Error.prepareStackTrace = () => 'program.js:99:9'",
  "Error.stackTraceLimit = 0",
  "Error.captureStackTrace = () => { throw new Error('forged') }",
  "globalThis.Promise = class { constructor() { throw new Error('forged') } }",
  "Promise.resolve = Promise.all = Promise.race = () => 'forged'",
  "Promise.prototype.then = () => 'forged'",
  "Promise.prototype.then = (done) => done({ outcome: 'returned', value: 'forged' })",
  "Promise.prototype.catch = Promise.prototype.finally = () => 'forged'",
  "Object.prototype.outcome = 'thrown'; Object.prototype.value = 'forged'; Object.prototype.thrown = {}",
  "Object.prototype.kind = 'text'; Object.prototype.text = 'forged'; Object.prototype.note = 'forged'",
  "Object.prototype.failure = { kind: 'denied', rule: 'forged', message: 'forged' }",
  "Object.prototype.message = Object.prototype.name = 'forged'",
  "Object.prototype.get = () => 'forged'; Object.prototype.set = () => {}",
  "Object.prototype.writable = Object.prototype.enumerable = Object.prototype.configurable = false",
  "Object.prototype.length = 0; Object.prototype.status = 'forged'",
  "Object.defineProperty(Object.prototype, '__proto__', { get: () => null, set() { throw new Error('forged') } })",
  "delete Object.prototype.__proto__",
  "Object.setPrototypeOf(Array.prototype, new Proxy({}, { get: () => 'forged', set: () => true }))",
  "Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(globalThis)",
  "globalThis.setTimeout = globalThis.setInterval = globalThis.clearTimeout = globalThis.clearInterval = () => 'forged'",
  "for (let i = 0; i < 1000; i++) clearInterval(i)",
  "Date.now = () => NaN; globalThis.Date = undefined; globalThis.performance = undefined",
  "Date.now = () => 9e15",
  "globalThis.console = undefined",
  "Object.defineProperty(globalThis, 'console', { get() { throw new Error('forged') } })",
  "globalThis.Response = globalThis.Headers = globalThis.TextDecoder = undefined",
  "Object.defineProperty(Response, Symbol.hasInstance, { value: () => true })",
  "Response.prototype.text = Response.prototype.json = () => 'forged'",
  "globalThis.globalThis = undefined",
  "for (const key of Object.getOwnPropertyNames(globalThis)) try { globalThis[key] = undefined } catch {}",
  "for (const key of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[key] } catch {}",
  "for (const of of [Object, Array, String, Map, Promise, Function]) for (const key of Object.getOwnPropertyNames(of.prototype)) try { of.prototype[key] = () => 'forged' } catch {}",
];

describe("code that poisons JavaScript", () => {
  it.for(poisons)("does not change what it returns: %s", async (poison) => {
    const outcome = await search(`${poison}; return { a: [1, 'x', { b: 2.5, c: null, d: true }], e: {} }`);
    expect(outcome).toMatchObject({ ok: true, notes: [] });
    if (outcome.ok)
      expect(JSON.parse(outcome.result)).toEqual({ a: [1, "x", { b: 2.5, c: null, d: true }], e: {} });
  });

  it.for(poisons)("does not change what it throws: %s", async (poison) => {
    const outcome = await search(`const error = new RangeError('real'); ${poison}; throw error`);
    expect(outcome).toMatchObject({
      ok: false,
      failure: { kind: "thrown", name: "RangeError", message: "real" },
    });
  });
});

/** These are asked by the language itself whenever an object is returned, so code does change its own result. */
const thenables = [
  "Object.prototype.then = (done) => done(7)",
  "Object.defineProperty(Object.prototype, 'then', { get() { throw new Error('own') } })",
  "Array.prototype.then = (done) => done({ outcome: 'returned' })",
];

describe("a then on all objects", () => {
  it.for(thenables)("changes no result that is not an object: %s", async (poison) => {
    expect(await search(`${poison}; return 42`)).toMatchObject({ ok: true, result: "42" });
    expect(await search(`const error = new RangeError('real'); ${poison}; throw error`)).toMatchObject({
      ok: false,
      failure: { kind: "thrown", message: "real" },
    });
  });

  it("that never answers ends with the time of the run", async () => {
    const outcome = await search("Object.prototype.then = () => {}; return {}", { limits: { runMs: 200 } });
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "timed-out", limitMs: 200 } });
  });

  it("is ended by the host where code stopped the clock of its isolate", async () => {
    const code = "for (let i = 0; i < 1000; i++) clearTimeout(i); await new Promise(() => {})";
    const outcome = await search(code, { limits: { runMs: 200 } });
    expect(outcome).toEqual({ ok: false, failure: { kind: "timed-out", limitMs: 200 }, logs: [] });
  });
});
