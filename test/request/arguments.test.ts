/** A body may hold itself, or one object in very many places: the judge ends soon, and what cannot be sent says so. */
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

it.for([
  ["a body that holds itself", cyclic(3)],
  ["one that holds itself in a thousand places", cyclic(1_000)],
  ["one object in 2 ** 40 places", shared(40)],
  ["megabytes of objects", { kids: many }],
])("judges %s in no time", ([, body]) => {
  for (const schema of [{}, node]) {
    const object = { requestBody: { content: { "application/json": { schema } } } };
    const wanted = {
      method: "post",
      template: "/x",
      maySlash: () => false,
      object,
      given: new Map(),
      query: new Map(),
      signed: [],
    };
    const begun = performance.now();
    argumentProblems(lift({ body }), wanted);
    expect(performance.now() - begun).toBeLessThan(2_000);
  }
});
