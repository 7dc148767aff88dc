/** Learned shapes from end to end: real isolates, the real gateway, the real store. */
import { env } from "cloudflare:workers";
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { expect, it, vi } from "vitest";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { runTool } from "../../src/mcp/run-tool.ts";
import { execute } from "../../src/mcp/tools/execute.ts";
import { search } from "../../src/mcp/tools/search.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { deploy } from "../gateway/running.ts";

interface Reply {
  result?: unknown;
  warnings?: string[];
}

let count = 0;
const patience = { timeout: 15_000 };
const newApi = () => deploy({ document: upstreamDocument, file: { source: `${++count}.json` } });

function call(tool: typeof execute, code: string, api: DeployedApi, userId = "u"): Promise<Reply> {
  const caller = { userId, clientId: "test", access: { [api.name]: ["read" as const, "write" as const] } };
  const context = { env, ctx: createExecutionContext(), caller, apis: [api], origin: "http://localhost" };
  return runTool(tool, { code }, context).then(({ reply }) => reply.structuredContent as Reply);
}

/** Code that gets a JSON text as the answer of an operation whose answers the document does not describe. */
const getting = (answer: unknown, then = "return data") =>
  `const { data } = await api.get("/type", { query: { type: "application/json", text: ${JSON.stringify(JSON.stringify(answer))} } }); ${then}`;

const describing = (id = "type") => `return describe(${JSON.stringify(id)})`;

it("describe shows what was seen in answers that the document says nothing of, in search and in execute", async () => {
  const api = await newApi();
  expect(await call(search, describing(), api)).not.toMatchObject({
    result: expect.stringContaining("seen"),
  });
  await call(execute, getting({ items: [{ id: 7, name: "Ada" }], next: null }), api);
  await vi.waitFor(async () => {
    for (const tool of [search, execute]) {
      const { result } = await call(tool, describing(), api);
      expect(result).toContain("// Not in the document, but seen in answers:");
      expect(result).toContain("items: { id: number; name: string }[]");
      expect(result).not.toContain("Ada");
    }
  }, patience);
});

it("a run that goes well is not warned, and nothing is refused for what was seen", async () => {
  const api = await newApi();
  await call(execute, getting({ items: [] }), api);
  await vi.waitFor(
    async () => expect((await call(search, describing(), api)).result).toContain("items"),
    patience,
  );
  const reply = await call(execute, getting({ other: 1 }, "return data.other"), api);
  expect(reply).toMatchObject({ result: 1 });
  expect(reply.warnings).toBeUndefined();
});

it("names that only one user's answers had are not shown to another", async () => {
  const api = await newApi();
  await call(execute, getting({ id: 1, project_of_alice: true }), api, "alice");
  await call(execute, getting({ id: 2 }), api, "bob");
  await vi.waitFor(async () => {
    expect((await call(search, describing(), api, "alice")).result).toContain("project_of_alice");
    const { result } = await call(search, describing(), api, "bob");
    expect(result).toContain("id: number");
    expect(result).not.toContain("alice");
  }, patience);
});

it("an answer in pieces, and a compressed one, are learned from too", async () => {
  const api = await newApi();
  await call(execute, `return (await api.get("/gzip")).data`, api);
  await vi.waitFor(
    async () =>
      expect((await call(search, describing("gzip"), api)).result).toContain(
        "type Data = { packed: boolean }",
      ),
    patience,
  );
});

it("answers that failed, that are no JSON, or that the document describes are not kept", async () => {
  const document = structuredClone(upstreamDocument) as unknown as {
    paths: Record<string, Record<string, Record<string, unknown>>>;
  };
  const schema = { type: "object", properties: { method: { type: "string" } } };
  const described = { 200: { description: "fine", content: { "application/json": { schema } } } };
  Object.assign(document.paths["/echo"]?.["get"] ?? {}, { responses: described });
  const api = await deploy({ document, file: { source: `${++count}.json` } });
  const code = `await api.get("/echo");
    await api.get("/status/{code}", { path: { code: 500 } }).catch(() => {});
    await api.get("/type", { query: { type: "text/plain", text: "{\\"a\\":1}" } });
    ${getting({ kept: 1 })}`;
  await call(execute, code, api);
  const store = env.SEEN_SHAPES.getByName(JSON.stringify([api.name, api.file.source]));
  await vi.waitFor(
    async () => expect(((await store.all()) as string[][]).map(([operation]) => operation)).toEqual(["type"]),
    patience,
  );
});

it("a store that fails costs no run anything", async () => {
  const api = await newApi();
  const store = env.SEEN_SHAPES.getByName(JSON.stringify([api.name, api.file.source]));
  await runInDurableObject(store, (_, { storage }) => void storage.sql.exec("DROP TABLE shapes"));
  expect(await call(execute, getting({ id: 1 }), api)).toMatchObject({ result: { id: 1 } });
  expect(await call(search, describing(), api)).toMatchObject({ result: expect.stringContaining("api.get") });
});

it("the store keeps the shapes that changed last, within its size, and none that is too large", async () => {
  const store = env.SEEN_SHAPES.getByName("full");
  const shapeOf = (names: number) =>
    JSON.stringify({
      members: Object.fromEntries(
        Array.from({ length: names }, (_, index) => [`member_${index}`, { shape: { types: ["string"] } }]),
      ),
    });
  expect(await store.learn("huge", shapeOf(2_000))).toBeNull();
  for (let number = 0; number < 45; number++) await store.learn(`operation ${number}`, shapeOf(300));
  const kept = (await store.all()) as string[][];
  expect(kept.map(([operation]) => operation).sort()).not.toContain("operation 0");
  expect(kept.map(([operation]) => operation)).toContain("operation 44");
  expect(kept.map(([, shape]) => shape).join("").length).toBeLessThanOrEqual(500_000);
});
