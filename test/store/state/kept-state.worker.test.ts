/** What `state` keeps, for whom and for how long; and the limit of its size, at it and one over. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { stateName } from "../../../src/store/state/kept-state.ts";
import { maxStateBytes } from "../../../src/store/state/limits.ts";
import { StateDoor } from "../../../src/store/state/state-door.ts";
import type { Caller } from "../../../src/terms/caller.ts";
import { upstreamDocument } from "../../gateway/document.ts";
import { callTool, deploy, executeOn } from "../../gateway/running.ts";
import { failingObjects } from "../failing.ts";

const caller: Caller = { userId: "u", clientId: "c", access: { zones: ["read"] } };
const text = (value: unknown) => JSON.stringify(value);

it("changes members and leaves what another run has changed", async () => {
  const state = env.KEPT_STATE.getByName("merged");
  await state.change(text({ a: text([1]), b: text("x") }));
  await state.change(text({ b: null, c: text({ deep: true }) }));
  expect(JSON.parse((await state.read()) ?? "")).toEqual({ a: [1], c: { deep: true } });
});

it("keeps a text of several parts, with every character", async () => {
  const state = env.KEPT_STATE.getByName("long");
  const long = "ü€😀".repeat(150_000);
  expect(await state.change(text({ long: text(long) }))).toBeUndefined();
  expect((JSON.parse((await state.read()) ?? "") as { long: string }).long).toBe(long);
  await state.change(text({ long: text("short") }));
  expect(await state.read()).toBe('{"long":"short"}');
});

it("keeps 4 MB of JSON, and nothing of one byte more", async () => {
  const state = env.KEPT_STATE.getByName("full");
  const overhead = '{"a":""}'.length;
  expect(await state.change(text({ a: text("x".repeat(maxStateBytes - overhead)) }))).toBeUndefined();
  expect(await state.change(text({ b: text(1) }))).toBe(maxStateBytes + ',"b":1'.length);
  expect((await state.read())?.length).toBe(maxStateBytes);
});

it("forgets after a day", async () => {
  const state = env.KEPT_STATE.getByName("old");
  await state.change(text({ a: "1" }));
  const at = await runInDurableObject(state, (_, { storage }) => storage.getAlarm());
  expect(Math.round(((at ?? 0) - Date.now()) / 3_600_000)).toBe(24);
  // An alarm may be late.
  await runInDurableObject(state, (_, { storage }) => storage.kv.put("at", Date.now() - 25 * 3_600_000));
  expect(await state.read()).toBeNull();
  expect(await runDurableObjectAlarm(state)).toBe(true);
  expect(await state.read()).toBeNull();
});

it.each<[string, Partial<Caller>]>([
  ["another user", { userId: "v" }],
  ["another client", { clientId: "d" }],
  ["a wider grant", { access: { zones: ["read", "write"] } }],
  ["a grant for a tag", { tags: { zones: { read: ["dns"] } } }],
])("is another one for %s", (_, other) => {
  expect(stateName({ ...caller, ...other })).not.toBe(stateName(caller));
  expect(stateName({ ...caller })).toBe(stateName(caller));
});

it("is kept however the run ends, and says what it could not keep", async () => {
  const apis = [await deploy({ document: upstreamDocument, file: { budgets: { requests: 2 } } })];
  const run = (code: string) => callTool(code, apis, { userId: "ends" });
  expect((await run('state.thrown = 1; throw new Error("x")')).error?.kind).toBe("thrown");
  const limited = await run('state.seen = []; for (;;) { await api.get("/echo"); state.seen.push("echo") }');
  expect(limited.error?.kind).toBe("limit-reached");
  const { result, notes } = await run('state.big = "x".repeat(5e6); return [state.thrown, state.seen]');
  expect(result).toEqual([1, ["echo", "echo"]]);
  expect(String(notes)).toMatch(
    /What was put into state was not kept: it has 4,\d{3},\d{3} bytes|5,\d{3},\d{3} bytes/,
  );
  expect((await run("return Object.keys(state)")).result).toEqual(["thrown", "seen"]);
});

it.each([
  ["a map", "new Map([[1, 2]])"],
  ["a set inside of a list", "[new Set()]"],
  ["bytes", "new Uint8Array(3)"],
  ["a BigInt", "10n"],
  ["no number", "{ a: NaN }"],
  ["a function", "{ f() {} }"],
  ["a cycle", "(() => { const a = {}; a.a = a; return a })()"],
  ["too many levels", "(() => { let a = {}; for (let n = 0; n < 200; n++) a = { a }; return a })()"],
  ["an object of a class", "new (class Zone { id = 1 })()"],
])("says of %s that a later run gets something else", async (_, value) => {
  const { notes } = await callTool(
    `state.fine = [1]; state.odd = ${value}; return 1`,
    [await deploy({ document: upstreamDocument })],
    {
      userId: `odd ${value}`,
    },
  );
  expect(notes).toEqual([expect.stringMatching(/^state keeps JSON\. .* in "odd"\.$/) as string]);
});

it.each([
  "{ a: [1, null, 'x', true], b: { c: undefined } }",
  "new Date(0)",
  "Object.create(null)",
  "(await api.get('/echo')).data",
])("has nothing to say of JSON: %s", async (value) => {
  const { notes } = await callTool(
    `state.fine = ${value}; return 1`,
    [await deploy({ document: upstreamDocument })],
    {
      userId: `fine ${value}`,
    },
  );
  expect(notes).toBeUndefined();
});

it("is there in the run, and not kept, where nothing tells the program from others", async () => {
  const apis = [await deploy({ document: upstreamDocument })];
  expect((await executeOn("state.a = 1; return state", apis)).value).toEqual({ a: 1 });
});

it("is read by a plan, which keeps nothing: what its code saw were examples", async () => {
  const doorOf = (isPlan: boolean) => new StateDoor({ props: { name: "planned", isPlan } } as never, env);
  await doorOf(false).change(JSON.stringify({ a: "1" }));
  const before = await doorOf(false).read();
  await doorOf(true).change(JSON.stringify({ a: "2", b: "3" }));
  expect(await doorOf(true).read()).toBe(before);
  expect(await doorOf(false).read()).toBe(before);
});

it("that cannot be read or kept costs no run anything, and does not tell the store's own words", async () => {
  const door = new StateDoor({ props: { name: "down" } } as never, {
    ...env,
    KEPT_STATE: failingObjects(env.KEPT_STATE),
  });
  const said = "state cannot be read or kept right now. Try again, or do without it.";
  await expect(door.read()).rejects.toThrow(said);
  await expect(door.change("{}")).rejects.toThrow(said);
});
