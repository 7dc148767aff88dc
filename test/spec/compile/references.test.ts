/** References that once had no end. Found by scripts/fuzz/properties/references.ts. */
import { expect, it } from "vitest";
import { catalogOf, documentWith } from "../catalog-of.ts";

type Json = Record<string, unknown>;

async function schemasOf(schemas: object) {
  const { spec, report } = await catalogOf({ "root.json": documentWith({}, { components: { schemas } }) });
  return { schemas: (spec["components"] as Json)["schemas"] as Record<string, Json>, report };
}

it("says that a schema with nothing but itself and a word beside it leads nowhere, and keeps the word", async () => {
  const { schemas, report } = await schemasOf({
    A: { $ref: "#/components/schemas/A", title: "itself" },
    B: { $ref: "#/components/schemas/C", title: "b" },
    C: { $ref: "#/components/schemas/B", title: "c" },
  });
  expect(schemas["A"]).toEqual({ $ref: "#/components/schemas/A", title: "itself" });
  expect(schemas["B"]?.["title"]).toBe("b");
  expect(report.faults.map(({ message }) => message)).toContainEqual(
    'Unresolved $ref: "#/components/schemas/A" refers to itself',
  );
});

it("reads a schema whose member beside a $ref refers to the schema again", async () => {
  const { schemas } = await schemasOf({
    Base: { type: "object" },
    Tree: { $ref: "#/components/schemas/Base", properties: { child: { $ref: "#/components/schemas/Tree" } } },
  });
  const tree = schemas["Tree"] as { type: string; properties: { child: unknown } };
  expect(tree.type).toBe("object");
  expect(tree.properties.child).toBe(tree);
});

it("reads a schema that is called $ref, and refers to what holds it", async () => {
  const { schemas } = await schemasOf({ $ref: { $ref: "#/components/schemas" }, A: { type: "string" } });
  const again = schemas["$ref"] as { $ref: Json; A: Json };
  expect(again.A).toEqual({ type: "string" });
  expect(again.$ref["A"]).toEqual({ type: "string" });
});
