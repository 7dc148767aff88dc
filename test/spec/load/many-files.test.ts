/** A document cut into files in every way that people cut them, held against an independent dereference. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyOperations } from "../../../scripts/corpus/verify.ts";
import { rawOperations } from "../../../scripts/corpus/count-operations.ts";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import type { LoadedDocument } from "../../../src/spec/document.ts";
import { loadDocument } from "../../../src/spec/load/load-document.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";
import { catalogOf } from "../catalog-of.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- `spec` is read here as the model reads it: without types
type Free = any;

const files: Record<string, string> = {
  "openapi.yaml": `
openapi: 3.1.0
info: { $ref: info.yaml }
servers: { $ref: "servers.yaml#/all" }
paths: { $ref: paths/index.yaml }
components:
  schemas: { $ref: "schemas/index.yaml" }
  parameters:
    page: { name: page, in: query, schema: { $ref: "#/components/schemas/Count" } }
`,
  "info.yaml": "title: Library\nversion: '7'\ndescription: { $ref: 'texts.yaml#/intro' }\n",
  "servers.yaml": "all: [{ $ref: '#/main' }]\nmain: { url: https://library.example.com }\n",
  "texts.yaml": "intro: Books and who wrote them.\n",
  "paths/index.yaml": `
/books: { $ref: books.yaml }
/books/{id}:
  $ref: "book%20by%20id.yaml#/item"
  summary: One book
  parameters: { $ref: "../parameters.yaml#/both" }
/authors/{name}: { $ref: "index.yaml#/x-shared/~1writers~1%7Bname%7D" }
x-shared:
  /writers/{name}:
    parameters: [{ $ref: "../parameters.yaml#/map/name" }]
    get: { operationId: getAuthor, responses: { 200: { $ref: "../responses.yaml#/Author" } } }
`,
  "paths/books.yaml": `
get:
  operationId: listBooks
  tags: [books]
  parameters: [{ $ref: "../openapi.yaml#/components/parameters/page" }]
  responses: { $ref: "../responses.yaml#/forBooks" }
post:
  operationId: addBook
  servers: [{ $ref: "../servers.yaml#/main" }]
  requestBody: { content: { application/json: { schema: { $ref: "../openapi.yaml#/components/schemas/Book" } } } }
  responses: { 201: { $ref: "../responses.yaml#/Book", description: Added } }
`,
  "paths/book by id.yaml": `
item:
  get: { operationId: getBook, responses: { 200: { $ref: "../responses.yaml#/Book" } } }
  delete: { $ref: "#/removal" }
removal: { operationId: removeBook, responses: { 204: { description: Gone } } }
`,
  "parameters.yaml": `
both: [{ $ref: "#/map/id" }, { $ref: "#/map/trace" }]
map:
  id: { name: id, in: path, required: true, schema: { type: string } }
  trace: { name: X-Trace, in: header, schema: { type: string } }
  name: { name: name, in: path, required: true, schema: { type: string } }
`,
  "responses.yaml": `
Book: { description: A book, content: { application/json: { schema: { $ref: schemas/Book.yaml } } } }
Author: { description: An author, content: { application/json: { schema: { $ref: "schemas/Author.json#/Author" } } } }
forBooks:
  200:
    description: Books
    content: { application/json: { schema: { type: array, items: { $ref: schemas/Book.yaml, description: One of them } } } }
`,
  "schemas/index.yaml": `
Book: { $ref: Book.yaml }
Author: { $ref: "Author.json#/Author" }
Count: { type: integer }
`,
  "schemas/Book.yaml": `
type: object
properties:
  title: { type: string }
  authors: { type: array, items: { $ref: "Author.json#/Author" } }
  sequel: { $ref: "Book.yaml" }
  pages: { $ref: "../openapi.yaml#/components/schemas/Count" }
`,
  "schemas/Author.json": JSON.stringify({
    Author: {
      type: "object",
      properties: {
        books: { type: "array", items: { $ref: "Book.yaml" } },
        "100%": { $ref: "#/Author/properties/a~1b" },
        "a/b": { $ref: "#/Author/properties/books/items/properties/title" },
      },
    },
  }),
};

let folder: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-many-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? "").slice(1));
    // One part has moved: what it refers to is found from where it is now.
    if (name === "schemas/Book.yaml")
      return response.writeHead(301, { location: "/moved/schemas/Book.yaml" }).end();
    const text = files[name.replace("moved/", "")];
    return text === undefined ? response.writeHead(404).end() : response.end(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

const read = async (loaded: LoadedDocument) => {
  const { catalog, report } = await compileDocument(loaded, {});
  return { report, catalog: openCatalog(catalog.index, catalog.body.slice().buffer) };
};

it.each([
  ["disk", () => join(folder, "openapi.yaml")],
  ["a server, one part of it moved", () => `${origin}/openapi.yaml`],
])("many files from %s show what an independent dereference shows", async (_, source) => {
  const loaded = await loadDocument(source());
  const { report, catalog } = await read(loaded);
  expect(report).toMatchObject({ title: "Library", version: "7", operationsFound: 5, operationsKept: 5 });
  expect(report.faults).toEqual([]);
  expect(rawOperations(loaded).size).toBe(5);
  expect(verifyOperations(loaded, catalog, Infinity)).toEqual({ compared: 5, wrong: [] });
});

it("many files are one document: each thing once, circles closed", async () => {
  const { catalog } = await read(await loadDocument(join(folder, "openapi.yaml")));
  const { paths, components, info, servers }: Free = catalog.spec;
  const { Book, Author, Count } = components.schemas;
  expect(Book.properties.sequel).toBe(Book);
  expect(Book.properties.authors.items).toBe(Author);
  expect(Author.properties.books.items).toBe(Book);
  expect(Author.properties["100%"]).toEqual(Book.properties.title);
  expect(Book.properties.pages).toBe(Count);
  expect(paths["/books"].post.requestBody.content["application/json"].schema).toBe(Book);
  expect(paths["/books"].post.responses[201]).toMatchObject({ description: "Added" });
  expect(paths["/books/{id}"].get.parameters.map(({ name }: Free) => name)).toEqual(["id", "X-Trace"]);
  expect(info.description).toBe("Books and who wrote them.");
  expect([servers, paths["/books"].get.servers, paths["/books"].post.servers]).toEqual(
    Array.from({ length: 3 }, () => [{ url: "https://library.example.com" }]),
  );
});

it("tells a difference, wherever it is", async () => {
  const loaded = await loadDocument(join(folder, "openapi.yaml"));
  const { catalog } = await read(loaded);
  const { Book }: Free = (catalog.spec as Free).components.schemas;
  Book.properties.title.type = "number";
  // Once, where it is met first: what is shared is compared once.
  expect(verifyOperations(loaded, catalog, Infinity).wrong).toEqual([
    expect.stringMatching(/\/properties\/title\/type: number instead of string$/),
  ]);
});

describe("a base of its own", () => {
  it.each([
    ["$self, for a relative file", "https://api.test/v1/openapi", "shared#/Leaf"],
    ["$self, for a path", "https://api.test/v1/openapi", "/v1/shared#/Leaf"],
    ["a relative $self", "/elsewhere/openapi", "shared#/Leaf"],
  ])("%s", async (_, $self, reference) => {
    const base = new URL($self, `file://${folder}/`).href;
    const loaded: LoadedDocument = {
      url: `file://${folder}/root.json`,
      files: new Map<string, unknown>([
        [
          `file://${folder}/root.json`,
          { openapi: "3.2.0", $self, components: { schemas: { A: { $ref: reference } } } },
        ],
        [`file://${folder}/other.json`, { $self: new URL("shared", base).href, Leaf: { const: "leaf" } }],
      ]),
      refused: new Map(),
      faults: [],
      bytes: 0,
    };
    const { report, catalog } = await read(loaded);
    expect(report.faults).toEqual([]);
    expect((catalog.spec as Free).components.schemas.A).toEqual({ const: "leaf" });
  });

  it("$id, for names and anchors below it; what the file itself holds comes first", async () => {
    const schemas = {
      Outer: {
        $id: "https://schemas.test/outer/",
        properties: {
          byName: { $ref: "inner" },
          byPointer: { $ref: "#/$defs/Own" },
          byFile: { $ref: "#/components/schemas/Plain" },
          byAnchor: { $ref: "#here" },
        },
        $defs: { Own: { const: "own" }, Anchored: { $anchor: "here", const: "outer" } },
      },
      Inner: { $id: "https://schemas.test/outer/inner", $anchor: "here", const: "inner" },
      Nested: { $id: "https://schemas.test/outer/", $defs: { deep: { $id: "deep", const: "deep" } } },
      Deep: { $ref: "https://schemas.test/outer/deep" },
      Plain: { const: "plain" },
    };
    const url = `file://${folder}/root.json`;
    const { report, catalog } = await read({
      url,
      files: new Map([[url, { openapi: "3.1.0", components: { schemas } }]]),
      refused: new Map(),
      faults: [],
      bytes: 0,
    });
    expect(report.faults).toEqual([]);
    const { Outer, Deep }: Free = (catalog.spec as Free).components.schemas;
    const { byName, byPointer, byFile, byAnchor } = Outer.properties;
    expect([byName, byPointer, byFile, byAnchor, Deep].map((one: Free) => one.const)).toEqual([
      "inner",
      "own",
      "plain",
      "outer",
      "deep",
    ]);
  });
});

describe("Swagger 2.0 in many files", () => {
  it("has definitions and shared parameters from other files", async () => {
    const root = `file://${folder}/swagger.json`;
    const part = `file://${folder}/part.json`;
    const { report, catalog } = await read({
      url: root,
      files: new Map<string, unknown>([
        [
          root,
          {
            swagger: "2.0",
            definitions: { $ref: "part.json#/definitions" },
            parameters: { $ref: "part.json#/parameters" },
            paths: {
              "/a": { post: { parameters: [{ $ref: "#/parameters/pet" }, { $ref: "#/parameters/q" }] } },
            },
          },
        ],
        [
          part,
          {
            definitions: {
              Pet: { properties: { owner: { $ref: "#/definitions/Owner" } } },
              Owner: { type: "string" },
            },
            parameters: {
              pet: { in: "body", name: "pet", schema: { $ref: "#/definitions/Pet" } },
              q: { in: "query", name: "q", type: "string" },
            },
          },
        ],
      ]),
      refused: new Map(),
      faults: [],
      bytes: 0,
    });
    expect(report.faults).toEqual([]);
    const { components, paths }: Free = catalog.spec;
    expect(Object.keys(components.requestBodies)).toEqual(["pet"]);
    expect(Object.keys(components.parameters)).toEqual(["q"]);
    const { schema } = paths["/a"].post.requestBody.content["application/json"];
    expect(schema).toBe(components.schemas.Pet);
    expect(schema.properties.owner).toEqual({ type: "string" });
  });
});

it("to come by a reference twice, on the way to different things, is no circle", async () => {
  const schemas = {
    Part: { $ref: "#/components/schemas/Base/allOf/0", title: "a part" },
    Base: { $ref: "#/x-own/deep", properties: { q: { type: "string" } } },
    Selves: { inner: { $ref: "#/components/schemas/Selves" }, leaf: { type: "string" } },
    Leaf: { $ref: "#/components/schemas/Selves/inner/inner/inner/leaf" },
  };
  const { spec, report } = await catalogOf({
    "t.json": {
      openapi: "3.1.0",
      paths: {},
      components: { schemas },
      "x-own": { deep: { allOf: [{ $ref: "#/components/schemas/Base" }, { type: "string" }] } },
    },
  });
  expect(report.faults).toEqual([]);
  const { Part, Leaf }: Free = (spec as Free).components.schemas;
  expect(Object.keys(Part)).toEqual(["allOf", "properties", "title"]);
  expect(Leaf).toEqual({ type: "string" });
});
