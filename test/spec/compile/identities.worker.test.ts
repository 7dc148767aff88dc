import { expect, it } from "vitest";
import { catalogOf, documentWith } from "../catalog-of.ts";

const answering = (reference: string) => ({
  responses: { 200: { description: "", content: { "application/json": { schema: { $ref: reference } } } } },
});

const schemas = {
  Tree: {
    $id: "https://example.com/schemas/tree",
    type: "object",
    properties: { leaf: { $anchor: "leaf", type: "string" } },
  },
};

it.each([
  ["its own $self", "https://example.com/api/openapi#/components/schemas/Tree/properties/leaf"],
  ["the $self of another file", "https://example.com/api/shared#/components/schemas/Leaf"],
  ["the $id of a schema", "https://example.com/schemas/tree#/properties/leaf"],
  ["an anchor below an $id", "https://example.com/schemas/tree#leaf"],
])("finds a schema by %s, without asking the network", async (_, reference) => {
  const { report, operations, operationObject } = await catalogOf({
    "openapi.json": {
      ...documentWith(answering(reference)),
      openapi: "3.2.0",
      $self: "https://example.com/api/openapi",
      components: { schemas },
    },
    "shared.json": {
      $self: "https://example.com/api/shared",
      components: { schemas: { Leaf: { type: "string" } } },
    },
  });
  expect(report.faults).toEqual([]);
  expect(JSON.stringify(operationObject(operations[0]!))).toContain('"type":"string"');
});

it("finds a whole schema by its $id", async () => {
  const { operations, operationObject } = await catalogOf({
    "openapi.json": documentWith(answering("https://example.com/schemas/tree"), { components: { schemas } }),
  });
  expect(JSON.stringify(operationObject(operations[0]!))).toContain('"leaf"');
});

it("reports a name that nobody has", async () => {
  const { report } = await catalogOf({ "openapi.json": documentWith(answering("https://example.com/none")) });
  expect(report.faults).toMatchObject([{ pointer: expect.stringContaining("#/paths/~1things~1{id}") }]);
});
