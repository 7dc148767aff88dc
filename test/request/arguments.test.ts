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
    expect(performance.now() - begun).toBeLessThan(2_000);
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
