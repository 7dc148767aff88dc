/** Where models lost calls and tokens with the two tools, each with the better answer: one test for each block. */
import { describe, expect, it } from "vitest";
import { proposedReads } from "../../src/cli/api/access.ts";
import { describeTools } from "../../src/mcp/describe-tools.ts";
import { callTool, deploy, execute, executeOn } from "../gateway/running.ts";
import { catalogOf } from "../spec/catalog-of.ts";

const text = { type: "string" };
const json = (schema: unknown) => ({ content: { "application/json": { schema } } });
const id = { name: "id", in: "path", required: true, schema: text };
const fixed = (value: unknown) => `/fixed/${btoa(JSON.stringify(value)).replaceAll("=", "")}`;
const short = fixed([{ id: "a" }, { id: "b" }, { id: "c" }]);

const Zone = {
  type: "object",
  required: ["id", "name"],
  properties: {
    id: { ...text, readOnly: true },
    name: { ...text, maxLength: 253, description: "<p>The <b>host name</b>.</p>" },
    status: { enum: Array.from({ length: 38 }, (_, index) => `state-${index}`) },
    plan: { allOf: [{ $ref: "#/components/schemas/Plan" }] },
    ...Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`setting_${index}`, { type: "boolean" }]),
    ),
    archived: { type: "boolean" },
    customer: text,
  },
};
const document = {
  openapi: "3.1.0",
  info: { title: "Zones", version: "1" },
  servers: [{ url: "https://nowhere.invalid" }],
  components: {
    schemas: {
      Zone,
      Plan: {
        type: "object",
        properties: { tier: { enum: ["free", "pro"] }, seats: { type: "integer", maximum: 50 } },
      },
      // The first part requires what another one says is read-only.
      Named: {
        allOf: [
          { type: "object", required: ["id", "name"], properties: { id: text, name: text } },
          { type: "object", properties: { id: { ...text, readOnly: true } } },
        ],
      },
    },
  },
  paths: {
    "/echo": {
      get: {
        operationId: "listZones",
        tags: ["zones"],
        summary: "List zones",
        description: "List zones",
        parameters: [
          {
            name: "filter",
            in: "query",
            schema: text,
            description: "Narrows the list. Syntax: `IS:true`, `NAME:<text>`.",
          },
        ],
        responses: { 200: json({ type: "array", items: { $ref: "#/components/schemas/Zone" } }) },
      },
      post: {
        operationId: "createZone",
        summary: "Create a zone",
        requestBody: { required: true, ...json({ $ref: "#/components/schemas/Zone" }) },
        responses: { 201: json({ $ref: "#/components/schemas/Zone" }) },
      },
      put: {
        operationId: "nameZone",
        requestBody: { required: true, ...json({ $ref: "#/components/schemas/Named" }) },
        responses: { 200: json({ $ref: "#/components/schemas/Named" }) },
      },
    },
    "/echo/{id}": {
      get: {
        operationId: "getZone",
        tags: ["zone settings"],
        summary: "Get a zone",
        parameters: [id],
        responses: { 200: json({ $ref: "#/components/schemas/Zone" }) },
      },
      delete: {
        operationId: "deleteZone",
        parameters: [id],
        requestBody: json({ type: "object", properties: { reason: text } }),
        responses: { 204: { description: "gone" } },
      },
    },
    "/status/404": { get: { operationId: "missing", responses: {} } },
    "/status/503": { post: { operationId: "overloaded", requestBody: json({}), responses: {} } },
    [`${short}/{id}`]: {
      get: {
        operationId: "listReviews",
        parameters: [
          id,
          { name: "per_page", in: "query", schema: { type: "integer", default: 30, maximum: 100 } },
          { name: "page", in: "query", schema: { type: "integer" } },
        ],
        responses: { 200: json({ type: "array", items: { type: "object" } }) },
      },
    },
    "/zones/search": {
      post: {
        operationId: "searchZones",
        summary: "Search zones",
        requestBody: json({ type: "object", properties: { query: text, limit: { type: "integer" } } }),
        responses: { 200: json({ type: "array", items: { $ref: "#/components/schemas/Zone" } }) },
      },
    },
  },
};

const run = async (code: string, file = {}) => execute(code, { document, file });
const value = async (code: string, file = {}) => {
  const ran = await run(code, file);
  expect(ran.failure).toBeUndefined();
  return ran.value;
};
const described = async (code: string) => String(await value(`return ${code}`));
const texts = async () => {
  const catalog = await catalogOf({ "a.json": document });
  return describeTools([{ name: "zones", title: "Zones", access: ["read", "write"], catalog }]);
};

describe("1: the limit of requests is said nowhere", () => {
  it("stands in the description, as the API's file has it", async () => {
    const catalog = await catalogOf({ "a.json": document });
    const api = { name: "zones", title: "Zones", access: ["read" as const], catalog };
    expect(describeTools([api]).execute).toContain("A run ends at 1,000 requests or 50 s.");
    expect(describeTools([{ ...api, budgets: { requests: 7, runMs: 9_000 } }]).execute).toContain(
      "A run ends at 7 requests or 9 s.",
    );
    expect(describeTools([api, { ...api, budgets: { requests: 7 } }]).execute).toContain(
      "A run ends at 7 to 1,000 requests to each API or 50 s.",
    );
  });

  it("ends the run: code cannot take it for an answer, and the failure says how to go on", async () => {
    const ran = await run(
      `for (let n = 0; n < 9; n++) try { await api.get("/echo"); console.log("done", n) } catch { console.log("caught") }
       return "all"`,
      { budgets: { requests: 5 } },
    );
    expect(ran.failure).toEqual({ kind: "limit-reached", limit: "requests", value: 5, unit: "requests" });
    expect(ran.logs.map((log) => log.text)).toEqual(["done 0", "done 1", "done 2", "done 3", "done 4"]);
  });

  it("loses no answer of what was under way", async () => {
    const ran = await run(
      `await Promise.all([1, 2, 3, 4, 5, 6, 7].map(async (n) => { await api.get("/echo"); console.log("done") }))`,
      { budgets: { requests: 4 } },
    );
    expect(ran.failure?.kind).toBe("limit-reached");
    expect(ran.logs.map((log) => log.text)).toEqual(["done", "done", "done", "done"]);
  });

  it("begins the reply", async () => {
    const reply = await callTool(`for (;;) await api.get("/echo").catch(() => {})`, [
      await deploy({ document, file: { budgets: { requests: 3 } } }),
    ]);
    expect(reply.text.split("\n", 1)[0]).toContain(
      "The run was ended at its limit of 3 requests (requests).",
    );
    expect(reply.text).toContain("Go on from there in another run");
  });
});

it.each<[string, string, object]>([
  [
    "an answer",
    'api.get("/status/404")',
    { status: 404, kind: "upstream-error", operation: "missing", data: { error: "status 404", got: "" } },
  ],
  [
    "an operation that is not there",
    'api.get("/nowhere")',
    { status: 0, kind: "unknown-operation", data: null },
  ],
  [
    "wrong arguments",
    'api.get("/echo/{id}")',
    { status: 0, kind: "bad-arguments", operation: "getZone", data: null },
  ],
  [
    "a value that cannot be written",
    'api.get("/echo/{id}", { path: { id: ".." } })',
    { status: 0, kind: "bad-arguments", operation: "getZone" },
  ],
  ["a request that is no operation", 'fetch("https://elsewhere.example/")', { status: 0, data: null }],
  ["a redirect away", 'fetch("http://127.0.0.1:1/echo")', { status: 0, data: null }],
])("2: refusals are not ApiError: %s is", async (_, call, want) => {
  const caught = (await value(
    `try { await ${call} } catch (error) {
       const { status, kind, operation, message, data, hint } = error;
       return { is: error instanceof ApiError, status, kind, operation, message, data, hint, told: error };
     }`,
    { check: "off" },
  )) as Record<string, unknown>;
  expect(caught).toMatchObject({ is: true, ...want });
  expect(caught["message"]).toMatch(/\w{3}/);
  expect(caught["hint"]).toMatch(/\w{3}/);
  // As it stands in a result: each thing once.
  expect(Object.keys(caught["told"] as object)).not.toContain("failure");
});

describe("3: describe cuts what is needed", () => {
  it("shows enums whole, constraints, and every member at least by its name", async () => {
    const shown = await described('describe("createZone")');
    expect(shown).toContain('"state-37"');
    expect(shown).toContain("name: string; // max 253 chars; The host name");
    for (const name of ["archived", "customer", "setting_39"]) expect(shown).toContain(name);
    expect(shown).not.toMatch(/<p>|<b>/);
  });

  it("tells the syntax of a filter, and says nothing twice", async () => {
    const shown = await described('describe("listZones")');
    expect(shown).toContain("IS:true");
    expect(shown.match(/List zones/g)).toHaveLength(1);
  });

  it("answers to a write in brief", async () => {
    const shown = await described('describe("createZone")');
    const [, answer = ""] = shown.split("Promise<");
    expect(answer).toContain("id");
    expect(answer.length).toBeLessThan(350);
  });

  it("shows chosen members, a schema by its name, and everything", async () => {
    const some = await described('describe("createZone", { members: ["customer"] })');
    expect(some).toContain("customer?: string;");
    expect(some).not.toContain("setting_0?:");
    expect(await described('describe("Plan")')).toContain("type Plan = {");
    expect(await described('describe("Plan")')).toContain("max 50");
    expect(await described('describe("createZone", { full: true })')).toContain("setting_39?: boolean");
  });

  it("shows first what the task is about", async () => {
    const positions = async (code: string) => {
      const shown = String(await value(code));
      return shown.indexOf("customer?:") - shown.indexOf("setting_0?:");
    };
    expect(await positions('return describe("createZone", { full: true })')).toBeGreaterThan(0);
    expect(await positions('find("customers\' zone: customer"); return describe("createZone")')).toBeLessThan(
      0,
    );
  });

  it("prints a type that several use once in a reply", async () => {
    for (const code of [
      'describe(["listZones", "getZone"])',
      '["listZones", "getZone"].map(describe).join("\\n\\n")',
      '["listZones", "getZone"].map((id) => describe(id)).join("\\n\\n")',
    ]) {
      const shown = await described(code);
      expect(shown.match(/"state-37"/g), code).toHaveLength(1);
      expect(shown).toContain("type Zone = {");
    }
  });

  it("tells a wrong option instead of ignoring it", async () => {
    expect(await described('describe("Plan", { depth: 3 })')).toContain("Ignored: depth.");
    expect(await described('describe("Plan", { members: ["sets"] })')).toContain(
      'There is no member "sets".',
    );
    const ran = await run('return find("zone", { max: 3 })');
    expect(ran.failure).toMatchObject({
      kind: "thrown",
      message: "find(text, { limit, tag, access }): it has no option max.",
    });
    expect((await run('return find("zone", { tag: "zoness" })')).failure).toMatchObject({
      message: 'find: there is no tag "zoness"; there are zones, zone settings.',
    });
    expect((await run('return find("zone", { access: "readonly" })')).failure).toMatchObject({
      message: "find(text, { limit, tag, access }): access is one of read, write, delete.",
    });
  });
});

it("4: describe of an unknown id is a sentence, and the others stay", async () => {
  const shown = (await value(
    'return ["getZone", "getZoen", undefined].map((id) => describe(id))',
  )) as string[];
  expect(shown[0]).toContain("api.get");
  expect(shown[1]).toMatch(/^There is no operation or schema "getZoen". The nearest are: .*getZone/);
  expect(shown[2]).toContain('There is no operation or schema "undefined"');
});

it("5: api.pages asks no more than needed: 102 lists without a Link cost 102 requests", async () => {
  for (const query of ["", ", query: { per_page: 100 }"]) {
    const ran = await run(
      `const ids = Array.from({ length: 102 }, (_, n) => n);
       const lists = await Promise.all(ids.map((n) => api.pages("${short}/{id}", { path: { id: n }${query} }).all()));
       return lists.flat().length`,
    );
    expect(ran.value).toBe(306);
    expect(ran.requests, query).toHaveLength(102);
  }
});

it("6: the client takes what the document's own type allows", async () => {
  expect(await described('describe("nameZone")')).toMatch(/body: \{ name: string \}/);
  expect(await value('return (await api.put("/echo", { body: { name: "a" } })).status')).toBe(200);
});

describe("7: nothing carries over from run to run", () => {
  it("state does, for one user and client", async () => {
    const apis = [await deploy({ document })];
    const code =
      'state.zones ??= (await api.get("/echo")).data.method; state.runs = (state.runs ?? 0) + 1; return state';
    const first = await callTool(code, apis, { userId: "keeps" });
    expect([first.result, first.requests?.length]).toEqual([{ zones: "GET", runs: 1 }, 1]);
    const second = await callTool(code, apis, { userId: "keeps" });
    expect([second.result, second.requests ?? []]).toEqual([{ zones: "GET", runs: 2 }, []]);
    expect((await callTool("return state", apis, { userId: "another" })).result).toEqual({});
  });

  it("and the description says what recall gives", async () => {
    expect((await texts()).search).toContain("recall(runId): the value that an earlier run returned");
  });
});

describe("8: parallel writes", () => {
  it("are advised to go a few at a time", async () => {
    expect((await texts()).execute).toContain("reads with Promise.all, writes with each");
  });

  it("go five at a time, and one by one when the API is overloaded", async () => {
    const [atOnce, after, done] = (await value(`
      let now = 0, most = 0, later = 0, failed = 0;
      const done = await each(Array.from({ length: 12 }, (_, n) => n), async (n) => {
        most = Math.max(most, ++now);
        if (failed >= 3) later = Math.max(later, now);
        try { return n < 8 ? await api.post("/status/503", { body: {} }) : n }
        catch (error) { failed++; throw error }
        finally { now-- }
      });
      return [most, later, done.map(({ item, value, error }) => [item, value, error?.status])]`)) as [
      number,
      number,
      unknown[],
    ];
    expect(atOnce).toBe(5);
    expect(after).toBeLessThanOrEqual(2);
    expect(done).toEqual(Array.from({ length: 12 }, (_, n) => (n < 8 ? [n, null, 503] : [n, n, null])));
  });
});

it.each(["null", "undefined"])(
  "8: each tells a function that throws %s from one that returns",
  async (thrown) => {
    const done = await value(`const done = await each([1, 2], (n) => { if (n > 1) throw ${thrown}; return n })
    return done.map(({ error }) => (error ? error.message : "fine"))`);
    expect(done).toEqual(["fine", `The function threw ${thrown}.`]);
  },
);

it("9: an exception throws nothing away: the reply keeps logs, requests and what the answers had", async () => {
  const { text: reply } = await callTool(
    'const { data } = await api.get("/echo"); console.log("read", data.method); return data.zones.map((zone) => zone.id)',
    [await deploy({ document })],
  );
  expect(reply).toContain("read GET");
  expect(reply).toContain("listZones GET");
  expect(reply).toContain(
    "The answer of listZones has: status, headers, data; data has: method, url, headers",
  );
});

it("10: a result that is text comes as text, without escapes", async () => {
  const { text: reply } = await callTool('return describe("getZone")', [await deploy({ document })]);
  expect(reply).toContain('\napi.get("/echo/{id}", {\n');
  expect(reply).not.toMatch(/\\n|\\"/);
});

it("11: what reads by POST is proposed as a read, with the reason, and find goes by it", async () => {
  const catalog = await catalogOf({ "a.json": document });
  const [proposal, ...others] = proposedReads(catalog);
  expect(others).toEqual([]);
  expect(proposal).toEqual({
    id: "searchZones",
    access: "read",
    reason:
      'its path ends in "search"; it says "Search zones"; it asks by query, limit; it answers 200 with a list',
  });
  const found = 'find("search zones", { access: "read" }).map(({ id }) => id)';
  expect(await value(`return ${found}`)).not.toContain("searchZones");
  expect(await value(`return ${found}`, { access: { searchZones: "read" } })).toContain("searchZones");
});

it("12: a member that an allOf lists is in the document", async () => {
  const { text: reply } = await callTool(
    'const { data } = await api.put("/echo", { body: { name: "a" } }); return [data.id, data.name, data.text]',
    [await deploy({ document })],
  );
  expect(reply).not.toContain("is not in the document");
});

it("13: what a call needs is in its type: path members, a body of DELETE, the id", async () => {
  const shown = await described('describe("deleteZone")');
  expect(shown).toContain("(deleteZone, delete)");
  expect(shown).toContain("path: { id: string }");
  expect(shown).toContain("body?: { reason?: string }");
  expect((await run('return api.get("/echo/{id}", { path: {} })')).failure).toMatchObject({
    kind: "bad-arguments",
  });
});

it("14: both tools take an expression and statements, and say so", async () => {
  const { search, execute: call } = await texts();
  for (const said of [search, call]) expect(said).toContain("an expression or statements with return");
  const apis = [await deploy({ document })];
  for (const tool of ["search", "execute"] as const)
    for (const code of ["operations.length > 3", "return operations.length > 3"])
      expect((await callTool(code, apis, { tool })).result).toBe(true);
});

it("15: with several APIs, what is printed runs as it stands", async () => {
  const apis = [await deploy({ document }, "one"), await deploy({ document }, "two")];
  const shown = String(
    (await executeOn("return describe(find('get a zone', { api: 'two', limit: 1 })[0])", apis)).value,
  );
  expect(shown).toContain('apis.two.get("/echo/{id}"');
  expect(shown).not.toMatch(/(?<!\w)api\.get/);
  const wrong = await executeOn('return apis.two.get("/echo/{id}")', apis);
  expect(JSON.stringify(wrong.failure)).toContain("apis.two.get(");
  const missing = await executeOn('await apis.two.get("/status/404")', apis);
  expect(JSON.stringify(missing.failure)).not.toMatch(/(?<![\w.])api\.(?:get|pages)/);
});

it("describe says what to do with a list that holds nothing, as a search gives it that finds nothing", async () => {
  expect(await described('describe(find("qqqq"))')).toMatch(
    /^There is nothing to describe: .* look for other words/,
  );
});
