/** What the code of a plan is answered: examples of the document. */
import { expect, it } from "vitest";
import { exampleAnswer } from "../../../src/gateway/approve/example-answer.ts";

const schema = (content: object) => ({ 200: { content: { "application/json": { schema: content } } } });
const recursive: Record<string, unknown> = { type: "object" };
recursive["properties"] = { name: { type: "string" }, parent: recursive };

const table: { name: string; responses: object; status: number; body: unknown }[] = [
  {
    name: "the example of the media type",
    responses: { 201: { content: { "application/json": { example: { id: "z1" } } } } },
    status: 201,
    body: { id: "z1" },
  },
  {
    name: "the first of several",
    responses: {
      200: { content: { "application/json": { examples: { one: { value: [1] }, two: { value: [2] } } } } },
    },
    status: 200,
    body: [1],
  },
  { name: "nothing for 204", responses: { 204: { description: "gone" } }, status: 204, body: null },
  { name: "nothing where nothing is described", responses: { default: {} }, status: 200, body: null },
  {
    name: "the lowest success before the failures",
    responses: { 404: {}, 202: { content: { "application/json": { example: 1 } } } },
    status: 202,
    body: 1,
  },
  {
    name: "one made from the schema",
    responses: schema({
      allOf: [{ type: "object", properties: { id: { type: "string", format: "uuid" } } }],
      properties: {
        kind: { enum: ["A", "AAAA"] },
        ttl: { type: "integer", minimum: 60 },
        tags: { type: "array", items: { type: "string" } },
        note: { type: ["null", "string"] },
        either: { oneOf: [{ type: "boolean" }, { type: "string" }] },
        secret: { type: "string", writeOnly: true },
      },
    }),
    status: 200,
    body: {
      id: "00000000-0000-4000-8000-000000000000",
      kind: "A",
      ttl: 60,
      tags: ["example"],
      note: "example",
      either: true,
    },
  },
];

it.each(table)("is $name", async ({ responses, status, body }) => {
  const answer = exampleAnswer({ responses });
  expect(answer.status).toBe(status);
  const text = await answer.text();
  expect(text === "" ? null : JSON.parse(text)).toEqual(body);
});

it("ends although the schema does not", async () => {
  const text = await exampleAnswer({ responses: schema(recursive) }).text();
  expect(JSON.parse(text)).toMatchObject({ name: "example", parent: { name: "example" } });
  expect(text.length).toBeLessThan(1_000);
});
