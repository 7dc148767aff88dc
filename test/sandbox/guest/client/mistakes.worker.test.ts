/** What code gets wrong without a word from JavaScript: each is told before anything leaves, with what to write instead. */
import { expect, inject, it } from "vitest";
import { upstreamDocument } from "../../../gateway/document.ts";
import { execute } from "../../../gateway/running.ts";

const text = { type: "string" };
const parameter = (name: string, place: string, schema: unknown = text, more = {}) => ({
  name,
  in: place,
  schema,
  ...(place === "path" ? { required: true } : {}),
  ...more,
});
const json = (schema: unknown) => ({ content: { "application/json": { schema } } });

const document = {
  openapi: "3.1.0",
  info: { title: "Mistakes", version: "1" },
  servers: [{ url: "/" }],
  paths: {
    "/echo": {
      get: {
        operationId: "search",
        parameters: [
          parameter("q", "query"),
          parameter("tags", "query", { type: "array", items: text }),
          parameter("X-Tenant", "header"),
        ],
        responses: {},
      },
      post: {
        operationId: "create",
        requestBody: json({
          type: "object",
          properties: { title: text, count: { type: "integer" }, tags: { type: "array", items: text }, parent: {} },
        }),
        responses: {},
      },
    },
    "/echo/": { delete: { operationId: "removeAll", responses: {} } },
    "/echo/{id}": {
      get: { operationId: "one", parameters: [parameter("id", "path")], responses: {} },
      delete: { operationId: "remove", parameters: [parameter("id", "path")], responses: {} },
    },
    "/echo/many/{ids}": {
      get: {
        operationId: "many",
        parameters: [parameter("ids", "path", { type: "array", items: text })],
        responses: {},
      },
    },
    "/echo/label/{color}": {
      get: { operationId: "label", parameters: [parameter("color", "path", text, { style: "label" })], responses: {} },
    },
    "/echo/matrix/{color}/{part}": {
      get: {
        operationId: "matrix",
        parameters: [parameter("color", "path", text, { style: "matrix" }), parameter("part", "path")],
        responses: {},
      },
    },
    "/echo/form": {
      post: {
        operationId: "form",
        requestBody: {
          content: {
            "application/x-www-form-urlencoded": {
              schema: {
                type: "object",
                properties: {
                  count: { type: "integer" },
                  flag: { type: "boolean" },
                  tags: { type: "array", items: { type: "integer" } },
                },
              },
            },
          },
        },
        responses: {},
      },
    },
    "/echo/files": {
      post: {
        operationId: "upload",
        requestBody: {
          content: {
            "multipart/form-data": {
              schema: { type: "object", properties: { file: { type: "string", format: "binary" }, files: { type: "array", items: { type: "string", contentMediaType: "application/pdf" } } } },
            },
          },
        },
        responses: {},
      },
    },
    "/things": { get: { operationId: "things", responses: {} } },
    "/things/{id}": { get: { operationId: "thing", parameters: [parameter("id", "path")], responses: {} } },
    "/type": {
      get: {
        operationId: "type",
        parameters: [parameter("type", "query"), parameter("text", "query")],
        responses: {},
      },
    },
    "/status/{code}": {
      get: { operationId: "status", parameters: [parameter("code", "path")], responses: {} },
      post: { operationId: "postStatus", parameters: [parameter("code", "path")], responses: {} },
    },
  },
}; // prettier-ignore

const running = { document, file: { server: inject("upstream") } };
const valueOf = async (code: string) => {
  const ran = await execute(code, running);
  expect(ran.failure).toBeUndefined();
  return ran.value;
};

it.each([
  ["a promise in the path", `api.get("/echo/{id}", { path: { id: Promise.resolve(1) } })`, "path.id: a promise was given; await it first"],
  ["a promise in the body", `api.post("/echo", { body: { parent: Promise.resolve(1) } })`, "body.parent: a promise was given; await it first"],
  ["a function that was not called", `api.get("/echo", { query: { q: Date.now } })`, "query.q: a function was given; call it"],
  ["NaN, which JSON writes as null", `api.post("/echo", { body: { count: Number("x") } })`, "body.count: NaN cannot be sent"],
  ["Infinity", `api.post("/echo", { body: { parent: [1 / 0] } })`, "body.parent[0]: Infinity cannot be sent"],
  ["a date that is none", `api.get("/echo", { query: { q: new Date("x") } })`, "query.q: the Date is invalid"],
  ["a set, which JSON writes as {}", `api.post("/echo", { body: { tags: new Set(["a"]) } })`, "body.tags: a Set was given; give [...set]"],
  ["a variable without a value in the path", "api.get(`/echo/${undefined}`)", 'path.id: "undefined" is what a variable without a value becomes'],
  ["an object in the path", "api.get(`/echo/${{}}`)", 'path.id: "[object Object]" is what'],
  ["a placeholder of another name", `api.get("/echo/{echoId}")`, 'path: replace "{echoId}" with a value, or write {id} and give { path: { id: … } }'],
  ["a placeholder as Express writes it", `api.get("/echo/:id")`, 'path: replace ":id" with a value'],
  ["an empty text in the path", `api.delete("/echo/{id}", { path: { id: "" } })`, "path.id is empty"],
  ["an empty list in the path", `api.get("/echo/many/{ids}", { path: { ids: [] } })`, "path.ids is empty"],
  ["a list of nothing in the path", `api.get("/echo/many/{ids}", { path: { ids: [null] } })`, "path.ids is empty"],
  ["an object for a file", `api.post("/echo/files", { body: { file: { name: "a.png", data: "x" } } })`, "body.file is a file; give a Blob, a File or { filename, content, contentType }"],
  ["objects for files", `api.post("/echo/files", { body: { files: [{ path: "a.pdf" }] } })`, "body.files is a file; give a Blob"],
  ["a Response for bytes", `api.post("/echo/files", { body: new Response("x") })`, "body: a Response was given; give its .body, or what await its .json() gives"],
  ["an error in a body", `api.post("/echo", { body: { parent: new Error("x") } })`, "body.parent: an object of the class Error cannot be sent"],
  ["params for query", `api.get("/echo", { params: { q: "x" } })`, "params is not an argument; did you mean query?"],
  ["data for body", `api.post("/echo", { data: { title: "x" } })`, "data is not an argument; did you mean body?"],
  ["the body as the second argument", `api.post("/echo", { title: "x", count: 1 })`, "title, count: members of the body belong in body: { body: { title: …, count: … } }"],
  ["a large number in text", `api.post("/echo", { body: { count: "12345678901234567890" } })`, 'an integer is wanted; give BigInt("12345678901234567890")'],
])("refuses %s", async (_name, call, problem) => {
  const ran = await execute(`return await ${call}`, running);
  expect(ran.requests).toEqual([]);
  expect(ran.failure).toMatchObject({ kind: "bad-arguments" });
  expect((ran.failure as { problems: string[] }).problems.join("; ")).toContain(problem);
}); // prettier-ignore

it.each([
  ["URLSearchParams as query", `api.get("/echo", { query: new URLSearchParams("tags=a&tags=b&q=c d") })`, "/echo?tags=a&tags=b&q=c%20d"],
  ["a Map as query", `api.get("/echo", { query: new Map([["q", 1]]) })`, "/echo?q=1"],
  ["arguments in place of what the path has", `api.get("/echo?q=1&tags=a", { query: { q: 2 } })`, "/echo?tags=a&q=2"],
  ["a list in a concrete path", `api.get("/echo/many/a,b%2Cc")`, "/echo/many/a,b%2Cc"],
  ["a label in a concrete path", `api.get("/echo/label/.blue")`, "/echo/label/.blue"],
  ["a matrix in a concrete path, half filled in", `api.get("/echo/matrix/;color=blue/{part}", { path: { part: "a b" } })`, "/echo/matrix/;color=blue/a%20b"],
  ["a path whose value is given again", `api.get("/echo/7", { path: { id: 8 } })`, "/echo/8"],
])("sends %s as it is meant", async (_name, call, want) => {
  expect(await valueOf(`return (await ${call}).data.url`)).toBe(want);
}); // prettier-ignore

it("sends the headers of a Headers object", async () => {
  const headers = (await valueOf(
    `return (await api.get("/echo", { headers: new Headers({ "X-Tenant": "t", "If-Match": "e" }) })).data.headers`,
  )) as Record<string, string>;
  expect([headers["x-tenant"], headers["if-match"]]).toEqual(["t", "e"]);
});

it("says at once that a body holds itself", async () => {
  const code = `const root = { kids: [] };
    for (let i = 0; i < 50; i++) root.kids.push({ up: root });
    try { await api.post("/echo", { body: root, check: false }) } catch (error) { return error.message }`;
  expect(await valueOf(code)).toContain("circular");
});

it("keeps every digit of a large integer, in answers and in bodies", async () => {
  const query = JSON.stringify({
    type: "application/json",
    text: '{"id":12345678901234567890,"all":[9007199254740993, 1],"text":"1234567890123456789","small":1.5}',
  });
  expect(
    await valueOf(
      `const { data } = await api.get("/type", { query: ${query} });
       const sent = await api.post("/echo", { body: { count: BigInt(data.id) } });
       return [data, sent.data.text];`,
    ),
  ).toEqual([
    { id: "12345678901234567890", all: ["9007199254740993", 1], text: "1234567890123456789", small: 1.5 },
    '{"count":12345678901234567890}',
  ]);
});

it.each([
  ["429 with seconds", `api.get("/status/429?retry-after=60")`, "accepts none for 60 s."],
  ["429 with a date", `api.get("/status/429?retry-after=Wed, 21 Oct 2026 07:28:00 GMT&date=Wed, 21 Oct 2026 07:00:00 GMT")`, "accepts none until Wed, 21 Oct 2026 07:28:00 GMT."],
  ["403 with nothing left, as GitHub says it", `api.get("/status/403?x-ratelimit-remaining=0&x-ratelimit-reset=1900000000")`, "accepts none until 2030-03-17T17:46:40.000Z."],
  ["403", `api.get("/status/403")`, "The credential is valid but lacks permission."],
  ["405", `api.get("/status/405?allow=POST")`, "does not take GET, only POST."],
  ["500 to a read", `api.get("/status/500")`, "Try again later."],
  ["500 to a write", `api.post("/status/500")`, "read the current state before you send it again"],
])("says what helps with %s", async (_name, call, want) => {
  const hint = await valueOf(`try { await ${call.replace(")", ", { check: false })")} } catch (error) { return error.hint }`);
  expect(hint).toContain(want);
}); // prettier-ignore

it("names the collection to look for the right id in", async () => {
  const hint = await valueOf(
    `try { await api.get("/things/{id}", { path: { id: "x" } }) } catch (error) { return error.hint }`,
  );
  expect(hint).toContain('List the collection first with api.pages("/things").');
});

it("takes text for numbers and booleans in a form, where all is text", async () => {
  const body = { count: "3", flag: "true", tags: "1" };
  expect(
    await valueOf(`return (await api.post("/echo/form", { body: ${JSON.stringify(body)} })).data.text`),
  ).toBe("count=3&flag=true&tags=1");
  const ran = await execute(`await api.post("/echo/form", { body: { count: "three" } })`, running);
  expect((ran.failure as { problems: string[] }).problems).toEqual(['body.count: "three" is not an integer']);
});

it("says that an answer was empty, rather than null", async () => {
  const ran = await execute(`await api.head("/status/404")`, running);
  expect(ran.failure).toMatchObject({ kind: "upstream-error", status: 404, body: "(an empty body)" });
});

it.each([
  ["api.get()", "undefined: the first argument has to be a path"],
  ["api.get(null)", "null: the first argument has to be a path"],
  ["api.get({ path: '/things' })", "a value of type object: the first argument has to be a path"],
  ["api.call(7)", "a value of type number: the first argument has to be the id of an operation"],
  ["api.pages(undefined).all()", "undefined: the first argument has to be a path"],
])("says what the first argument has to be: %s", async (call, says) => {
  const { failure } = await execute(`return await ${call}`, { document: upstreamDocument });
  expect(JSON.stringify(failure)).toContain(says);
});

it("takes an operation as find gives it", async () => {
  const { value } = await execute(
    `return (await api.call(operations.find(({ id }) => id === "type"), { query: { type: "application/json", text: "1" } })).data`,
    { document: upstreamDocument },
  );
  expect(value).toBe(1);
});

it.each([
  ["const r = api.get('/echo'); return r.data", "await it before reading .data"],
  ["const { status } = api.get('/echo'); return status", "await it before reading .status"],
  ["return api.call('search').headers.etag", "(await api.call(…)).headers"],
  ["return [api.post('/echo', { body: {} })].map((one) => one.data)", "(await api.post(…)).data"],
])("says that an answer has to be awaited: %s", async (code, want) => {
  const ran = await execute(code, { document, file: { server: inject("upstream") } });
  expect(JSON.stringify(ran.failure)).toContain(want);
});

it.each(["new Map()", "new Map([['query', {}]])", "new Set()", "Promise.resolve({})", "7"])(
  "refuses %s as the arguments of pages",
  async (given) => {
    const code = `return await api.pages("/echo", ${given}).all()`;
    const ran = await execute(code, { document, file: { server: inject("upstream") } });
    expect(ran.failure).toMatchObject({ kind: "bad-arguments" });
  },
);

it.each([
  ["a list that is not there", "await api.get('/nowhere')", true],
  [
    "two ids that are not there",
    "await api.get('/nowhere/1').catch(() => 0); await api.get('/nowhere/2')",
    true,
  ],
  ["one id that is not there", "await api.get('/nowhere/1')", false],
  ["one after an answer", "await api.get('/echo'); await api.get('/nowhere')", false],
])("suspects the base URL if every call is 404: %s", async (_, code, suspects) => {
  const own = {
    ...document,
    paths: {
      ...document.paths,
      "/nowhere": { get: { operationId: "none", responses: {} } },
      "/nowhere/{id}": {
        get: { operationId: "noneOf", parameters: [parameter("id", "path")], responses: {} },
      },
    },
  };
  const ran = await execute(code, { document: own, file: { server: inject("upstream") } });
  const said = JSON.stringify(ran.failure);
  expect(said).toContain("404");
  expect(said.includes("the base URL may be wrong")).toBe(suspects);
});
