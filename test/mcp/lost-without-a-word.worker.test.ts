/** What code gets wrong that used to be lost without a word, or answered with one that helps nobody. */
import { expect, it } from "vitest";
import { callTool, deploy, execute } from "../gateway/running.ts";

const json = { content: { "application/json": { schema: { type: "object" } } } };
const document = {
  openapi: "3.1.0",
  info: { title: "Lost", version: "1" },
  servers: [{ url: "/" }],
  paths: {
    "/echo": { get: { operationId: "listThings", summary: "List things", responses: { 200: json } } },
    "/type": {
      post: {
        operationId: "typed",
        parameters: [{ name: "type", in: "query", schema: { type: "string" } }],
        requestBody: { content: { "application/octet-stream": {} } },
        responses: {},
      },
    },
  },
};

const apis = async () => [await deploy({ document })];
const valueOf = async (code: string) => (await execute(code, { document })).value;

it.each<[code: string, wants: string[], lacks?: string]>([
  ["describe({})", ['no operation or schema "{}"'], "[object"],
  ["describe({ a: 1, b: 2 })", ['no operation or schema "{ a, b }"'], "[object"],
  ["describe(find)", ['no operation or schema "a function"'], "=>"],
  // What the document itself holds of an operation.
  ['describe(spec.paths["/echo"].get)', ['api.get("/echo")']],
  [
    'describe("listThings", { api: "zzz" })',
    ['Ignored: api: "zzz"', 'There is only "test"', 'api.get("/echo")'],
  ],
])("%s", async (code, wants, lacks = "[object") => {
  const { result } = await callTool(`return ${code}`, await apis(), { tool: "search" });
  for (const want of wants) expect(result).toContain(want);
  expect(result).not.toContain(lacks);
});

it("what is assigned to state itself is kept by its members, and what has none is refused", async () => {
  const all = await apis();
  const run = (code: string) => callTool(code, all, { userId: "assigns" });
  await run("state.old = 1");
  expect((await run("state = { a: 1, b: [2] }; return state.a")).result).toBe(1);
  expect((await run("return state")).result).toEqual({ a: 1, b: [2] });
  const refused = await run("state = 5; return state");
  expect(refused.error?.message).toContain("write state.name = … instead of state = …");
  expect((await run("return state")).result).toEqual({ a: 1, b: [2] });
});

it.each([
  [`await file("a.csv", "x,y\\n1,2")`, 'await file(data, "a.csv")'],
  [`await file("my report.html", "<h1>Hello</h1>")`, 'await file(data, "my report.html")'],
])("%s is told to have its arguments swapped", async (code, want) => {
  const { error } = await callTool(code, await apis());
  expect(error?.message).toContain(want);
});

it.each([
  `await file("a.txt", "b.txt")`,
  `await file("Hello. World", "a.txt")`,
  `await file("x,y", "a.csv")`,
])("%s makes a file", async (code) => {
  expect((await callTool(`${code}; return 1`, await apis())).error).toBeUndefined();
});

it("a long text is whole for recall, also beside others, and cut only where it has no room", async () => {
  const all = await apis();
  for (const code of [`return "x".repeat(5_000_000)`, `return { note: "n", text: "x".repeat(5_000_000) }`]) {
    const first = await callTool(code, all);
    const again = `const kept = await recall("${first.runId}"); return (kept.text ?? kept).length`;
    expect((await callTool(again, all)).result, code).toBe(5_000_000);
  }
  const long = await callTool(`return "x".repeat(9_000_000)`, all);
  expect(long.notes?.join()).toContain("execute can make a file of it: await file(text, name)");
  const kept = await callTool(`return (await recall("${long.runId}")).length`, all);
  expect(kept.result).toBeGreaterThan(6_000_000);
  // One text leaves room for what stands beside it.
  const beside = await callTool(`return { text: "x".repeat(9_000_000), last: "seen" }`, all);
  expect((await callTool(`return (await recall("${beside.runId}")).last`, all)).result).toBe("seen");
});

const png = "new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 255, 254])";
it.each([
  ["text/plain", png, "bytes"],
  ["text/plain; charset=utf-8", png, "bytes"],
  ["text/html", png, "bytes"],
  ["text/plain", `new TextEncoder().encode("Größe")`, "Größe"],
  ["text/plain; charset=utf-16le", "new Uint8Array([97, 0, 98, 0])", "ab"],
  ["text/plain", "new Uint8Array([255, 254, 97, 0])", "a"],
  ["text/plain; charset=iso-8859-1", "new Uint8Array([233])", "é"],
])("an answer that is called %s is taken for what it is: %s", async (type, body, want) => {
  const code = `const { data } = await api.post("/type", { query: { type: ${JSON.stringify(type)} }, body: ${body} });
    return data instanceof Uint8Array ? (data.contentType === "application/octet-stream" && data.length === 18 ? "bytes" : data.contentType) : data`;
  expect(await valueOf(code)).toBe(want);
});

it.each<[code: string, want: string, tool?: "search"]>([
  ["return await api.things.list()", "api.things does not exist, there are only get, put, post"],
  ["const { get, listThings } = api; return 1", 'api.call("id")'],
  ["return await api.pages('/echo').toArray()", "All items: await api.pages(…).all()"],
  ['return find("things", "Zones")', 'as in { tag: "Zones" }', "search"],
  ["state.list.push(1)", "begin with state.list ??= …"],
  ['const fs = require("fs")', "in execute also api, fetch, each, state, file and files"],
])("%s is told what there is", async (code, want, tool = "execute" as never) => {
  const { text } = await callTool(code, await apis(), { tool });
  expect(text).toContain(want);
});

it("the client itself can be looked at, awaited and returned", async () => {
  const { result } = await callTool("const same = await api; return Object.keys(same)", await apis());
  expect(result).toEqual(expect.arrayContaining(["get", "call", "pages"]));
  expect((await callTool("return api", await apis())).error).toBeUndefined();
});
