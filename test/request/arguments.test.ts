/** What the judge says of bodies that only code can make: that hold themselves, or files. */
import { expect, it } from "vitest";
import { argumentProblems } from "../../src/request/arguments.ts";
import { lift } from "../../src/request/known.ts";

const node: Record<string, unknown> = { type: "object", properties: { name: { type: "integer" } } };
const kids = { type: "array", items: { anyOf: [node, { type: "string" }] } };
Object.assign(node["properties"] as object, { up: node, kids });

function cyclic(count: number) {
  const root = { kids: [] as unknown[] };
  for (let index = 0; index < count; index++) root.kids.push({ up: root });
  return root;
}

function shared(levels: number) {
  let value: object = { name: 1 };
  for (let level = 0; level < levels; level++) value = { kids: [value, value], up: value };
  return value;
}

const many = Array.from({ length: 30_000 }, (_, name) => ({ name, up: { name: 1 } }));

function judged(body: unknown, schema: object, type = "application/json") {
  const object = { requestBody: { content: { [type]: { schema } } } };
  const operation = { method: "post", template: "/x", maySlash: () => false, object };
  return argumentProblems(lift({ body }), { ...operation, given: new Map(), query: new Map(), signed: [] });
}

it.for([
  ["a body that holds itself", cyclic(3)],
  ["one that holds itself in a thousand places", cyclic(1_000)],
  ["one object in 2 ** 40 places", shared(40)],
  ["megabytes of objects", { kids: many }],
])("judges %s in no time", ([, body]) => {
  for (const schema of [{}, node]) {
    const begun = performance.now();
    judged(body, schema);
    // What it guards against takes minutes; a busy machine, seconds.
    expect(performance.now() - begun).toBeLessThan(10_000);
  }
});

const blob = new Blob(["x"]);
it.for([
  ["bytes", blob],
  ["a list of bytes", [blob, new Uint8Array(1)]],
  ["content with a name", { filename: "a.txt", content: "x" }],
  ["a list of them", [{ filename: "a.txt", content: "x" }, blob]],
])("does not warn of a file that is given as %s", ([, file]) => {
  const properties = { file: { type: "string", format: "binary" } };
  const schema = { type: "object", properties, required: ["file"] };
  expect(judged({ file }, schema, "multipart/form-data")).toEqual([]);
});

it("warns of another list in its place, and refuses an object", () => {
  const schema = { type: "object", properties: { file: { type: "string", format: "binary" } } };
  for (const file of [[1, blob], []])
    expect(judged({ file }, schema, "multipart/form-data")).toMatchObject([{ kind: "wrong-type" }]);
  // It would leave as JSON that is called a file.
  for (const file of [{ name: "a.txt", content: "x" }, [blob, { data: "x" }]])
    expect(judged({ file }, schema, "multipart/form-data")).toContainEqual({
      kind: "no-file",
      at: "body.file",
    });
});

it.each([
  ["X-Tenant", [{ kind: "header-not-sent", name: "X-Tenant", isSet: false }]],
  ["Authorization", [{ kind: "header-not-sent", name: "Authorization", isSet: true }]],
  ["X-Allowed", []],
  ["If-Match", []],
])("warns of a header that does not leave: %s", (name, want) => {
  const operation = {
    method: "get",
    template: "/x",
    maySlash: () => false,
    object: {},
    headers: ["x-allowed"],
  };
  const args = lift({ headers: { [name]: "a" } });
  expect(argumentProblems(args, { ...operation, given: new Map(), query: new Map(), signed: [] })).toEqual(
    want,
  );
});

const circle = {
  type: "object",
  properties: { type: {}, r: {} },
  required: ["r"],
  additionalProperties: false,
};
const square = {
  type: "object",
  properties: { type: {}, side: {} },
  required: ["side"],
  additionalProperties: false,
};
const figure = { discriminator: { propertyName: "type" }, properties: { type: {} }, oneOf: [circle, square] };
const item = { properties: { id: { readOnly: true }, name: {} } };

it.each<[string, object, unknown]>([
  ["subtypes of a list without a mapping", { type: "array", items: figure }, [{ type: "Circle", r: 1 }, { type: "Square", side: 2 }]],
  ["closed by unevaluatedProperties over allOf", { allOf: [{ properties: { a: {} } }, { properties: { b: {} } }], unevaluatedProperties: false }, { a: 1, b: 2 }],
  ["readOnly in the parts of a list", { required: ["items"], properties: { items: { type: "array", items: { allOf: [{ required: ["id", "name"] }, item] } } } }, { items: [{ name: "x" }] }],
  ["a tuple", { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false }, ["a", 1]],
  ["conditions", { properties: { a: {}, b: {} }, dependentRequired: { a: ["b"] } }, { a: 1 }],
  ["days that may be null", { properties: { days: { type: "array", items: { anyOf: [{ type: "string", format: "date" }, { type: "null" }] } } } }, { days: [new Date(0), null] }],
  ["an enum of 64 bits", { properties: { n: { type: "integer", enum: ["9223372036854775807", 1] } } }, { n: 9_223_372_036_854_775_807n }],
])("lets pass what fits %s", (_what, schema, body) => {
  expect(judged(body, schema)).toEqual([]);
}); // prettier-ignore
