import { expect, it } from "vitest";
import { catalogOf, documentWith } from "../catalog-of.ts";

const text = { type: "string" };
const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });

async function described(schema: object, schemas: object = {}) {
  const content = { "application/json": { schema } };
  const operation = { requestBody: { content }, responses: { 200: { description: "ok", content } } };
  const catalog = await catalogOf({ "a.json": documentWith(operation, { components: { schemas } }) });
  const [request = "", response = ""] = catalog.describe("getThing").split("Promise<");
  return { request, response };
}

it("shows the members of every subtype of a discriminator's mapping", async () => {
  const pet = { $ref: "#/components/schemas/Pet" };
  const mapping = { cat: "#/components/schemas/Cat", dog: "Dog" };
  const { request, response } = await described(object({ pet }), {
    Pet: object({ petType: text }, { discriminator: { propertyName: "petType", mapping } }),
    Cat: { allOf: [pet, object({ lives: text })] },
    Dog: { allOf: [pet, object({ size: text })] },
  });
  for (const shown of [request, response])
    for (const name of ["petType", "lives", "size"]) expect(shown).toContain(name);
});

it.each([
  ["itself", object({ id: { ...text, readOnly: true }, key: { ...text, writeOnly: true } })],
  [
    "an allOf",
    object({ id: { allOf: [{ ...text, readOnly: true }] }, key: { allOf: [text, { writeOnly: true }] } }),
  ],
  [
    "another part",
    {
      allOf: [object({ id: text, key: text }), object({ id: { readOnly: true }, key: { writeOnly: true } })],
    },
  ],
  [
    "each alternative",
    object({
      id: { anyOf: [{ ...text, readOnly: true }, { type: "null" }] },
      key: { oneOf: [{ ...text, writeOnly: true }] },
    }),
  ],
])("hides what only the other direction has, as %s says", async (_, schema) => {
  const { request, response } = await described({ allOf: [schema, object({ name: text })] });
  expect([request.includes("id?:"), request.includes("key?:")]).toEqual([false, true]);
  expect([response.includes("id?:"), response.includes("key?:")]).toEqual([true, false]);
});

it("shows a large integer as a BigInt in a call, and as the text that it is in an answer", async () => {
  const { request, response } = await described(
    object({ id: { type: "integer", enum: ["9007199254740993"] } }),
  );
  expect(request).toContain("id?: 9007199254740993n");
  expect(response).toContain('id?: "9007199254740993"');
});
