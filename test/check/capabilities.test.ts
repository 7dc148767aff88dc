/** What a program can call, read from its code: which operations, and in words what its code does not tell. */
import { expect, it } from "vitest";
import { capabilitiesOf } from "../../src/check/capabilities.ts";
import type { CheckedApi } from "../../src/check/examine.ts";
import { parseProgram } from "../../src/check/parse.ts";
import { capabilityLines, capabilityText } from "../../src/request/shown/capability-text.ts";
import type { CapabilitySet } from "../../src/terms/capabilities.ts";
import { openSnippetApi } from "./fixture/documents.ts";

const demo = await openSnippetApi("demo");
const named = (name: string): CheckedApi => ({ ...demo, api: { ...demo.api, name } });
const base = "http://127.0.0.1:8485/v1";

function read(code: string, apis: readonly CheckedApi[] = [demo]): CapabilitySet {
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  return capabilitiesOf(parsed.program, apis, apis.length === 1);
}

const record = "/zones/{zone_id}/dns-records/{record_id}";
const reads = "read";
const everything = "read, write or delete";

it.each<[what: string, code: string, want: string[]]>([
  ["nothing", `return 1`, []],
  ["one operation", `await api.get("/zones")`, ["GET /zones"]],
  ["one by its id", `await api.call("listZones")`, ["GET /zones"]],
  ["a list, page by page", `await api.pages("/zones").all()`, ["GET /zones"]],
  [
    "the same in many ways",
    `await api.get("/zones"); await api.call("listZones"); const { get } = api; await get("/zones")`,
    ["GET /zones"],
  ],
  ["a template", `await api.delete("${record}", { path })`, [`DELETE ${record}`]],
  [
    "a path with holes, as a place of the template",
    `for (const id of await ids()) await api.delete(\`/zones/z1/dns-records/\${id}\`)`,
    [`DELETE ${record}`],
  ],
  [
    "several, of a loop",
    `for (const what of ["settings", "dns-records"]) await api.get(\`/zones/\${zone}/\${what}\`)`,
    ["GET /zones/{zone_id}/dns-records", "GET /zones/{zone_id}/settings"],
  ],
  [
    "several, of a condition",
    `await (all ? api.get("/zones") : api.get("/account")); if (more) await api.delete("${record}", { path })`,
    ["GET /account", "GET /zones", `DELETE ${record}`],
  ],
  ["HEAD, which is not GET", `await api.head("/zones")`, ["HEAD /zones"]],
  [
    "a helper's calls",
    `const list = (client, path) => client.get(path); await list(api, "/zones")`,
    ["GET /zones"],
  ],
  ["fetch", `await fetch("${base}/zones?limit=1")`, ["GET /zones"]],
  [
    "fetch with a method",
    `await fetch(\`${base}/zones/\${id}/dns-records/\${n}\`, { method: "DELETE" })`,
    [`DELETE ${record}`],
  ],
  [
    "fetch of a path that is not there",
    `await fetch("${base}/nowhere"); await fetch(\`${base}/no/\${where}\`)`,
    [],
  ],
  ["fetch of something else", `await fetch("https://elsewhere.example/zones")`, []],
  ["a path that is not there", `await api.get("/nowhere")`, []],
  ["an account", `await api.as("work").get("/zones")`, [`GET /zones, account "work"`]],
  ["an account that is not told", `await api.as(label).get("/zones")`, ["GET /zones, any account"]],
  ["a path that is not told", `await api.get(path)`, [`GET, any path, ${reads}`]],
  [
    "a path of which the beginning is told",
    `await api.get("/zones/" + path + "/" + more + "?a=1")`,
    ["GET /zones/{zone_id}/dns-records", "GET /zones/{zone_id}/rate-limits", "GET /zones/{zone_id}/settings"],
  ],
  ["a method that is not told", `await api[method]("/zones")`, [`any method, any path, ${everything}`]],
  ["an operation that is not told", `await api.call(found[0].id)`, [`any method, any path, ${everything}`]],
  ["a method handed to a function of others", `await each(zones, api.get)`, [`GET, any path, ${reads}`]],
  [
    "a client handed to a function of others",
    `await Promise.resolve(api).then(use)`,
    [`any method, any path, ${everything}, any account`],
  ],
  ["fetch of a URL that is not told", `await fetch(url)`, [`GET, any path, ${reads}`]],
  [
    "fetch with a method that is not told",
    `await fetch("${base}/zones", init)`,
    [`any method, any path, ${everything}`],
  ],
  [
    "a client that is out of sight",
    `const out = new Map([["x", api]]).get("x"); await out.get("/zones")`,
    [],
  ],
])("is %s", (_what, code, want) => {
  expect(read(code).map(capabilityText).toSorted()).toEqual(want.toSorted());
});

it("is any path under what is known of it, where a list of what fits would be too long to read", async () => {
  const github = await openSnippetApi("github");
  const of = (code: string) => read(code, [github]).map(capabilityText);
  expect(of("await api.get(`/repos/${owner}/${repo}/${what}`)")).toEqual([
    `GET, any path under /repos, ${reads}`,
  ]);
  expect(of("await api.get(`/repos/octo/hello/${what}`)")).toEqual([
    `GET, any path under /repos/octo/hello, ${reads}`,
  ]);
});

it("is a path beside the document where the API file allows it, and only for fetch", () => {
  const outside = [{ prefix: "/internal", access: "write" as const }];
  const apis = [{ ...demo, api: { ...demo.api, file: { ...demo.api.file, outside } } }];
  const of = (code: string) => read(code, apis).map(capabilityText);
  const origin = new URL(base).origin;
  expect(of(`await fetch("${origin}/internal/stats")`)).toEqual([]);
  expect(of(`await fetch("${base}/nowhere")`)).toEqual([]);
  const below = [
    {
      ...apis[0]!,
      api: {
        ...apis[0]!.api,
        file: { ...demo.api.file, outside: [{ prefix: "/v1/internal", access: "read" as const }] },
      },
    },
  ];
  const found = (code: string) => read(code, below);
  const placed = { api: "demo", servers: [origin], method: "GET", access: ["read"] };
  expect(found(`await fetch("${base}/internal/stats?a=1")`)).toEqual([
    { ...placed, path: "/v1/internal/stats" },
  ]);
  expect(found(`await fetch(\`${base}/internal/\${what}\`)`)).toEqual([
    { ...placed, path: "/v1/internal/", below: true },
  ]);
  expect(found(`await api.get("/internal/stats")`)).toEqual([]);
});

it("is of the API that is called, and of each that may be", () => {
  const apis = [named("one"), named("two")];
  const of = (code: string) => [...new Set(read(code, apis).map(({ api }) => api))];
  expect(of(`await apis.one.get("/zones")`)).toEqual(["one"]);
  expect(of(`await apis[name].get("/zones")`)).toEqual(["one", "two"]);
  expect(of(`for (const client of Object.values(apis)) await client.get("/zones")`)).toEqual(["one", "two"]);
  // With several APIs, `api` stands for no API.
  expect(of(`await api.get("/zones")`)).toEqual([]);
  expect(of(`await fetch("${base}/zones")`)).toEqual(["one", "two"]);
});

it("is one capability for any operation where a list would be too long to read", () => {
  const ids = demo.catalog.operations.map(({ id }) => id);
  const calls = Array.from({ length: 60 }, (_, n) =>
    ids.map((id) => `api.as("a${n}").call("${id}")`).join(";"),
  );
  const found = read(`async () => { ${calls.slice(0, 4).join(";")} }`);
  expect(found.map(capabilityText)).toEqual([`any method, any path, ${everything}, any account`]);
});

it("is the same value for the same code, whatever else is looked at before", () => {
  const code = `await api.delete("${record}", { path }); await api.get("/zones")`;
  expect(JSON.stringify(read(code))).toBe(JSON.stringify(read(code)));
});

it("is told with the place where it goes to, and nothing in it can pass for another line", () => {
  const [capability] = read(`await api.get("/zones")`);
  expect(
    capabilityLines([capability!, { ...capability!, operation: "x\n- DELETE /zones", account: "a\nb" }]),
  ).toEqual([
    `demo, at ${base}:`,
    "- GET /zones (listZones)",
    String.raw`- GET /zones, account "a\nb" (x⟨U+000A⟩- DELETE /zones)`,
  ]);
});
