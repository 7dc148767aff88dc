/** Learned shapes from end to end: real isolates, the real gateway, the real store. */
import { env } from "cloudflare:workers";
import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { learningFor } from "../../src/learned/learned.ts";
import { seenShapesName } from "../../src/learned/seen-shapes.ts";
import type { OperationSummary } from "../../src/spec/catalog.ts";
import type { Credential } from "../../src/terms/api-file.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { execute } from "../../src/mcp/tools/execute.ts";
import { search } from "../../src/mcp/tools/search.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { callTool, deploy, type Reply } from "../gateway/running.ts";
import { expectLogged } from "../setup/logged.ts";

let count = 0;
const patience = { timeout: 5_000 };
const newApi = () => deploy({ document: upstreamDocument, file: { source: `${++count}.json` } });

function call(tool: typeof execute, code: string, api: DeployedApi, userId = "u"): Promise<Reply> {
  return callTool(code, [api], { tool: tool.name, userId });
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

it("nothing is refused for what was seen", async () => {
  const api = await newApi();
  await call(execute, getting({ items: [] }), api);
  await vi.waitFor(
    async () => expect((await call(search, describing(), api)).result).toContain("items"),
    patience,
  );
  const reply = await call(execute, getting({ other: 1 }, "return data.other"), api);
  expect(reply).toMatchObject({ result: 1 });
});

/** What alice's answer taught, as a user who calls the API for the first time reads it. */
async function taughtBy(credential?: Credential): Promise<{ alice: string; bob: string; names: string[] }> {
  const api = await deploy({
    document: upstreamDocument,
    file: { source: `${++count}.json`, ...(credential && { credential }) },
  });
  const answered = await call(execute, getting({ id: 1, plan: "x" }), api, "alice");
  // With a credential of her own that is not there, nothing is sent: the gateway's part is done here.
  if (answered.error) teach(api, "alice", { id: 1, plan: "x" });
  const described = async (user: string) => String((await call(search, describing(), api, user)).result);
  await vi.waitFor(async () => expect(await described("alice")).toContain("plan"), patience);
  // The first look begins to read the store, the second would show what was in it.
  await described("bob");
  await new Promise((resolve) => setTimeout(resolve, 300));
  const names = ["alice", "bob"].map((user) => seenShapesName(api, user));
  return { alice: await described("alice"), bob: await described("bob"), names };
}

function teach(api: DeployedApi, userId: string, answer: unknown): void {
  const operation = { id: "type", path: "/type" } as OperationSummary;
  const learning = learningFor(userId, env, createExecutionContext());
  const learner = learning({ api, operation, object: { summary: "x" } }, 200, "application/json");
  learner?.push(new TextEncoder().encode(JSON.stringify(answer)));
  learner?.end();
}

const shared: Credential = { from: "shared", secrets: { token: "TEST_TOKEN" } };
const seenType = "type Data = { id: number; plan: string }";
const own: { of: string; credential?: Credential }[] = [
  { of: "a pasted credential", credential: { from: "user", fields: { key: "Key" }, check: "/echo" } },
  {
    of: "a login of their own",
    credential: {
      from: "oauth",
      scheme: "oauth",
      authorizationUrl: "https://login.test/authorize",
      tokenUrl: "https://login.test/token",
      clientId: "c",
      scopes: [],
    },
  },
  { of: "no credential" },
];

it("a user sees what the answers of others taught where all use one credential", async () => {
  const { alice, bob } = await taughtBy(shared);
  expect(alice).toContain(seenType);
  expect(bob).toContain(seenType);
});

it.each(own)("a user sees nothing of what the answers of others taught with $of", async ({ credential }) => {
  const { alice, bob, names } = await taughtBy(credential);
  expect(alice).toContain(seenType);
  expect(bob).not.toContain("seen in answers");
  const [hers, his] = await Promise.all(names.map((name) => env.SEEN_SHAPES.getByName(name).all()));
  expect([hers?.length, his?.length]).toEqual([1, 0]);
});

it("what an older version stored, with names that one user alone may see, is not read", async () => {
  const api = await deploy({
    document: upstreamDocument,
    file: { source: `${++count}.json`, credential: shared },
  });
  const shape = '{"members":{"plan_of_alice":{"shape":{"types":["number"]},"by":"0123456789ab"}}}';
  const older = env.SEEN_SHAPES.getByName(JSON.stringify([api.name, api.file.source]));
  await runInDurableObject(older, (_, { storage }) => storage.kv.put("shapes", [["type", shape]]));
  await call(search, describing(), api);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await call(search, describing(), api)).result).not.toContain("seen in answers");
});

it("names that are data are not kept, neither in memory nor in the store", async () => {
  const api = await newApi();
  await call(execute, getting({ id: 1, members: { alice: { admin: true }, bob: { admin: false } } }), api);
  await vi.waitFor(
    async () =>
      expect((await call(search, describing(), api)).result).toContain(
        "type Data = { id: number; members: Record<string, { admin: boolean }> }",
      ),
    patience,
  );
  const store = env.SEEN_SHAPES.getByName(seenShapesName(api, "u"));
  const entries = await runInDurableObject(store, (_, { storage }) => JSON.stringify([...storage.kv.list()]));
  expect(entries).toContain("members");
  expect(entries).not.toMatch(/alice|bob/);
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
  const store = env.SEEN_SHAPES.getByName(seenShapesName(api, "u"));
  await vi.waitFor(
    async () => expect(((await store.all()) as string[][]).map(([operation]) => operation)).toEqual(["type"]),
    patience,
  );
});

describe("a store that fails", () => {
  const events = ["isogate.shapes.unread", "isogate.shape.lost"];
  const logged = expectLogged("error", events);

  it("costs no run anything", async () => {
    const api = await newApi();
    const store = env.SEEN_SHAPES.getByName(seenShapesName(api, "u"));
    await runInDurableObject(store, (_, { storage }) => void storage.kv.put("shapes", 7));
    expect(await call(execute, getting({ id: 1 }), api)).toMatchObject({ result: { id: 1 } });
    const described = await call(search, describing(), api);
    expect(described).toMatchObject({ result: expect.stringContaining("api.get") });
    for (const event of events) await vi.waitFor(() => expect(logged.join("\n")).toContain(event), patience);
  });
});

const shapeOf = (names: number, chars: number) =>
  JSON.stringify({
    types: [],
    members: Object.fromEntries(
      Array.from({ length: names }, (_, index) => [
        `${"x".repeat(chars)}_${index}`,
        { types: [index % 2 ? "string" : "number"] },
      ]),
    ),
  });

it("the store keeps the shapes that changed last, within its size", async () => {
  const store = env.SEEN_SHAPES.getByName("full");
  for (let number = 0; number < 80; number++) await store.learn(`operation ${number}`, shapeOf(80, 40));
  await store.learn("operation 79", shapeOf(80, 40));
  const kept = (await store.all()) as string[][];
  expect(kept.map(([operation]) => operation)).not.toContain("operation 0");
  expect(kept.at(-1)?.[0]).toBe("operation 79");
  const chars = kept.flat().join("").length;
  expect(chars).toBeLessThanOrEqual(250_000);
  expect(chars).toBeGreaterThan(240_000);
});

it("the store forgets everything when nothing new came for long", async () => {
  const store = env.SEEN_SHAPES.getByName("old");
  await store.learn("type", shapeOf(2, 2));
  const at = await runInDurableObject(store, (_, { storage }) => storage.getAlarm());
  expect(Math.round(((at ?? 0) - Date.now()) / (24 * 60 * 60 * 1000))).toBe(90);
  expect(await runDurableObjectAlarm(store)).toBe(true);
  expect(await store.all()).toEqual([]);
});
