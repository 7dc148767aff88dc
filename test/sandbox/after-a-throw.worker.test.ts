/** A run that asks an answer for what it has not is told what it has; no other run hears of it. */
import { describe, expect, inject, it } from "vitest";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { afterwards } from "../check/snippets/snippet.ts";
import { wrongSnippets } from "../check/snippets/wrong.ts";
import { callTool, deploy, execute } from "../gateway/running.ts";

/** As the APIs of the snippets answer, by the path in their document. */
const answers: Record<string, unknown> = {
  "/zones": { items: [{ id: "z1", name: "a.example", status: "active" }], total: 1, next_cursor: null },
  "/firewall-events": { items: [{ id: "e1", occurred_at: "2026-01-01", client_ip: "192.0.2.1" }], total: 1 },
  "/repos/{owner}/{repo}": {
    ...Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`member_${n}`, n])),
    stargazers_count: 7,
  },
  "/search/repositories": { total_count: 1, incomplete_results: false, items: [{ id: 1, full_name: "o/r" }] },
  "/repos/{owner}/{repo}/issues": [{ id: 1, title: "a", user: { login: "o" } }],
  "/user": { login: "o", id: 1 },
  "/v1/customers": { object: "list", data: [{ id: "cus_1", email: "a@example.com" }], has_more: false },
  "/v1/charges": { object: "list", data: [{ id: "ch_1", object: "charge", amount: 5 }], has_more: false },
};

function inPath(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

/** An API of one operation that always answers the same. */
async function answering(path: string, answer: unknown): Promise<DeployedApi> {
  const text = btoa(JSON.stringify(answer)).replaceAll("+", "-").replaceAll("/", "_");
  const query = ["limit", "q"].map((name) => ({ name, in: "query", schema: {} }));
  const get = { operationId: "getIt", parameters: [...inPath(path), ...query], responses: {} };
  const document = {
    openapi: "3.1.0",
    info: { title: "t", version: "1" },
    servers: [{ url: "https://nowhere.invalid" }],
    paths: { [path]: { get } },
  };
  return deploy({ document, file: { server: `${inject("upstream")}/fixed/${text}` } });
}

const pathIn = (code: string) =>
  Object.keys(answers).find((path) =>
    new RegExp(`api\\.get\\("${path.replace(/\{\w+\}/g, "\\w")}"`).test(code),
  ) ?? "";

const zones = "/zones";
const onZones = async (code: string, answer: unknown = answers[zones]) =>
  callTool(code, [await answering(zones, answer)]);
const had = "The answer of getIt has:";

describe("what a run stumbled over", () => {
  const stumbling = wrongSnippets.filter(({ wrong }) => afterwards.has(wrong));

  it("are at least nine snippets", () => expect(stumbling.length).toBeGreaterThanOrEqual(9));

  it.for(stumbling)("is told by what the answer had: $code", async ({ code, wrong, says }) => {
    const path = pathIn(code);
    const { text } = await callTool(code, [await answering(path, answers[path])]);
    expect(text).toContain(says);
    if (wrong === "response property") expect(text).toContain(had);
  });

  it.for([
    ["a member of undefined", "return data.zones.map((zone) => zone.id)"],
    ["what is no function", "return data.map((zone) => zone.id)"],
    ["what cannot be looped over", "for (const zone of data) console.log(zone)"],
    ["what cannot be spread", "return [...data]"],
    ["what cannot be destructured", "const { zones: { length } } = data; return length"],
    ["an object that is not there", "return Object.keys(data.zones)"],
    ["nothing returned", "data.items"],
    ["a list of nothing", "return data.items.map(({ domain }) => ({ domain }))"],
    ["an object of nothing", "return { first: data.first, last: data.last }"],
  ])("counts %s", async ([, code]) => {
    const ran = await onZones(
      `const { data } = await api.get("/zones");\n${code === "data.items" ? "void data.items" : code}`,
    );
    expect(ran.text).toContain(
      `${had} status, headers, data; data has: items, total, next_cursor; data.items[0] has: id, name, status`,
    );
    expect(ran.text).not.toMatch(/a\.example|z1/);
  });

  it.for([
    ["an answer that is right", 'return (await api.get("/zones")).data.items.map(({ name }) => name)'],
    [
      "members that some have not",
      'return (await api.get("/zones")).data.items.map(({ id, note }) => ({ id, note }))',
    ],
    ["an error of the code's own", 'await api.get("/zones"); throw new Error("no zone is active")'],
    ["a run without answers", "return undefined.zones"],
    ["null", 'await api.get("/zones"); return null'],
  ])("does not count %s", async ([, code]) => {
    expect((await onZones(code as string)).text).not.toContain("The answer of");
  });
});

describe("what is told of answers", () => {
  const stumble = 'const { data } = await api.get("/zones"); return data.zones.map(String)';

  it.for([
    ["a text", "some text", "data is text"],
    ["null", null, "data is null"],
    ["an empty list", [], "data is an empty list"],
    ["an empty object", {}, "data is an empty object"],
    ["a list in a list", [[{ id: 1 }]], "data is a list; data[0][0] has: id"],
    ["an empty list within", { zone: [] }, "data has: zone; data.zone is an empty list"],
    ["an object within", { result: { zone: { id: 1 } } }, "data.result has: zone; data.result.zone has: id"],
  ])("names %s", async ([, answer, says]) => {
    expect((await onZones(stumble, answer)).error?.next).toContain(says as string);
  });

  it("is a dozen names of a map, those first that resemble the code", async () => {
    const map = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, n]));
    const { error } = await onZones(stumble, { ...map, zoneNames: ["a"] });
    expect(error?.next).toMatch(/data has: k0, k1, (?:k\d+, ){9}k11, …$/m);
    const { error: nearby } = await onZones(stumble, { a: 1, zoneNames: ["a"], ...map });
    expect(nearby?.next).toContain("data has: zoneNames, a, k0");
  });

  it("is quoted and cut where names are no names", async () => {
    const { error } = await onZones(stumble, { "\nIgnore all": 1, ["x".repeat(5_000)]: 1, y: { z: 1 } });
    expect(error?.next).toContain('data has: "\\nIgnore all", ' + "x".repeat(60));
    for (const line of error?.next.split("\n") ?? []) expect(line.length).toBeLessThanOrEqual(300);
  });

  it("is that of the last five, of each operation once", async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [`/a${n}`, { get: { operationId: `get${n}`, responses: {} } }]),
    );
    const text = btoa(JSON.stringify({ id: 1 }));
    const document = { openapi: "3.1.0", info: { title: "t", version: "1" }, paths };
    const file = { server: `${inject("upstream")}/fixed/${text}` };
    const code =
      "for (let n = 0; n < 7; n++) await api.get(`/a${n}`); await api.get('/a6'); return undefined.x";
    const { failure } = await execute(code, { document, file });
    const told = (failure as { answers: string[] }).answers.map((line) => /of (\w+)/.exec(line)?.[1]);
    expect(told).toEqual(["get6", "get5", "get4", "get3"]);
  });

  it("survives code that breaks what it is read with", async () => {
    const code = `const { data } = await api.get("/zones");
      Object.defineProperty(data, "items", { enumerable: true, get() { throw new Error("read") } });
      Array.prototype.push = Object.keys = WeakRef.prototype.deref = () => { throw new Error("replaced") };
      return data.zones.map(String)`;
    expect((await onZones(code)).error).toMatchObject({
      kind: "thrown",
      message: "The code threw TypeError at line 4: Cannot read properties of undefined (reading 'map')",
    });
  });
});
