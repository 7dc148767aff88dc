import { describe, expect, it } from "vitest";
import { catalogOf } from "../../catalog-of.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- `spec` is read here as the model reads it: without types
type Free = any;

const read = async (members: object, operation: object = {}) => {
  const { spec, report } = await catalogOf({
    "swagger.json": {
      swagger: "2.0",
      info: { title: "Old", version: "1" },
      paths: { "/a": { post: operation } },
      ...members,
    },
  });
  return { spec: spec as Free, operation: (spec as Free).paths["/a"].post, report };
};

describe("Swagger 2.0 in the shape of 3.1", () => {
  it.each<[string, object, string[]]>([
    [
      "host, base and schemes",
      { host: "api.example.com", basePath: "/v1/", schemes: ["http", "https"] },
      ["https://api.example.com/v1", "http://api.example.com/v1"],
    ],
    ["a base alone", { basePath: "/api/v2" }, ["/api/v2"]],
    ["a host alone", { host: "api.example.com" }, ["https://api.example.com"]],
    ["nothing", {}, ["/"]],
  ])("servers from %s", async (_, members, want) => {
    expect((await read(members)).operation.servers.map((server: Free) => server.url)).toEqual(want);
  });

  it("a body parameter is the request body, by its $ref too", async () => {
    const { operation, spec } = await read(
      {
        consumes: ["application/json", "application/xml"],
        parameters: {
          Pet: {
            name: "pet",
            in: "body",
            required: true,
            description: "the pet",
            schema: { $ref: "#/definitions/Pet" },
          },
        },
        definitions: {
          Pet: {
            type: "object",
            discriminator: "kind",
            properties: { kind: { type: "string", "x-nullable": true } },
          },
        },
      },
      { parameters: [{ $ref: "#/parameters/Pet" }] },
    );
    expect(operation.parameters).toEqual([]);
    expect(operation.requestBody).toMatchObject({ required: true, description: "the pet" });
    expect(Object.keys(operation.requestBody.content)).toEqual(["application/json", "application/xml"]);
    const { schema } = operation.requestBody.content["application/json"];
    expect(schema).toBe(spec.components.schemas.Pet);
    expect(schema).toEqual({
      type: "object",
      discriminator: { propertyName: "kind" },
      properties: { kind: { type: ["string", "null"] } },
    });
    expect(spec.components.requestBodies.Pet.required).toBe(true);
  });

  it("form fields are one request body, files in multipart", async () => {
    const { operation } = await read(
      {},
      {
        consumes: ["multipart/form-data", "application/x-www-form-urlencoded"],
        parameters: [
          {
            name: "tags",
            in: "formData",
            type: "array",
            items: { type: "string" },
            collectionFormat: "multi",
          },
          { name: "photo", in: "formData", type: "file", required: true, description: "a picture" },
        ],
      },
    );
    expect(operation.requestBody).toEqual({
      required: true,
      content: {
        "multipart/form-data": {
          schema: {
            type: "object",
            properties: {
              tags: { type: "array", items: { type: "string" } },
              photo: { type: "string", format: "binary", description: "a picture" },
            },
            required: ["photo"],
          },
          encoding: { tags: { style: "form", explode: true } },
        },
      },
    });
  });

  it.each<[string, string | undefined, object]>([
    ["query", undefined, { style: "form", explode: false }],
    ["query", "csv", { style: "form", explode: false }],
    ["query", "multi", { style: "form", explode: true }],
    ["query", "ssv", { style: "spaceDelimited", explode: false }],
    ["query", "pipes", { style: "pipeDelimited", explode: false }],
    ["query", "tsv", { "x-collectionFormat": "tsv" }],
    ["path", "csv", { style: "simple", explode: false }],
    ["header", "csv", { style: "simple", explode: false }],
  ])("a list in %s as %s", async (place, collectionFormat, want) => {
    const parameter = {
      name: "ids",
      in: place,
      type: "array",
      items: { type: "integer", minimum: 1, exclusiveMinimum: true },
      ...(collectionFormat && { collectionFormat }),
    };
    const { operation } = await read({}, { parameters: [parameter] });
    expect(operation.parameters).toEqual([
      {
        name: "ids",
        in: place,
        schema: { type: "array", items: { type: "integer", exclusiveMinimum: 1 } },
        ...want,
      },
    ]);
  });

  it("answers have content for everything that is produced", async () => {
    const { operation, spec } = await read(
      {
        produces: ["application/json"],
        responses: { Gone: { description: "gone", schema: { type: "string" } } },
      },
      {
        produces: ["application/json", "text/csv"],
        responses: {
          200: {
            description: "ok",
            schema: { type: "array" },
            headers: { "X-Rate": { type: "integer" } },
            examples: { "application/json": [1] },
          },
          204: { description: "nothing" },
          404: { $ref: "#/responses/Gone" },
        },
      },
    );
    expect(operation.responses).toEqual({
      200: {
        description: "ok",
        headers: { "X-Rate": { schema: { type: "integer" } } },
        content: {
          "application/json": { schema: { type: "array" }, example: [1] },
          "text/csv": { schema: { type: "array" } },
        },
      },
      204: { description: "nothing" },
      404: { description: "gone", content: { "application/json": { schema: { type: "string" } } } },
    });
    expect(operation.responses[404]).toBe(spec.components.responses.Gone);
  });

  it.each<[object, object]>([
    [{ type: "basic" }, { type: "http", scheme: "basic" }],
    [
      { type: "apiKey", in: "header", name: "X-Key" },
      { type: "apiKey", in: "header", name: "X-Key" },
    ],
    [
      { type: "oauth2", flow: "accessCode", authorizationUrl: "a", tokenUrl: "t", scopes: { r: "read" } },
      {
        type: "oauth2",
        flows: { authorizationCode: { authorizationUrl: "a", tokenUrl: "t", scopes: { r: "read" } } },
      },
    ],
    [
      { type: "oauth2", flow: "application", tokenUrl: "t" },
      { type: "oauth2", flows: { clientCredentials: { tokenUrl: "t", scopes: {} } } },
    ],
  ])("the security scheme %j", async (given, want) => {
    expect((await read({ securityDefinitions: { s: given } })).spec.components.securitySchemes.s).toEqual(
      want,
    );
  });
});
