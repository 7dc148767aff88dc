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

const refused: [name: string, code: string, want: string][] = [
  [
    "a parameter of another name in the template",
    `await api.get("/zones/{id}", { path: { id: "z1" } })`,
    "path.zone_id is missing (you gave id)",
  ],
  [
    "a member set after the object",
    `const body = { mode: "block", target: { type: "ip", value: "192.0.2.1" } }; body.mode = "drop"; await api.post("/access-rules", { body })`,
    'body.mode: "drop" is not one of "block", "challenge", "allow"',
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
  ["a client of another name", `await apis.prod.get("/zones")`, "apis.prod: there are 1 APIs"],
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
