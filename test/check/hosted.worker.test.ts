import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { parseProgram } from "../../src/check/parse.ts";
import { checkProgram } from "../../src/check/check.ts";
import { hostedChecker } from "../../src/check/types/host.ts";
import { compileDocument } from "../../src/spec/compile/compile.ts";
import { openCatalog } from "../../src/spec/read/open.ts";

const document = {
  openapi: "3.1.0",
  info: { title: "Pets", version: "1" },
  servers: [{ url: "https://pets.example" }],
  paths: {
    "/pets": {
      get: {
        operationId: "listPets",
        responses: {
          200: {
            description: "All pets.",
            content: {
              "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/Pet" } } },
            },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Pet: {
        type: "object",
        required: ["name"],
        properties: {
          name: { type: "string" },
          friends: { type: "array", items: { $ref: "#/components/schemas/Pet" } },
        },
      },
    },
  },
};

async function warningsFor(code: string): Promise<string[]> {
  const url = "https://pets.example/openapi.json";
  const loaded = { url, files: new Map([[url, document]]), refused: new Map(), faults: [], bytes: 0 };
  const { catalog } = await compileDocument(loaded, {});
  const api = { name: "pets", file: { source: url } };
  const opened = { api, catalog: openCatalog(catalog.index, catalog.body.slice().buffer) };
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(parsed.failure.kind);
  const verdict = await checkProgram(parsed.program, [opened], {
    sentBefore: async () => false,
    types: hostedChecker(env.LOADER),
  });
  expect(verdict.failure).toBeUndefined();
  return verdict.warnings();
}

test("the type checker runs in an isolate of its own and names the member that the document has", async () => {
  const [warning] = await warningsFor(`const { data } = await api.get("/pets");
return data.map((pet) => pet.names)`);
  expect(warning).toBe(
    "line 2: pet.names is not in the document, which has name, friends; did you mean name?",
  );
});

test("types that contain themselves are followed as deep as the code goes", async () => {
  const code = `const [pet] = (await api.get("/pets")).data; return pet.friends[0].friends[0].friends[0].`;
  expect(await warningsFor(`${code}name`)).toEqual([]);
  expect(await warningsFor(`${code}nick`)).toEqual([expect.stringContaining(".nick is not in the document")]);
});

test("code that fits gets no word", async () => {
  expect(
    await warningsFor(`let total = 0;
for (const pet of (await api.get("/pets")).data) total += pet.name.length;
return total`),
  ).toEqual([]);
});
