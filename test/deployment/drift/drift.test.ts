/** What changed inside a document, one table: before, after, and the lines about it. `!` and `-` break callers. */
import { expect, it } from "vitest";
import {
  contractOf,
  formatContract,
  openContract,
  type Contract,
} from "../../../src/deployment/drift/contract.ts";
import { driftBetween, isBreaking } from "../../../src/deployment/drift/drift.ts";
import { touchedRules } from "../../../src/deployment/drift/rules.ts";
import { driftLines } from "../../../src/deployment/drift/sentences.ts";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";
import { diffCatalogs } from "../../../src/spec/read/diff.ts";
import type { ApiFile } from "../../../src/terms/api-file.ts";

type Document = Record<string, unknown>;

const shop = (paths: object, rest: object = {}): Document => ({
  openapi: "3.1.0",
  info: { title: "Shop", version: "1" },
  servers: [{ url: "https://shop.example.com/v1" }],
  paths,
  ...rest,
});

const fileOf = (part: object = {}) => ({ source: "openapi.json", ...part }) as ApiFile;

async function open(document: Document, file: ApiFile) {
  const url = "https://shop.example.com/openapi.json";
  const files = new Map([[url, document as unknown]]);
  const { catalog } = await compileDocument({ url, files, refused: new Map(), faults: [], bytes: 0 }, file);
  return openCatalog(catalog.index, catalog.body.slice().buffer);
}

/** As a lock file hands it on. */
async function contract(document: Document, file: ApiFile) {
  const text = formatContract(contractOf(await open(document, file)));
  return openContract(JSON.parse(text) as Contract, file);
}

async function linesBetween(before: Document, after: Document, part: object = {}) {
  const file = fileOf(part);
  const [was, is] = [await contract(before, file), await contract(after, file)];
  const drift = driftBetween(was, is);
  const lines = driftLines(drift, touchedRules(file, was, is, drift));
  expect(isBreaking(drift)).toBe(
    lines.some((line) => line.startsWith("-") || (line.startsWith("!") && !line.startsWith("! policy["))),
  );
  return lines;
}

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const object = (properties: object, required: string[] = [], more: object = {}) => ({
  type: "object",
  properties,
  required,
  ...more,
});
const text = { type: "string" };
const whole = { type: "integer" };

/** A document whose only operation takes this body. */
const takes = (schema: object) =>
  shop({ "/items": { post: { operationId: "add", requestBody: { required: true, ...json(schema) } } } });
/** A document whose only operation answers this. */
const answers = (schema: object) =>
  shop({ "/items": { get: { operationId: "list", responses: { 200: json(schema) } } } });
const operation = (part: object, path = "/items") =>
  shop({ [path]: { get: { operationId: "list", ...part } } });
const parameters = (...all: object[]) => operation({ parameters: all });
const page = { name: "page", in: "query", schema: whole };

const onAdd = "POST /items (add): body";
const onList = "GET /items (list):";

it.each<[string, Document, Document, string[]]>([
  // Arguments.
  [
    "a member becomes required",
    takes(object({ name: text })),
    takes(object({ name: text }, ["name"])),
    [
      `! ${onAdd} is required now: calls without it are refused`,
      `! ${onAdd}.name is required now: calls without it are refused`,
    ],
  ],
  [
    "a member becomes optional",
    takes(object({ name: text, a: text }, ["name", "a"])),
    takes(object({ name: text, a: text }, ["a"])),
    [`~ ${onAdd}.name is optional now`],
  ],
  [
    "a required member with a default",
    takes(object({ a: text })),
    takes(object({ a: text, b: { ...text, default: "x" } }, ["b"])),
    [`~ ${onAdd}.b is new`],
  ],
  [
    "a new required member",
    takes(object({ a: text }, ["a"])),
    takes(object({ a: text, b: text }, ["a", "b"])),
    [`! ${onAdd}.b is new and required: calls without it are refused`],
  ],
  [
    "a member goes",
    takes(object({ a: text, b: text })),
    takes(object({ a: text })),
    [`! ${onAdd}.b is gone: remove it from code that uses it`],
  ],
  [
    "a member is renamed",
    takes(object({ page_size: whole })),
    takes(object({ pageSize: whole })),
    [`! ${onAdd}.page_size is called pageSize now: rename it in code`],
  ],
  [
    "two members come and go, and neither is like the other",
    takes(object({ name: text })),
    takes(object({ region: text })),
    [`! ${onAdd}.name is gone: remove it from code that uses it`, `~ ${onAdd}.region is new`],
  ],
  [
    "a type narrows",
    takes(object({ a: { type: ["string", "integer"] } })),
    takes(object({ a: whole })),
    [`! ${onAdd}.a was integer or string and is integer`],
  ],
  [
    "a type widens",
    takes(object({ a: whole })),
    takes(object({ a: { type: "number" } })),
    [`~ ${onAdd}.a was integer and is number`],
  ],
  [
    "a type changes, and nothing in it is compared",
    takes(object({ a: object({ b: text }) })),
    takes(object({ a: text })),
    [`! ${onAdd}.a was object and is string`],
  ],
  [
    "a value goes and one comes",
    takes(object({ a: { enum: ["x", "y"] } })),
    takes(object({ a: { enum: ["y", "z"] } })),
    [`! ${onAdd}.a may no longer be "x"`, `~ ${onAdd}.a may also be "z"`],
  ],
  [
    "values are listed",
    takes(object({ a: text })),
    takes(object({ a: { ...text, enum: ["x"] } })),
    [`! ${onAdd}.a must be one of "x" now`],
  ],
  [
    "a limit tightens",
    takes(object({ a: { ...whole, maximum: 100 } })),
    takes(object({ a: { ...whole, maximum: 50 } })),
    [`! ${onAdd}.a has maximum 50 now (before: 100)`],
  ],
  [
    "a limit loosens",
    takes(object({ a: { ...text, minLength: 3 } })),
    takes(object({ a: { ...text, minLength: 1 } })),
    [`~ ${onAdd}.a has minLength 1 now (before: 3)`],
  ],
  [
    "null is refused",
    takes(object({ a: { type: ["string", "null"] } })),
    takes(object({ a: text })),
    [`! ${onAdd}.a may not be null any more`],
  ],
  [
    "other members are refused",
    takes(object({ a: text }, [], { additionalProperties: true })),
    takes(object({ a: text })),
    [`! ${onAdd} takes only the listed members now`],
  ],
  [
    "a form goes",
    takes({ oneOf: [object({ a: text }, ["a"]), object({ b: text }, ["b"]), text] }),
    takes({ oneOf: [object({ a: text }, ["a"]), text] }),
    [`! ${onAdd} is no longer of the form { b }`],
  ],
  [
    "what the API fills in itself is no argument",
    takes(object({ id: { ...text, readOnly: true }, a: text })),
    takes(object({ a: text })),
    [],
  ],
  [
    "a parameter comes, required",
    parameters(),
    parameters({ ...page, required: true }),
    [`! ${onList} query parameter page is new and required: calls without it are refused`],
  ],
  [
    "a parameter comes, optional",
    parameters(),
    parameters(page),
    [`~ ${onList} query parameter page is new`],
  ],
  [
    "a parameter goes",
    parameters(page),
    parameters(),
    [`! ${onList} query parameter page is gone: remove it from code that uses it`],
  ],
  [
    "a parameter is renamed",
    parameters(page),
    parameters({ ...page, name: "page_number" }),
    [`! ${onList} query parameter page is called page_number now: rename it in code`],
  ],
  [
    "a parameter changes its type",
    parameters(page),
    parameters({ ...page, schema: text }),
    [`! ${onList} query parameter page was integer and is string`],
  ],
  [
    "the name of a header has no case",
    parameters({ name: "X-Trace", in: "header", schema: text }),
    parameters({ name: "x-trace", in: "header", schema: text }),
    [],
  ],
  [
    "the body goes",
    takes(object({ a: text })),
    shop({ "/items": { post: { operationId: "add" } } }),
    [`! ${onAdd} is gone: remove it from code that uses it`],
  ],
  // Answers.
  [
    "a member of an answer goes",
    answers(object({ a: text, b: text })),
    answers(object({ a: text })),
    [`! ${onList} answer 200.b is gone: remove it from code that reads it`],
  ],
  [
    "a member of an answer may be missing",
    answers(object({ a: text }, ["a"])),
    answers(object({ a: text })),
    [`! ${onList} answer 200.a may be missing now: code must not rely on it`],
  ],
  [
    "a member of an answer is always there",
    answers(object({ a: text })),
    answers(object({ a: text }, ["a"])),
    [`~ ${onList} answer 200.a is always there now`],
  ],
  [
    "an answer may be null",
    answers(object({ a: text })),
    answers(object({ a: { type: ["string", "null"] } })),
    [`! ${onList} answer 200.a may be null now: code must expect that`],
  ],
  [
    "an answer widens",
    answers({ type: "array", items: whole }),
    answers({ type: "array", items: { type: ["integer", "string"] } }),
    [`! ${onList} answer 200[] was integer and is integer or string`],
  ],
  [
    "an answer has a new value",
    answers(object({ a: { enum: ["x"] } })),
    answers(object({ a: { enum: ["x", "y"] } })),
    [`~ ${onList} answer 200.a may also be "y"`],
  ],
  ["a limit of an answer", answers({ ...text, maxLength: 5 }), answers({ ...text, maxLength: 9 }), []],
  [
    "an answer goes",
    operation({ responses: { 200: {}, 202: {}, 404: {} } }),
    operation({ responses: { 200: {} } }),
    [
      `! ${onList} answer 202 is gone: remove it from code that reads it`,
      `~ ${onList} answer 404 is gone: remove it from code that reads it`,
    ],
  ],
  [
    "the body of an error",
    operation({ responses: { 404: json(object({ a: text })) } }),
    operation({ responses: { 404: json(text) } }),
    [],
  ],
  [
    "an answer is of another media type",
    answers(text),
    operation({ responses: { 200: { content: { "text/csv": {} } } } }),
    [
      `! ${onList} answer 200 as application/json is gone: remove it from code that reads it`,
      `~ ${onList} answer 200 as text/csv is new`,
    ],
  ],
  // Operations.
  [
    "an operation comes, another goes",
    operation({}),
    operation({ operationId: "other" }, "/other"),
    [`- ${onList.slice(0, -1)}`, "+ GET /other (other)"],
  ],
  [
    "an operation moves",
    operation({}),
    operation({}, "/things"),
    ["! GET /things (list): GET /items is GET /things now: change the path in code"],
  ],
  [
    "a parameter of the path is renamed",
    operation({}, "/items/{id}"),
    operation({}, "/items/{itemId}"),
    [
      "! GET /items/{itemId} (list): GET /items/{id} is GET /items/{itemId} now: change the path in code",
      "! GET /items/{itemId} (list): path parameter id is called itemId now: rename it in code",
    ],
  ],
  [
    "an id changes",
    operation({}),
    operation({ operationId: "listItems" }),
    ["! GET /items (listItems): id was list and is listItems: calls and rules by the old id fit nothing"],
  ],
  [
    "a tag changes",
    operation({ tags: ["a"] }),
    operation({ tags: ["b"] }),
    [`~ ${onList} tags lack a now and include b now`],
  ],
  [
    "an operation is deprecated",
    operation({}),
    operation({ deprecated: true }),
    [`~ ${onList} operation is deprecated now`],
  ],
  [
    "another credential is needed",
    operation({ security: [{ key: [] }] }),
    operation({ security: [{ oauth: [] }] }),
    [`! ${onList} security was key and is oauth: check the credentials of the API file`],
  ],
  [
    "a credential more would do",
    operation({ security: [{ key: [] }] }),
    operation({ security: [{ key: [] }, { oauth: [] }] }),
    [`~ ${onList} security was key and is key or oauth`],
  ],
  // Nothing that code could notice.
  [
    "texts, examples and extensions",
    operation({ summary: "a", parameters: [{ ...page, description: "a", example: 1 }] }),
    operation({ description: "b", "x-internal": true, parameters: [page] }),
    [],
  ],
  [
    "members that are called like texts are members",
    takes(object({ title: text, description: text })),
    takes(object({ title: text })),
    [`! ${onAdd}.description is gone: remove it from code that uses it`],
  ],
])("%s", async (_, before, after, want) => {
  expect(await linesBetween(before, after)).toEqual(want);
  expect(await linesBetween(before, before)).toEqual([]);
});

const item = (schema: object, rest: object = {}) => {
  const Item = { type: "object", ...schema };
  const ref = { $ref: "#/components/schemas/Item" };
  const path = (id: string) => ({ get: { operationId: id, responses: { 200: json(ref) } } });
  const list = { get: { operationId: "all", responses: { 200: json({ type: "array", items: ref }) } } };
  const add = { post: { operationId: "add", requestBody: json(ref), responses: {} } };
  const paths = { "/a": path("a"), "/b": path("b"), "/c": path("c"), "/d": list, "/e": add };
  return shop(paths, { components: { schemas: { Item, ...rest } } });
};

it("tells a change of a component once, with what it reaches, also through itself", async () => {
  const tree = { properties: { name: text, parent: { $ref: "#/components/schemas/Item" } } };
  const other = { properties: { name: whole, parent: { $ref: "#/components/schemas/Item" } } };
  expect(await linesBetween(item(tree), item(other))).toEqual([
    "! GET /a (a), GET /b (b), GET /c (c) and 1 more: Item.name (in answers) was string and is integer",
    "! POST /e (add): Item.name (in requests) was string and is integer",
  ]);
});

it("compares what became a component, or is called otherwise, by what it says", async () => {
  const inline = answers(object({ a: text, b: text }));
  const named = shop(
    {
      "/items": {
        get: { operationId: "list", responses: { 200: json({ $ref: "#/components/schemas/Thing" }) } },
      },
    },
    { components: { schemas: { Thing: object({ a: text }) } } },
  );
  expect(await linesBetween(inline, named)).toEqual([
    `! ${onList} answer 200.b is gone: remove it from code that reads it`,
  ]);
});

it("does not go round in a component that two names lead into", async () => {
  const of = (name: string) => ({
    components: { schemas: { [name]: object({ next: { $ref: `#/components/schemas/${name}` }, a: text }) } },
  });
  const paths = (name: string) => ({
    "/items": {
      get: { operationId: "list", responses: { 200: json({ $ref: `#/components/schemas/${name}` }) } },
    },
  });
  expect(await linesBetween(shop(paths("Old"), of("Old")), shop(paths("New"), of("New")))).toEqual([]);
});

const zones = (operations: object) => shop({ "/zones/{id}": operations });

it.each<[string, Document, Document, object, string[]]>([
  [
    "a rule loses what it held for",
    zones({ delete: { operationId: "deleteZone" } }),
    zones({ delete: { operationId: "removeZone" } }),
    { effect: "deny", operation: "deleteZone" },
    [
      "! policy[0] (deny operation deleteZone) no longer holds for DELETE /zones/{id} (removeZone); fits nothing now: change it in the API file, or take it out",
    ],
  ],
  [
    "a rule's only operation goes",
    zones({ delete: { operationId: "deleteZone" }, get: {} }),
    zones({ get: {} }),
    { effect: "ask", method: "DELETE", path: "/zones/*" },
    [
      "! policy[0] (ask method DELETE path /zones/*) held for DELETE /zones/{id} (deleteZone), which is gone; fits nothing now: change it in the API file, or take it out",
    ],
  ],
  [
    "a rule holds for a new operation",
    zones({ get: {} }),
    zones({ get: {}, delete: {} }),
    { effect: "deny", path: "/zones/*" },
    ["~ policy[0] (deny path /zones/*) now also holds for DELETE /zones/{id} (delete_zones_id)"],
  ],
  [
    "a rule holds for what changed",
    zones({ get: {} }),
    zones({ get: { deprecated: true } }),
    { effect: "ask", path: "/zones/*" },
    ["~ policy[0] (ask path /zones/*) holds for GET /zones/{id} (get_zones_id), where something changed"],
  ],
  [
    "a rule is about something else",
    zones({ get: {}, put: {} }),
    zones({ get: { deprecated: true }, put: {} }),
    { effect: "ask", method: "PUT" },
    [],
  ],
])("%s", async (_, before, after, rule, want) => {
  const lines = await linesBetween(before, after, { policy: [rule] });
  expect(lines.filter((line) => line.includes("policy["))).toEqual(want);
});

/** Each schema uses the next one twice, beside texts, and the last one itself and the first. */
function chain(leaf: object, beside: object): Document {
  const depth = 40;
  const ref = (level: number) => ({ $ref: `#/components/schemas/S${level % depth}`, ...beside });
  const schemas = Object.fromEntries(
    Array.from({ length: depth }, (_, level) => [
      `S${level}`,
      object({
        leaf: level === depth - 1 ? leaf : text,
        one: ref(level + 1),
        two: ref(level + 1),
        self: ref(level),
      }),
    ]),
  );
  return shop(
    { "/items": { get: { operationId: "list", responses: { 200: json(ref(0)) } } } },
    { components: { schemas } },
  );
}

it.each([{}, { description: "a text" }, { deprecated: true }])(
  "walks what is used many times, and in circles, once: %j beside each reference",
  async (beside) => {
    const [before, after] = [chain(text, beside), chain(whole, beside)];
    const written = formatContract(contractOf(await open(before, fileOf())));
    expect(written.length).toBeLessThan(20_000);
    const lines = await linesBetween(before, after);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/leaf \(in answers\) was string and is integer$/);
    const [was, is] = [await open(before, fileOf()), await open(after, fileOf())];
    expect(diffCatalogs(was, is).changed).toEqual(["GET /items (list)"]);
    expect(diffCatalogs(was, was).changed).toEqual([]);
  },
);
