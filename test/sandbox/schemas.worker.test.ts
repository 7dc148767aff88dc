import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";
import { bodiesNeeded } from "../../src/check/bodies.ts";
import { runInSandbox, type SandboxApi } from "../../src/sandbox/run.ts";
import { compileDocument } from "../../src/spec/compile/compile-document.ts";

const error = {
  type: "object",
  required: ["code", "message"],
  properties: { code: { type: "integer", description: "What went wrong." }, message: { type: "string" } },
};
const document = {
  openapi: "3.1.0",
  info: { title: "Trees", version: "1" },
  servers: [{ url: "https://trees.example" }],
  components: {
    schemas: {
      Error: error,
      Id: { type: "string" },
      Tree: {
        type: "object",
        description: "A tree, which is a name and more trees: this is long enough to be referred to.",
        properties: {
          name: { type: "string" },
          children: { type: "array", items: { $ref: "#/components/schemas/Tree" } },
        },
      },
    },
  },
  paths: {
    "/trees": {
      get: {
        operationId: "listTrees",
        summary: "List trees",
        parameters: [
          { name: "a", in: "query", schema: { $ref: "#/components/schemas/Id" } },
          { name: "b", in: "query", schema: { $ref: "#/components/schemas/Id" } },
        ],
        responses: Object.fromEntries(
          ["400", "404", "500"].map((status) => [
            status,
            {
              description: status,
              content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
            },
          ]),
        ),
      },
    },
  },
};

const apis: Record<string, SandboxApi & { body: ArrayBuffer }> = {};

beforeAll(async () => {
  for (const name of ["trees", "woods"]) {
    const url = `file:///${name}.json`;
    const files = new Map<string, unknown>([[url, structuredClone(document)]]);
    const loaded = { url, files, refused: new Map<string, string>(), faults: [], bytes: 0 };
    const { catalog } = await compileDocument(loaded, {});
    apis[name] = { name, index: catalog.index, body: catalog.body.slice().buffer };
  }
});

/** Ships what the program needs, as the tools do. */
async function search(code: string, names: string[]): Promise<unknown> {
  const parsed = parseProgram(code);
  if (!parsed.ok) return parsed.failure;
  const needed = bodiesNeeded(parsed.program, names);
  const shipped = names.map((name) => {
    const { index, body } = apis[name] as SandboxApi & { body: ArrayBuffer };
    return needed.has(name) ? { name, index, body } : { name, index };
  });
  const outcome = await runInSandbox(env.LOADER, {
    program: parsed.program,
    apis: shipped,
    target: { tool: "search" },
  });
  return outcome.ok ? (JSON.parse(outcome.result) as unknown) : outcome.failure;
}

describe("parts of a document in a result", () => {
  it("stand there once, then as a reference by their name", async () => {
    const content = (schema: unknown) => ({ content: { "application/json": { schema } } });
    expect(await search("spec.paths['/trees'].get.responses", ["trees"])).toMatchObject({
      400: content(error),
      404: content({ $ref: "#/components/schemas/Error" }),
      500: content({ $ref: "#/components/schemas/Error" }),
    });
  });

  it("stand there again where they are as short as the reference", async () => {
    expect(await search("spec.paths['/trees'].get.parameters.map((p) => p.schema)", ["trees"])).toEqual([
      { type: "string" },
      { type: "string" },
    ]);
  });

  it("refer to themselves by their name", async () => {
    expect(await search("spec.components.schemas.Tree", ["trees"])).toMatchObject({
      properties: { children: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
    });
  });

  it("are whole in a copy that was made of them", async () => {
    const code = "const { Error: e } = spec.components.schemas; [{ ...e }, { ...e }]";
    expect(await search(code, ["trees"])).toEqual([error, error]);
  });
});

describe("several APIs in a run", () => {
  it("are told apart by name, and only what is named is shipped", async () => {
    expect(await search("Object.keys(specs.woods.paths)", ["trees", "woods"])).toEqual(["/trees"]);
    expect(await search("async ({ specs: { trees } }) => trees.info.title", ["trees", "woods"])).toBe(
      "Trees",
    );
  });

  it("have their operations in one list, each with the name of its API", async () => {
    expect(await search("operations.map(({ api, id }) => `${api} ${id}`)", ["trees", "woods"])).toEqual([
      "trees listTrees",
      "woods listTrees",
    ]);
    expect(await search("operations[0].api", ["trees"])).toBeNull();
  });

  it("are searched together, or one of them", async () => {
    expect(await search("find('list trees').map((o) => o.api)", ["trees", "woods"])).toEqual([
      "trees",
      "woods",
    ]);
    expect(await search("find('list trees', { limit: 1 }).length", ["trees", "woods"])).toBe(1);
    expect(await search("find('trees', { api: 'woods' }).map((o) => o.api)", ["trees", "woods"])).toEqual([
      "woods",
    ]);
  });

  it("are described by an operation of the list, or by its id", async () => {
    const code =
      "[describe(operations[1]), describe(find('trees')[0]), describe('listTrees')].map((text) => text.includes('listTrees') || text.includes('/trees'))";
    expect(await search(code, ["trees", "woods"])).toEqual([true, true, true]);
  });
});
