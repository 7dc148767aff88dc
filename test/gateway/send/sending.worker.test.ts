/** What is sent how often: budgets, retries of reads, and writes that are sent once. */
import { expect, inject, it } from "vitest";
import type { Access, ApiFile } from "../../../src/terms/api-file.ts";
import { upstreamDocument } from "../document.ts";
import { execute, received } from "../running.ts";

const upstream = inject("upstream");
const running = (file: Partial<ApiFile> = {}) => ({ document: upstreamDocument, file });
let keys = 0;
const fresh = () => `k${(keys += 1)}-${Math.random()}`;

it("allows as many requests as the budget says, and not one more", async () => {
  await received();
  const ran = await execute(
    `for (let n = 0; n < 4; n += 1) {
       try { console.log((await api.get("/echo")).status) } catch { console.log("caught") }
     }`,
    running({ budgets: { requests: 3 } }),
  );
  expect(ran.failure).toEqual({ kind: "limit-reached", limit: "requests", value: 3, unit: "requests" });
  expect(ran.logs.map(({ text }) => text)).toEqual(["200", "200", "200"]);
  expect(ran.requests.map(({ outcome }) => outcome)).toEqual(["answered", "answered", "answered", "denied"]);
  expect((await received()).count).toBe(3);
});

it.each<[what: string, call: string, kind: string, file?: Partial<ApiFile>, access?: Access[]]>([
  ["no operation", `fetch(${JSON.stringify(upstream)} + "/nowhere")`, "unknown-operation"],
  [
    "no operation, another each time",
    `fetch(${JSON.stringify(upstream)} + "/nowhere/" + n)`,
    "unknown-operation",
  ],
  ["no API", `fetch("https://elsewhere.example/" + n)`, "unknown-operation"],
  ["denied by a rule", `api.delete("/echo")`, "denied", { policy: [{ effect: "deny", access: "delete" }] }],
  ["more than was granted", `api.delete("/echo")`, "needs-scope", {}, ["read"]],
  [
    "another method in the query",
    `api.get("/echo", { query: { _method: "DELETE" }, check: false })`,
    "denied",
  ],
  [
    "another method in the body",
    `api.post("/echo", { body: { _method: "DELETE" }, check: false })`,
    "denied",
  ],
  ["a second spelling", `fetch(${JSON.stringify(upstream)} + "/echo/%252e%252e")`, "denied"],
  [
    "a URL that is too long",
    `fetch(${JSON.stringify(upstream)} + "/" + "a".repeat(20_000))`,
    "limit-reached",
  ],
  [
    "headers that are too large",
    `api.get("/echo", { headers: { "if-match": "a".repeat(2_000) } })`,
    "limit-reached",
    { budgets: { headerBytes: 1_000 } },
  ],
  ["a server that is private", `api.get("/echo")`, "denied", { allowPrivate: [] }],
])("ends a run that is refused again and again: %s", async (_what, call, kind, file = {}, access) => {
  await received();
  const ran = await execute(
    `for (let n = 0; n < 103; n += 1) {
       try { console.log((await ${call}).status) }
       catch (error) { console.log(error.kind) }
     }`,
    { ...running(file), ...(access && { access }) },
  );
  expect(ran.logs.map(({ text }) => text)).toEqual(Array(100).fill(kind));
  expect(ran.failure).toMatchObject({ kind: "limit-reached", limit: "refused requests", value: 100 });
  expect(ran.requests).toHaveLength(101);
  expect(ran.requests.at(-1)).toMatchObject({ rule: "limit reached: refused requests" });
  expect((await received()).count).toBe(0);
});

it("says in the hint of an error which headers were not sent", async () => {
  const ran = await execute(
    `return await api.get("/status/{code}", { path: { code: "400" }, headers: { "X-Undeclared": "1" }, check: false })`,
    running(),
  );
  expect(JSON.stringify(ran.failure)).toContain("declare them: x-undeclared");
});

it("sends at most so many at a time; the others wait and are all answered", async () => {
  const ran = await execute(
    `const started = Date.now();
     const all = await Promise.all(Array.from({ length: 6 }, () => api.get("/slow", { query: { ms: "100" } })));
     return { count: all.length, ms: Date.now() - started };`,
    running({ budgets: { inFlight: 2 } }),
  );
  expect(ran).toMatchObject({ value: { count: 6 } });
  expect((ran.value as { ms: number }).ms).toBeGreaterThanOrEqual(280);
});

it("does not send a body beyond the budget of bytes, neither announced nor streamed", async () => {
  await received();
  for (const body of ['"x".repeat(10_001)', "stream()"]) {
    const ran = await execute(
      `const stream = () => new ReadableStream({ start(controller) {
         for (let n = 0; n < 20; n += 1) controller.enqueue(new Uint8Array(1000));
         controller.close();
       } });
       return await fetch(${JSON.stringify(upstream)} + "/echo", { method: "POST", body: ${body} }).catch(() => "caught")`,
      running({ budgets: { bytesUp: 10_000 } }),
    );
    expect(ran.failure).toEqual({
      kind: "limit-reached",
      limit: "bytesUp",
      value: 10_000,
      unit: "bytes sent",
    });
  }
  expect((await received()).count).toBe(0);
});

it.each([
  ["at the limit", 10, 200],
  ["one over", 11, "urlBytes"],
])("sends a URL of as many bytes as the budget says: %s", async (_what, length, want) => {
  const urlBytes = `${upstream}/echo?a=`.length + 10;
  const ran = await execute(
    `return api.get("/echo", { query: { a: "x".repeat(${length}) } }).then(({ status }) => status, ({ failure }) => failure.limit)`,
    running({ budgets: { urlBytes } }),
  );
  expect(ran.value).toBe(want);
});

it.each([
  ["at the limit", 2, "/echo"],
  ["one over", 1, "which looks like a loop"],
])("follows as many redirects in a row as the budget says: %s", async (_what, redirects, want) => {
  const ran = await execute(
    `return api.get("/redirect", { query: { to: "/redirect?to=/echo" } }).then(({ data }) => data.url, ({ message }) => message)`,
    running({ budgets: { redirects } }),
  );
  expect(ran.value).toContain(want);
});

it("holds no more bytes of parallel bodies than the budget says", async () => {
  await received();
  const ran = await execute(
    `const body = { x: "x".repeat(889) };
     return Promise.all(Array.from({ length: 5 }, () => api.post("/echo", { body }).then(({ status }) => console.log(status))));`,
    running({ budgets: { bytesUp: 1_800 } }),
  );
  expect(ran.failure).toMatchObject({ kind: "limit-reached", limit: "bytesUp" });
  // The run ends with the third, whether the others have been answered by then or not.
  for (const { text } of ran.logs) expect(text).toBe("200");
  expect((await received()).count).toBeLessThanOrEqual(2);
});

it("counts the bytes of every request, up and down", async () => {
  const ran = await execute(
    `await api.post("/type", { query: { type: "text/plain" }, body: "1234567", contentType: "text/plain" });`,
    running(),
  );
  expect(ran.requests).toMatchObject([
    {
      api: "test",
      method: "POST",
      operation: "postType",
      outcome: "answered",
      status: 200,
      bytesUp: 7,
      bytesDown: 7,
    },
  ]);
});

it.each([429, 503])(
  "repeats a read that was answered %i, after the time that the API asks for",
  async (status) => {
    const ran = await execute(
      `return (await api.get("/flaky", { query: { k: "${fresh()}", times: "2", status: "${status}", after: "0" } })).data`,
      running(),
    );
    expect(ran.value).toEqual({ times: 3 });
    expect(ran.requests).toMatchObject([{ outcome: "answered", status: 200 }]);
  },
);

it("repeats a read whose connection was lost", async () => {
  const ran = await execute(
    `return (await api.get("/reset", { query: { k: "${fresh()}", times: "1" } })).data`,
    running(),
  );
  expect(ran.value).toEqual({ times: 2 });
});

it("gives the 429 to the code when the API asks for a long time, with what to do", async () => {
  await received();
  const ran = await execute(
    `try { await api.get("/flaky", { query: { k: "${fresh()}", times: "1", status: "429", after: "3600" } }) }
     catch (error) { return { name: error.name, status: error.status, data: error.data, operation: error.operation, hint: error.hint } }`,
    running(),
  );
  expect(ran.value).toEqual({
    name: "ApiError",
    status: 429,
    data: { times: 1 },
    operation: "flaky",
    hint: expect.stringContaining("the API accepts none for 3600 s.") as string,
  });
  expect((await received()).count).toBe(1);
});

it("repeats no read once the run's budget of repetitions is used up", async () => {
  await received();
  const ran = await execute(
    `return (await api.get("/flaky", { query: { k: "${fresh()}", times: "9", after: "0" } })).data`,
    running({ budgets: { retries: 1 } }),
  );
  expect(ran.failure).toMatchObject({ kind: "upstream-error", status: 503 });
  expect((await received()).count).toBe(2);
});

it.each([429, 503])("never repeats a write that was answered %i", async (status) => {
  await received();
  const ran = await execute(
    `return await api.post("/flaky", { query: { k: "${fresh()}", times: "1", status: "${status}", after: "0" } })`,
    running(),
  );
  expect(ran.failure).toMatchObject({ kind: "upstream-error", status });
  expect((await received()).count).toBe(1);
});

it("reports a write whose connection was lost as unknown, and never repeats it", async () => {
  await received();
  const ran = await execute(
    `return await api.post("/reset", { query: { k: "${fresh()}", times: "1" } })`,
    running(),
  );
  expect(ran.failure).toMatchObject({ kind: "outcome-unknown", operation: "postReset" });
  expect(ran.requests).toMatchObject([{ outcome: "unknown", operation: "postReset" }]);
  expect((await received()).count).toBe(1);
});

it("reports a write that was not answered in time as unknown, and a read as unreachable", async () => {
  const ran = await execute(
    `const failures = [];
     for (const method of ["post", "get"]) {
       try { await api[method]("/slow", { query: { ms: "2000" } }) } catch (error) { failures.push(error.failure) }
     }
     return failures;`,
    running({ budgets: { requestMs: 200 } }),
  );
  expect(ran.value).toMatchObject([{ kind: "outcome-unknown" }, { kind: "upstream-unreachable" }]);
  expect(ran.requests.map(({ outcome }) => outcome)).toEqual(["unknown", "unreachable"]);
});

it("repeats a POST that the API file calls a read", async () => {
  const ran = await execute(
    `return (await api.post("/flaky", { query: { k: "${fresh()}", times: "1", after: "0" } })).data`,
    { ...running({ access: { postFlaky: "read" } }), access: ["read"] },
  );
  expect(ran.value).toEqual({ times: 2 });
});

it("sets an Idempotency-Key where the document declares one: another for every write, the code's own if it has one", async () => {
  const ran = await execute(
    `const keys = [];
     for (const headers of [{}, {}, { "Idempotency-Key": "mine" }]) {
       keys.push((await api.post("/echo/payments", { headers, body: { amount: 1 } })).data.headers["idempotency-key"]);
     }
     keys.push((await api.post("/echo", { body: {} })).data.headers["idempotency-key"] ?? null);
     return keys;`,
    running(),
  );
  const [first, second, third, none] = ran.value as string[];
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toMatch(/^[0-9a-f]{32}$/);
  expect(second).not.toBe(first);
  expect([third, none]).toEqual(["mine", null]);
});

it("lets a connection that was granted reading do nothing else, whatever the code does", async () => {
  await received();
  const ran = await execute(
    `const outcomes = [];
     const attempts = [
       () => api.post("/echo", { body: {} }), () => api.call("deleteEcho"), () => api.put("/echo", { body: {} }),
       () => fetch(${JSON.stringify(upstream)} + "/echo", { method: "POST", body: "{}" }),
       () => fetch(${JSON.stringify(upstream)} + "/echo", { method: "delete" }),
     ];
     for (const attempt of attempts) {
       try { await attempt(); outcomes.push("done"); } catch (error) { outcomes.push(error.failure?.scope ?? error.message); }
     }
     return outcomes;`,
    { ...running(), access: ["read"] },
  );
  expect(ran.value).toEqual(["test:write", "test:delete", "test:write", "test:write", "test:delete"]);
  expect((await received()).count).toBe(0);
});

it("refuses what the policy says, names the rule, and asks for what needs approval", async () => {
  const ran = await execute(
    `for (const id of ["deleteEcho", "postEcho", "putEcho"]) {
       try { await api.call(id, id === "deleteEcho" ? {} : { body: {} }); console.log("done") } catch (error) { console.log(error.failure) }
     }`,
    running({
      policy: [
        { effect: "deny", access: "delete", reason: "nothing is deleted here" },
        { effect: "ask", method: "PUT" },
      ],
    }),
  );
  expect(JSON.parse(ran.logs[0]?.text ?? "")).toEqual({
    kind: "denied",
    operation: "deleteEcho",
    rule: "policy[0]: deny access delete",
    message:
      "deleteEcho (DELETE /echo) is denied at test: nothing is deleted here. " +
      "Tell the user, and do not try to achieve the same another way.",
  });
  expect(ran.logs.slice(1).map(({ text }) => text)).toEqual(["done"]);
  // Code cannot catch a pause.
  expect(ran.failure).toEqual({ kind: "needs-approval", operation: "putEcho" });
  expect(ran.requests.map(({ rule }) => rule)).toEqual([
    "policy[0]: deny access delete",
    "granted: write",
    "policy[1]: ask method PUT",
  ]);
});

it("sends no body that makes another method of a POST", async () => {
  await received();
  const ran = await execute(`return await api.post("/echo", { body: { _method: "DELETE" } })`, running());
  expect(ran.failure).toMatchObject({ kind: "denied", rule: "no method override" });
  expect(ran.requests).toMatchObject([{ outcome: "denied", rule: "no method override" }]);
  expect((await received()).count).toBe(0);
});

it.each(["TRACE", "CONNECT", "TRACK", "PROPFIND"])("sends no %s", async (method) => {
  await received();
  const ran = await execute(
    `return (await fetch(new URL("/echo", spec.servers[0].url), { method: "${method}" })).status`,
    running(),
  );
  expect(ran.failure).toBeDefined();
  expect((await received()).count).toBe(0);
});

it("lists the requests that were sent, whatever the code says of them", async () => {
  const ran = await execute(
    `await api.get("/echo");
     Array.prototype.push = () => 0; globalThis.fetch = async () => new Response("{}");
     return { requests: [], outcome: "returned", isError: false };`,
    running(),
  );
  expect(ran.requests.map(({ operation, outcome }) => [operation, outcome])).toEqual([
    ["getEcho", "answered"],
  ]);
});
