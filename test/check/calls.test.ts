/** What the check sees in a program: which operations its calls mean, and what it lets pass because it cannot be sure. */
import { describe, expect, test } from "vitest";
import { examine } from "../../src/check/examine.ts";
import { parseProgram } from "../../src/check/parse.ts";
import { openSnippetApi } from "./fixture/documents.ts";
import type { SnippetApi } from "./snippets/snippet.ts";

async function seen(name: SnippetApi, code: string) {
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  const { findings, called } = examine(parsed.program, [await openSnippetApi(name)]);
  return {
    operations: [...new Set(called.map(({ operation }) => operation.id))].sort(),
    blocks: findings
      .filter(({ severity }) => severity === "refuse")
      .map(({ problem }) => ("asked" in problem ? problem.asked : problem.text)),
    once: findings
      .filter(({ severity }) => severity === "once")
      .map(({ problem }) => ("asked" in problem ? problem.asked : problem.text)),
  };
}

const operations: [name: string, code: string, want: string[]][] = [
  ["a client under another name", `const gateway = api; await gateway.get("/zones")`, ["listZones"]],
  [
    "a method taken off the client",
    `const { get, post: create } = api; await get("/zones"); await create("/zones", { body: { name: "a.example" } })`,
    ["createZone", "listZones"],
  ],
  [
    "apis by name",
    `await apis.demo.get("/zones"); await apis["demo"].get("/account")`,
    ["getAccount", "listZones"],
  ],
  [
    "another account of the user",
    `const work = api.as("work"); await work.get("/zones"); await apis.demo.as("home").get("/account")`,
    ["getAccount", "listZones"],
  ],
  [
    "a table of paths",
    `const at = { zones: "/zones", me: "/account" }; for (const key of ["zones", "me"]) await api.get(at[key])`,
    ["getAccount", "listZones"],
  ],
  [
    "a path joined from pieces",
    `await api.get(["", "zones", "z1", "settings"].join("/"))`,
    ["getZoneSettings"],
  ],
  [
    "a helper that makes paths",
    `const zone = (id, what) => \`/zones/\${id}/\${what}\`; await api.get(zone("z1", "dns-records")); await api.get(zone("z1", "rate-limits"))`,
    ["listDnsRecords", "listRateLimits"],
  ],
  [
    "a client handed to a helper",
    `const list = (client, path) => client.get(path); await list(api, "/zones")`,
    ["listZones"],
  ],
  ["a full URL", `await api.get("http://127.0.0.1:8485/v1/zones?limit=1")`, ["listZones"]],
  [
    "an unknown base before the path",
    `const base = location.origin; await api.get(\`\${base}/zones/\${id}\`)`,
    ["getZone"],
  ],
  [
    "calls in a list of promises",
    `await Promise.all([api.get("/zones"), ["z1", "z2"].map((id) => api.get(\`/zones/\${id}\`))].flat())`,
    ["getZone", "listZones"],
  ],
];

describe("finds the operation of", () => {
  for (const [name, code, want] of operations)
    test(name, async () =>
      expect(await seen("demo", code)).toEqual({ operations: want, blocks: [], once: [] }),
    );
});

const passing: [name: string, api: SnippetApi, code: string][] = [
  [
    "a query that is changed below its name",
    "demo",
    `const args = { query: { limit: 5 } }; if (x) args.query.name = "a"; await api.get("/zones", args)`,
  ],
  [
    "a query that is put in later",
    "demo",
    `const args = {}; args.query = { type: ["A"] }; args.path = { zone_id: "z" }; await api.get("/zones/{zone_id}/dns-records", args)`,
  ],
  [
    "an object that a function may fill",
    "demo",
    `const body = {}; fill(body); await api.post("/zones", { body })`,
  ],
  [
    "members copied from an answer",
    "demo",
    `const { data } = await api.get("/firewall-rules/r1"); await api.patch("/firewall-rules/r1", { body: { ...data, enabled: true } })`,
  ],
  [
    "a member that is removed",
    "demo",
    `const query = { stat: 1, limit: 5 }; delete query.stat; const { stat, ...rest } = query; await api.get("/zones", { query: rest })`,
  ],
  [
    "computed names",
    "demo",
    `const key = field(); await api.get("/zones", { query: { [key]: 1 } }); await api.post("/zones", { body: { [key]: "a" } })`,
  ],
  [
    "a path that goes with its query",
    "demo",
    `const zones = kind === "zones"; await api.get(zones ? "/zones" : "/account", { query: zones ? { status: "active" } : {} })`,
  ],
  [
    "a type that goes with its members",
    "demo",
    `const mx = kind === "MX"; await api.post("/zones/z1/dns-records", { body: { type: mx ? "MX" : "A", name: "a", content: "b", ...(mx ? { priority: 10 } : {}) } })`,
  ],
  [
    "a helper that is used everywhere",
    "demo",
    `async function all(path, query = {}) { const { data } = await api.get(path, { query }); return data.next_cursor ? [...data.items, ...(await all(path, { ...query, cursor: data.next_cursor }))] : data.items; } await all("/zones"); await all("/access-rules", { mode: "block" })`,
  ],
  [
    "a class",
    "demo",
    `class Zones { constructor(client) { this.client = client; } list(path) { return this.client.get(path); } } await new Zones(api).list("/zones")`,
  ],
  ["a file below a folder", "github", "await api.get(`/repos/${owner}/${repo}/contents/docs/${file}`)"],
  [
    "a file in folders, concrete",
    "github",
    `await api.get("/repos/o/r/contents/docs/deep/a.md", { query: { ref: "main" } })`,
  ],
  ["a branch in the path", "github", `await api.get("/repos/o/r/git/ref/heads/main")`],
  [
    "undefined for what is not wanted",
    "github",
    `await api.get("/repos/o/r/issues", { query: { state: undefined, labels: null } })`,
  ],
  [
    "texts for numbers",
    "github",
    `await api.get("/repos/o/r/issues", { query: { per_page: "50", page: String(2) } })`,
  ],
  [
    "dates and lists",
    "github",
    `await api.get("/repos/o/r/issues", { query: { since: new Date(), labels: ["a", "b"].join(",") } })`,
  ],
  [
    "a body that is text already",
    "github",
    `await api.post("/repos/o/r/issues", { body: JSON.stringify({ title: "x" }) })`,
  ],
  [
    "an assigned object",
    "stripe",
    `const body = Object.assign({}, base, { amount: 1 }); await api.post("/v1/payment_intents", { body })`,
  ],
  ["an api that the program replaces", "demo", `api = { get: (path) => path }; api.get("/nothing")`],
  ["a method that the program adds", "demo", `api.list = (path) => api.get(path); await api.list("/zones")`],
  [
    "a method that is asked for first",
    "demo",
    `if (typeof api.search === "function") await api.search("/zones"); await api.find?.("/zones")`,
  ],
  [
    "one of two methods",
    "demo",
    `const method = known ? "get" : "put"; await api[method]("/zones", known ? {} : { body: { name: "a" } })`,
  ],
  [
    "clients handed around",
    "demo",
    `const go = async (client = api, path = "/zones") => client.get(path); await go(); await go(api, "/account"); const run = (f, ...rest) => f(...rest); await run(api.get, "/zones"); await run((path) => api.get(path), "/zones"); const get = api.get.bind(api); await get("/zones"); await (0, api.get)("/zones"); const { post, ...rest } = api; await rest.get("/zones")`,
  ],
  [
    "getters, odd spreads and labels",
    "demo",
    `a: for (const path of ["/zones"]) { await api.get(path, { get query() { return { any: 1 } } }); await api.get(path, { ...null, ...[1], ..."ab" }); await api.get(...[path, { query: { limit: 2 } }]); continue a; }`,
  ],
  [
    "other things called api",
    "demo",
    `try { null.x } catch (api) { api.get("/nope") } class A { static api = { get() {} }; go() { return A.api.get("/nope") } } const f = (api) => api.get("/nope"); f({ get: (path) => path })`,
  ],
  [
    "a name of its own called api",
    "demo",
    `const make = () => ({ get: (path) => path }); { const api = make(); api.get("/nothing"); }`,
  ],
];

describe("lets pass", () => {
  for (const [name, api, code] of passing)
    test(name, async () => {
      const { blocks, once } = await seen(api, code);
      expect([...blocks, ...once]).toEqual([]);
    });
});

const rule = `mode: "block", target: { type: "ip", value: "192.0.2.1" }`;

/** Some way that a value can turn out is wrong, another is right: at most a warning. */
const possible: [name: string, code: string][] = [
  ["a path that is built with +=", 'let u = "/zones"; u += "/1"; await api.get(u)'],
  ["a path that is built in two steps", 'let u = "/x"; u += "/1/2"; await api.get(u)'],
  [
    "a path that is built in a loop",
    'let s = ""; for (const p of ["zones", "1"]) s = s + "/" + p; await api.get(s)',
  ],
  ["a path that is built in a template", 'let s = "/zone"; s = `${s}s`; await api.get(s)'],
  [
    "a path that is built by a callback",
    'let s = ""; ["zones"].forEach((p) => { s += `/${p}` }); await api.get(s)',
  ],
  ["an id that is built", 'let id = "list"; id += "Zones"; await api.call(id)'],
  [
    "a path with defaults in its arguments",
    "const get = ({ zone = 'z1', sub = 'dns-records' } = {}) => api.get(`/zones/${zone}/${sub}`); await get()",
  ],
  [
    "options with defaults",
    "async function list({ status = 'active', limit } = {}) { return api.get('/zones', { query: { status, limit } }) } await list({})",
  ],
  [
    "a value that a loop may replace",
    `let id = ""; for (const x of list) if (x.name === "a") id = x.id; await api.get("/zones/{zone_id}", { path: { zone_id: id } })`,
  ],
  [
    "a query that is filled",
    `const o = { query: { limit: {} } }; o.query.limit = 5; await api.get("/zones", o)`,
  ],
  [
    "a body that is replaced",
    `let body = {}; if (c) body = { ${rule} }; await api.post("/access-rules", { body })`,
  ],
  [
    "a member that is replaced",
    `const body = { ${rule}, mode: "drop" }; body.mode = "block"; await api.post("/access-rules", { body })`,
  ],
  [
    "a member that is set on condition",
    `const query = {}; if (c) query.status = "nope"; await api.get("/zones", { query })`,
  ],
  [
    "a member that is set on condition, in the wrong place",
    `const o = {}; if (c) o.limit = 1; await api.get("/zones", o)`,
  ],
  [
    "a member that is given on condition",
    `await api.get("/zones", { query: { state: c ? "x" : undefined } })`,
  ],
  [
    "a member that is spread on condition",
    `await api.get("/zones", { query: { ...(c && { state: "x" }) } })`,
  ],
  ["a value that is replaced", `let n = ""; n = 5; await api.get("/zones", { query: { limit: n } })`],
  [
    "a value that a condition rules out",
    `const mode = c ? "block" : "unknown"; if (mode !== "unknown") await api.get("/access-rules", { query: { mode } })`,
  ],
  ["a path that a condition rules out", `const path = c ? "/zones" : "/unknown"; if (c) await api.get(path)`],
  ["an id that a condition rules out", `const id = c ? "listZones" : "unknown"; if (c) await api.call(id)`],
  [
    "an address that a condition rules out",
    `const url = c ? "http://127.0.0.1:8485/v1/zones" : "https://example.com/"; if (c) await fetch(url)`,
  ],
  [
    "a turn that is left out",
    `for (const mode of ["block", "zz"]) { if (mode === "zz") continue; await api.get("/access-rules", { query: { mode } }) }`,
  ],
  [
    "a turn behind a condition",
    `["block", "zz"].map((mode) => mode === "zz" ? null : api.get("/access-rules", { query: { mode } }))`,
  ],
  [
    "a call of a helper that does nothing",
    `const list = (mode) => { if (mode === "zz") return; return api.get("/access-rules", { query: { mode } }) }; list("block"); list("zz")`,
  ],
  [
    "arguments that go with the operation",
    `["listZones", "getZone"].map((id) => api.call(id, id === "listZones" ? { query: { limit: 1 } } : { path: { zone_id: "5" } }))`,
  ],
];

/** `d` may have been changed when it is sent. */
const changed = [
  `const { q } = { q: d }; q.status = "x"`,
  `const rows = [d]; for (const r of rows) r.status = "active"`,
  `const rows = [d]; rows.forEach((r) => { r.status = "active" })`,
  `const rows = [d]; rows.filter(Boolean).forEach((r) => { r.status = "active" })`,
  `const rows = [d]; rows.forEach(fix)`,
  `const rows = [d]; rows.forEach(function () { arguments[0].status = "active" })`,
  `const rows = [d]; rows.forEach(function () { const [r] = arguments; r.status = "active" })`,
  `const rows = [d]; rows.forEach((...all) => { all[0].status = "active" })`,
  `const set = function () { arguments[0].status = "active" }; [d].forEach(set)`,
  `const rows = [d]; rows.map((r) => r)[0].status = "active"`,
  `const rows = [d]; rows[0].status = "active"`,
  `for (const r of [d]) r.status = "active"`,
  `for (d.status of ["active"]);`,
  `[d].forEach((r) => { r.status = "active" })`,
  `let w; w = { d }; w.d.status = "active"`,
  `let w; w = d; w.status = "active"`,
  `w = d`,
  `const w = { d }; w.d.status = "active"`,
  `const w = { ...{ d } }; delete w.d.status`,
  `const w = c ? d : {}; w.status = "active"`,
  `[d.status] = ["active"]`,
  `({ k: d.status } = { k: "active" })`,
  `({ k: [d.status = 1] } = { k: [] })`,
  "fix`${d}`",
  `const mk = () => d; mk().status = "active"`,
  `function mk() { return d } mk().status = "active"`,
  `(() => d)().status = "active"`,
  `fix(() => d)`,
  `fix({ d })`,
  `fix(...[d])`,
  `new Fixed(d)`,
  `Object.freeze(d).status = "active"`,
  `Object.values({ d })[0].status = "active"`,
  `Object.entries({ d }).forEach(([, one]) => { one.status = "active" })`,
  `Object.assign(d, { status: "active" })`,
  `Object.defineProperty(d, "status", { value: "active" })`,
  `(await d).status = "active"`,
  `function f(one = d) { one.status = "active" } f()`,
  `class A { d = d } new A().d.status = "active"`,
  `delete d.status`,
  `d.__proto__ = { status: "active" }; delete d.status`,
  `d[key()] = "active"`,
  `d.status += "x"`,
  `(d.status)++`,
];

/** And here not: it is sent as it is. */
const untouched = [
  `const w = d; console.log(w.status, JSON.stringify(w))`,
  `function other() { return arguments[0].status } const rows = [d]; rows.forEach((r) => console.log(r))`,
  `const show = (r) => console.log(r); [d].forEach(show)`,
  `const { status } = d; fix(status)`,
  `fix(d.status, d["status"])`,
  `const more = { ...d, limit: 5 }; more.status = "active"`,
  `const more = Object.assign({}, d); more.status = "active"`,
  `for (const [k, v] of Object.entries(d)) fix(k, v)`,
  `for (const k in d) fix(k)`,
  `if (!d.status || d === other) return d`,
  `const rows = [d]; for (const r of rows) await api.get("/zones", { query: r })`,
  `const rows = [d]; await Promise.all(rows.map((r) => api.get("/zones", { query: r })))`,
  `const args = { query: d }; await api.get("/zones", args)`,
  "fix(`${d.status}`)",
];

describe("a value that is made wrong", () => {
  const around = (code: string) =>
    `const d = { status: "zz" }; ${code}; await api.get("/zones", { query: d })`;
  test.for(changed)("may be right after %s", async (code) => {
    const { blocks, once } = await seen("demo", around(code));
    expect([...blocks, ...once]).toEqual([]);
  });
  test.for(untouched)("is wrong after %s", async (code) => {
    expect((await seen("demo", around(code))).blocks).not.toEqual([]);
  });
  test.for([
    `const o = { query: { status: "zz" } }; const { query } = o; query.status = "active"; await api.get("/zones", o)`,
    `const list = [{ status: "zz" }]; list[0].status = "active"; for (const query of list) await api.get("/zones", { query })`,
    `const list = [{ status: "zz" }]; for (const one of list) one.status = "active"; for (const query of list) await api.get("/zones", { query })`,
    `[{ status: "zz" }].forEach(function (query) { arguments[0].status = "active"; return api.get("/zones", { query }) })`,
    `[{ status: "zz" }].map(function (query) { for (const one of arguments) one.status = "active"; return api.get("/zones", { query }) })`,
    `[{ status: "zz" }].map(function (query) { (() => { arguments[0].status = "active" })(); return api.get("/zones", { query }) })`,
    `const list = ["zz"]; list.forEach(function () { arguments[2][0] = "active" }); for (const status of list) await api.get("/zones", { query: { status } })`,
    `const list = ["zz"]; list.forEach((...all) => { all[2][0] = "active" }); for (const status of list) await api.get("/zones", { query: { status } })`,
    `const list = ["zz"]; const fix = (_, i, all) => { all[i] = "active" }; list.forEach(fix); for (const status of list) await api.get("/zones", { query: { status } })`,
    `const list = ["zz"]; list.forEach(fixIt); for (const status of list) await api.get("/zones", { query: { status } })`,
    `const load = async () => ({ status: "active" }); await api.get("/zones", { query: await load() })`,
    `const q = Promise.all([1]).then(() => ({ status: "active" })); await api.get("/zones", { query: await q })`,
    `const [a] = await Promise.all([{ status: "active" }, api.get("/zones")]); await api.get("/zones", { query: a })`,
    `const load = async () => ({ status: "zz" }); const q = load(); (await q).status = "active"; await api.get("/zones", { query: await q })`,
    `const list = ["zz"]; list.forEach((_, i, all) => { all[i] = "active" }); for (const status of list) await api.get("/zones", { query: { status } })`,
    `const o = { q: c ? { a: { status: "zz" } } : { a: { status: "xx" } } }; const { a } = { ...o.q }; a.status = "active"; await api.get("/zones", { query: o.q.a })`,
    `const list = [{ status: "zz" }]; list.shift(); await api.get("/zones", { query: list[0] })`,
    `const list = [...before, { status: "zz" }]; await api.get("/zones", { query: list[0] })`,
    `const o = { query: { status: "zz" }, fix() { this.query = {} } }; o.fix(); await api.get("/zones", { query: o.query })`,
    `await api.get("/zones", { query: { __proto__: { status: "active" }, limit: 1 } })`,
    `await api.post("/zones", { body: { __proto__: { name: "x.example" } } })`,
    `await api.post("/zones", { body: { "__proto__": { name: "x.example" } } })`,
  ])("may be right: %s", async (code) => {
    const { blocks, once } = await seen("demo", code);
    expect([...blocks, ...once]).toEqual([]);
  });
});

describe("a value that is used thousands of times", () => {
  const used = (times: number) => `const d = { status: "zz" };${" console.log(d);".repeat(times)}`;
  const call = `await api.get("/zones", { query: d })`;
  test.for([
    [100, ["query.status"], call],
    [6_000, ["query.status"], call],
    [6_000, ["query.status", "GET /nowhere"], `${call}; await api.get("/nowhere")`],
    [6_000, ["GET /nowhere"], `await api.get("/nowhere"); ${"d.x;".repeat(4_000)}`],
  ] as const)("%d times: %j", async ([times, want, code]) => {
    const { blocks } = await seen("demo", `${used(times)} ${code}`);
    expect(blocks.map((said) => said.split(":", 1)[0])).toEqual(want);
  });
});

describe("does not refuse what may be right", () => {
  for (const [name, code] of possible)
    test(name, async () => {
      const { blocks, once } = await seen("demo", code);
      expect([...blocks, ...once]).toEqual([]);
    });
});

const refused: [name: string, code: string, want: string][] = [
  [
    "a parameter of another name in the template",
    `await api.get("/zones/{id}", { path: { id: "z1" } })`,
    "path.zone_id is missing (you gave id)",
  ],
  [
    "a member that is wrong in every way",
    `const body = { mode: c ? "drop" : "drop", target: { type: "ip", value: "192.0.2.1" } }; body.mode = "drop"; await api.post("/access-rules", { body })`,
    'body.mode: "drop" is not one of "block", "challenge", "allow"',
  ],
  [
    "a guarded call that is wrong in every turn",
    `for (const state of ["a", "b"]) if (c) await api.get("/zones", { query: { state } })`,
    "query.state is not known; did you mean status?",
  ],
  [
    "one of several turns",
    `for (const mode of ["block", "stop"]) await api.get("/access-rules", { query: { mode } })`,
    'query.mode: "stop" is not one of "block", "challenge", "allow"',
  ],
  [
    "the one wrong call of a helper",
    `const list = (path, query) => api.get(path, { query }); await list("/zones", { status: "active" }); await list("/firewall-rules", { status: "on" })`,
    "query.status is not known; known are category, cursor, limit",
  ],
  [
    "a wrong member of a spread object",
    `const base = { target: { type: "asn" } }; await api.post("/access-rules", { body: { ...base, mode: "block" } })`,
    "body.target.value is missing",
  ],
  ["a client of another name", `await apis.prod.get("/zones")`, "apis.prod: there is one API"],
];

describe("refuses", () => {
  for (const [name, code, want] of refused)
    test(name, async () => expect((await seen("demo", code)).blocks).toEqual([want]));
});

describe("the level of an API", () => {
  const code = `await api.get("/zone"); await api.get("/zones", { query: { state: "x" } })`;
  const levels: [level: "block" | "warn" | "off" | undefined, want: string[]][] = [
    [undefined, ["refuse", "refuse"]],
    ["block", ["refuse", "refuse"]],
    ["warn", ["warn", "warn"]],
    ["off", []],
  ];
  for (const [level, want] of levels)
    test(`${level ?? "left out"} gives ${want.join(" and ") || "nothing"}`, async () => {
      const { api, catalog } = await openSnippetApi("demo");
      const parsed = parseProgram(code);
      if (!parsed.ok) throw new Error(parsed.failure.kind);
      const file = { ...api.file, ...(level && { check: level }) };
      const { findings } = examine(parsed.program, [{ api: { ...api, file }, catalog }]);
      expect(findings.map(({ severity }) => severity)).toEqual(want);
    });
});
