/** What the client makes of paths, bodies and answers, in isolates, against a server that tells what it received. */
import { expect, inject, it } from "vitest";
import { execute } from "../../../gateway/running.ts";

const text = { type: "string" };
const id = { name: "id", in: "path", required: true, schema: text };
const body = (content: Record<string, unknown>, required = false) => ({ content, required });
const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: "object",
  properties,
  required,
});

const document = {
  openapi: "3.1.0",
  info: { title: "Calls", version: "1" },
  servers: [{ url: "/" }],
  paths: {
    "/echo": {
      get: {
        operationId: "search",
        parameters: [
          { name: "state", in: "query", schema: { type: "string", enum: ["open", "closed"] } },
          { name: "limit", in: "query", schema: { type: "integer" } },
          { name: "labels", in: "query", schema: { type: "array", items: text } },
          { name: "X-Tenant", in: "header", required: true, schema: text },
        ],
        requestBody: body({ "application/x-www-form-urlencoded": { schema: object({}) } }),
        responses: {},
      },
      post: {
        operationId: "create",
        requestBody: body(
          {
            "application/json": {
              schema: object(
                {
                  title: text,
                  count: { type: "integer" },
                  kind: { type: "string", enum: ["a", "b"] },
                  secret: { type: "string", readOnly: true },
                  file: { type: "string", format: "byte" },
                  nested: object({
                    deep: { type: "array", items: object({ n: { type: "number" } }, ["n"]) },
                  }),
                },
                ["title", "secret"],
              ),
            },
          },
          true,
        ),
        responses: {},
      },
      delete: {
        operationId: "remove",
        requestBody: body({ "application/json": { schema: object({}) } }),
        responses: {},
      },
      options: { operationId: "opts", responses: {} },
    },
    "/echo/{id}": {
      get: { operationId: "one", parameters: [id, { name: "x", in: "query", schema: {} }], responses: {} },
    },
    "/echo/{id}/parts/{part}": {
      get: { operationId: "part", parameters: [id, { ...id, name: "part" }], responses: {} },
    },
    "/echo/form": {
      post: {
        operationId: "form",
        requestBody: body({
          "application/x-www-form-urlencoded": {
            schema: object({}),
            encoding: {
              items: { style: "deepObject", explode: true },
              address: { style: "deepObject", explode: true },
              joined: { style: "form", explode: false },
            },
          },
        }),
        responses: {},
      },
    },
    "/echo/multipart": {
      post: {
        operationId: "upload",
        requestBody: body({
          "multipart/form-data": {
            schema: object({
              file: { type: "string", format: "binary" },
              meta: object({}),
              note: text,
              n: { type: "integer" },
              more: { type: "array", items: {} },
            }),
            encoding: { meta: { contentType: "application/vnd.meta+json" } },
          },
        }),
        responses: {},
      },
    },
    "/echo/lines": {
      post: { operationId: "lines", requestBody: body({ "application/x-ndjson": {} }), responses: {} },
    },
    "/echo/patch": {
      patch: {
        operationId: "patch",
        requestBody: body({ "application/merge-patch+json": {} }),
        responses: {},
      },
    },
    "/echo/simple": {
      post: { operationId: "simple", requestBody: body({ "application/json;simple": {} }), responses: {} },
    },
    "/echo/bytes": {
      put: {
        operationId: "bytes",
        requestBody: body({ "application/octet-stream": {}, "text/plain": {} }),
        responses: {},
      },
    },
    "/type": {
      get: {
        operationId: "type",
        parameters: [
          { name: "type", in: "query", schema: text },
          { name: "text", in: "query", schema: text },
        ],
        responses: {},
      },
    },
    "/status/{code}": {
      get: { operationId: "status", parameters: [{ ...id, name: "code" }], responses: {} },
    },
  },
};

const file = { server: inject("upstream") };
const run = async (code: string) => execute(code, { document, file });
const valueOf = async (code: string) => {
  const ran = await run(code);
  expect(ran.failure).toBeUndefined();
  return ran.value;
};

it.each([
  ["a template", `api.get("/echo/{id}", { path: { id: "a b" } })`, "/echo/a%20b"],
  ["a concrete path", `api.get("/echo/a%20b")`, "/echo/a%20b"],
  ["a concrete path as people write it", `api.get("/echo/a b")`, "/echo/a%20b"],
  ["a path without its slash", `api.get("echo/7")`, "/echo/7"],
  ["a path half filled in", `api.get("/echo/7/parts/{part}", { path: { part: 2 } })`, "/echo/7/parts/2"],
  ["a full URL", `api.get(${JSON.stringify(`${inject("upstream")}/echo/7?x=1`)})`, "/echo/7?x=1"],
  [
    "a full URL with a template",
    `api.get(${JSON.stringify(`${inject("upstream")}/echo/{id}`)}, { path: { id: 7 } })`,
    "/echo/7",
  ],
  [
    "a path with a query",
    `api.get("/echo?state=open", { query: { limit: 5 }, headers: { "X-Tenant": "t" } })`,
    "/echo?state=open&limit=5",
  ],
  ["an operation id", `api.call("one", { path: { id: 7 } })`, "/echo/7"],
])("understands %s", async (_name, call, want) => {
  expect(await valueOf(`return (await ${call}).data.url`)).toBe(want);
});

it("takes HEAD, OPTIONS and DELETE with a body, and sends no body with a GET", async () => {
  const value = await valueOf(
    `const { status, data, headers } = await api.head("/echo/7");
     const options = await api.options("/echo");
     const removed = await api.delete("/echo", { body: { why: "old" } });
     const got = await api.get("/echo", { headers: { "x-tenant": "t" }, body: {} });
     return { head: { status, data, type: headers["content-type"] }, options: options.data.method, removed: removed.data.text, got: got.data.text };`,
  );
  expect(value).toEqual({
    head: { status: 200, data: null, type: "application/json" },
    options: "OPTIONS",
    removed: '{"why":"old"}',
    got: "",
  });
});

it.each([
  [
    "JSON",
    `api.post("/echo", { body: { title: "x", file: new Uint8Array([1, 2, 255]) } })`,
    "application/json",
    '{"title":"x","file":"AQL/"}',
  ],
  [
    "JSON that the code has written itself",
    `api.post("/echo", { body: JSON.stringify({ title: "x" }) })`,
    "application/json",
    '{"title":"x"}',
  ],
  [
    "a variant of JSON",
    `api.patch("/echo/patch", { body: { a: null } })`,
    "application/merge-patch+json",
    '{"a":null}',
  ],
  ["JSON with a parameter", `api.post("/echo/simple", { body: [1] })`, "application/json;simple", "[1]"],
  [
    "lines of JSON",
    `api.post("/echo/lines", { body: [{ a: 1 }, { b: 2 }] })`,
    "application/x-ndjson",
    '{"a":1}\n{"b":2}\n',
  ],
  ["text", `api.put("/echo/bytes", { body: "héllo" })`, "text/plain", "héllo"],
  [
    "a nested form",
    `api.post("/echo/form", { body: { amount: 5, items: [{ price: "p1", quantity: 2 }], address: { city: "A B", lines: ["x", "y"] }, tags: ["a", "b"], joined: [1, 2], gone: undefined, empty: "" } })`,
    "application/x-www-form-urlencoded",
    "amount=5&items%5B0%5D%5Bprice%5D=p1&items%5B0%5D%5Bquantity%5D=2&address%5Bcity%5D=A%20B&address%5Blines%5D%5B0%5D=x&address%5Blines%5D%5B1%5D=y&tags=a&tags=b&joined=1,2&empty=",
  ],
])("sends %s", async (_name, call, type, want) => {
  const { headers, text: sent } = (await valueOf(`return (await ${call}).data`)) as {
    headers: Record<string, string>;
    text: string;
  };
  expect([headers["content-type"], sent]).toEqual([type, want]);
});

it("sends bytes of every kind as they are", async () => {
  const value = await valueOf(
    `const bytes = new Uint8Array([0, 1, 254, 255]);
     const stream = new ReadableStream({ start(c) { c.enqueue(bytes); c.close(); } });
     const sent = [];
     for (const body of [bytes, bytes.buffer, new Blob([bytes]), stream]) {
       const { data } = await api.put("/echo/bytes", { body });
       sent.push([data.headers["content-type"], data.base64]);
     }
     return sent;`,
  );
  expect(value).toEqual(Array.from({ length: 4 }, () => ["application/octet-stream", "AAH+/w=="]));
});

it("sends a multipart body with files and a content type for each part", async () => {
  const { headers, text: sent } = (await valueOf(
    `return (await api.post("/echo/multipart", { body: {
       file: new File(["abc"], 'a "b".txt', { type: "text/csv" }), meta: { a: 1 }, note: "hello", n: 5,
       more: [new Uint8Array([65]), { filename: "c.txt", content: "C", contentType: "text/plain" }],
     } })).data`,
  )) as { headers: Record<string, string>; text: string };
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers["content-type"] ?? "")?.[1];
  const parts = sent
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => part.trim().replaceAll("\r\n", "|"));
  expect(parts).toEqual([
    'Content-Disposition: form-data; name="file"; filename="a %22b%22.txt"|Content-Type: text/csv||abc',
    'Content-Disposition: form-data; name="meta"|Content-Type: application/vnd.meta+json||{"a":1}',
    'Content-Disposition: form-data; name="note"||hello',
    'Content-Disposition: form-data; name="n"||5',
    'Content-Disposition: form-data; name="more"; filename="more"|Content-Type: application/octet-stream||A',
    'Content-Disposition: form-data; name="more"; filename="c.txt"|Content-Type: text/plain||C',
  ]);
});

it.each([
  ["JSON", "application/json; charset=utf-8", '{"a":1}', { a: 1 }],
  ["a variant of JSON", "application/problem+json", '{"a":1}', { a: 1 }],
  ["JSON that is none", "application/json", "{oops", "{oops"],
  ["text", "text/csv", "a,b", "a,b"],
  ["XML", "application/xml", "<a/>", "<a/>"],
  ["lines of JSON", "application/x-ndjson", '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
  [
    "events",
    "text/event-stream",
    'event: x\nid: 1\ndata: {"a":1}\n\n: comment\n\ndata: two\ndata: lines\n\n',
    [{ event: "x", id: "1", data: { a: 1 } }, { data: "two\nlines" }],
  ],
  ["nothing", "application/json", "", null],
])("reads %s", async (_name, type, given, want) => {
  const query = JSON.stringify({ type, text: given });
  expect(await valueOf(`return (await api.get("/type", { query: ${query} })).data`)).toEqual(want);
});

it("reads anything else as bytes, which are described when they are returned", async () => {
  const query = JSON.stringify({ type: "image/png", text: "PNG!" });
  const value = await valueOf(
    `const { data } = await api.get("/type", { query: ${query} });
     return { isBytes: data instanceof Uint8Array, first: data[0], text: data.text(), shown: JSON.stringify(data) };`,
  );
  expect(value).toEqual({
    isBytes: true,
    first: 80,
    text: "PNG!",
    shown: '{"binary":"image/png","bytes":4,"begins":"504e4721"}',
  });
});

it("reads answers without a body", async () => {
  expect(
    await valueOf(`const { status, data } = await api.get("/status/204"); return { status, data }`),
  ).toEqual({ status: 204, data: null });
});

it.each([
  [
    "a query parameter that does not exist",
    `api.get("/echo", { query: { labls: ["x"] }, headers: { "X-Tenant": "t" } })`,
    "query.labls is not known; did you mean labels?",
  ],
  [
    "a value that is not one of the enum",
    `api.get("/echo", { query: { state: "done" }, headers: { "X-Tenant": "t" } })`,
    'query.state: "done" is not one of "open", "closed"',
  ],
  [
    "a value of the wrong type",
    `api.get("/echo", { query: { limit: "many" }, headers: { "X-Tenant": "t" } })`,
    'query.limit: "many" is not an integer',
  ],
  ["a header that is missing", `api.get("/echo")`, "headers.X-Tenant is missing"],
  ["a path parameter that is missing", `api.get("/echo/{id}")`, "path.id is missing"],
  [
    "a parameter beside its group",
    `api.get("/echo/{id}", { id: 7 })`,
    "id belongs in path: { path: { id: … } }",
  ],
  [
    "a parameter in the wrong group",
    `api.get("/echo", { query: { "X-Tenant": "t" } })`,
    "query.X-Tenant belongs in headers",
  ],
  [
    "an argument that does not exist",
    `api.post("/echo", { json: { title: "x" } })`,
    "json is not an argument",
  ],
  ["a body that is missing", `api.post("/echo")`, "body is missing"],
  [
    "a member that is missing",
    `api.post("/echo", { body: { titel: "x" } })`,
    "body.title is missing (you gave titel)",
  ],
  [
    "a member deep inside",
    `api.post("/echo", { body: { title: "x", nested: { deep: [{ n: 1 }, {}] } } })`,
    "body.nested.deep[1].n is missing",
  ],
  [
    "a member that is not one of the enum",
    `api.post("/echo", { body: { title: "x", kind: "c" } })`,
    'body.kind: "c" is not one of "a", "b"',
  ],
  [
    "a content type that the document does not have",
    `api.post("/echo", { body: { title: "x" }, contentType: "text/xml" })`,
    'contentType: "text/xml" is not one of application/json',
  ],
  ["a body with a GET", `api.get("/echo/7", { body: { a: 1 } })`, "body: a GET request has none; use query"],
])("refuses %s before anything leaves, and shows the signature", async (_name, call, problem) => {
  const ran = await run(`return await ${call}`);
  expect(ran.requests).toEqual([]);
  expect(ran.failure).toMatchObject({ kind: "bad-arguments" });
  const { problems, signature } = ran.failure as { problems: string[]; signature: string };
  expect(problems.join("; ")).toContain(problem);
  expect(signature.length).toBeGreaterThan(20);
});

it("sends anything with check: false, because documents lie", async () => {
  const value = await valueOf(
    `return (await api.post("/echo", { query: { undocumented: 1 }, body: { count: "three" }, check: false })).data`,
  );
  expect(value).toMatchObject({ url: "/echo?undocumented=1", text: '{"count":"three"}' });
});

it("sends a member of another type than the document's: documents are often wrong there", async () => {
  expect(
    await valueOf(`return (await api.post("/echo", { body: { title: 7, count: "3" } })).data.text`),
  ).toBe('{"title":7,"count":"3"}');
});

it("refuses a member that the document does not describe while nothing has been sent, and only then", async () => {
  const call = `api.post("/echo", { body: { title: "x", other: 1 } })`;
  const ran = await run(`return await ${call}`);
  expect(ran.failure).toMatchObject({ kind: "bad-arguments", passable: true });
  expect(await valueOf(`await api.get("/echo/7"); return (await ${call}).data.text`)).toBe(
    '{"title":"x","other":1}',
  );
});

it("names the nearest operations for a path or id that does not exist", async () => {
  const value = await valueOf(
    `const failures = [];
     for (const call of [() => api.get("/ecko/{id}/part"), () => api.call("serch"), () => api.get("https://elsewhere.example/echo")]) {
       try { await call(); failures.push("called") } catch (error) { failures.push(error.failure) }
     }
     return failures;`,
  );
  expect(value).toMatchObject([
    { kind: "unknown-operation", asked: "GET /ecko/{id}/part" },
    { kind: "unknown-operation", asked: '"serch"', nearest: ["GET /echo (search)"] },
    { kind: "unknown-operation", asked: "GET https://elsewhere.example/echo" },
  ]);
  expect((value as { nearest: string[] }[])[0]?.nearest).toHaveLength(3);
});

it.each([401, 403, 404, 409, 422, 429, 500])(
  "throws an ApiError for %i that can be caught and says what helps",
  async (status) => {
    const value = (await valueOf(
      `try { await api.get("/status/${status}") } catch (error) {
       return { name: error.name, isError: error instanceof Error, status: error.status, data: error.data, operation: error.operation, hint: error.hint };
     }`,
    )) as { hint: string };
    expect(value).toMatchObject({
      name: "ApiError",
      isError: true,
      status,
      operation: "status",
      data: { error: `status ${status}` },
    });
    expect(value.hint.length).toBeGreaterThan(30);
  },
);

it("gives code the class of what calls throw, for instanceof", async () => {
  const ran = await execute(
    `try { await api.get("/status/{code}", { path: { code: 404 } }) } catch (error) { return [error instanceof ApiError, error instanceof TypeError] }`,
    { document },
  );
  expect(ran.value).toEqual([true, false]);
});
