/** Every kind of entry of an API file that fits nothing, each with the nearest name, and what fits without looking so. */
import { expect, it } from "vitest";
import { unfittingEntries } from "../../src/deployment/unfitting.ts";
import { compileDocument } from "../../src/spec/compile/compile-document.ts";
import { openCatalog } from "../../src/spec/read/open-catalog.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";

const document = {
  openapi: "3.1.0",
  info: { title: "Depot", version: "1" },
  servers: [{ url: "https://depot.example.com/v1" }],
  paths: {
    "/items": {
      get: { operationId: "listItems", tags: ["items"], security: [{ bearerAuth: [] }] },
      post: { operationId: "createItem", tags: ["items"], security: [{ bearerAuth: [] }] },
    },
    "/items/{sku}": { delete: { operationId: "deleteItem", tags: ["items", "danger zone"] } },
    "/orders/{id}/ship": { post: { operationId: "shipOrder", tags: ["orders"] } },
    "/files/{path}": {
      get: {
        operationId: "readFile",
        parameters: [{ name: "path", in: "path", required: true, allowReserved: true, schema: {} }],
      },
    },
  },
  components: {
    securitySchemes: {
      bearerAuth: { type: "http", scheme: "bearer" },
      unused: { type: "apiKey", in: "header", name: "X-Key" },
    },
  },
};

async function unfitting(part: object) {
  const file = { source: "depot.json", ...part } as ApiFile;
  const url = "file:///depot.json";
  const loaded = {
    url,
    files: new Map([[url, document as unknown]]),
    refused: new Map(),
    faults: [],
    bytes: 0,
  };
  const { catalog } = await compileDocument(loaded, file);
  return unfittingEntries(file, openCatalog(catalog.index, catalog.body.slice().buffer));
}

const rule = (part: object) => ({ policy: [{ effect: "deny", ...part }] });
const shared = (secrets: object) => ({ credential: { from: "shared", secrets } });

it.each<[string, object, string, string]>([
  ["an operation", rule({ operation: "deleteItm" }), "/policy/0/operation", "Did you mean deleteItem?"],
  [
    "an operation in a list",
    rule({ operation: ["listItems", "shipOrders"] }),
    "/policy/0/operation/1",
    "Did you mean shipOrder?",
  ],
  [
    "a pattern of operations",
    rule({ operation: "remove*" }),
    "/policy/0/operation",
    'no operation "remove*"',
  ],
  ["a tag", rule({ tag: "itemz" }), "/policy/0/tag", "Did you mean items?"],
  ["a tag in another spelling", rule({ tag: "Danger Zone" }), "/policy/0/tag", "Did you mean danger zone?"],
  ["a path", rule({ path: "/item" }), "/policy/0/path", "Did you mean /items?"],
  [
    "a template with another name",
    rule({ path: "/items/{id}" }),
    "/policy/0/path",
    "Did you mean /items/{sku}?",
  ],
  ["a path with its base path", rule({ path: "/v1/items" }), "/policy/0/path", "Did you mean /items"],
  ["a path with too many segments", rule({ path: "/items/a/b" }), "/policy/0/path", "Did you mean /items"],
  ["a method", rule({ method: "DELTE" }), "/policy/0/method", "Did you mean DELETE?"],
  [
    "members that exist, and never together",
    rule({ operation: "listItems", tag: "orders" }),
    "/policy/0",
    "No operation of the document fits",
  ],
  [
    "a method that an operation does not have",
    rule({ operation: "listItems", method: "DELETE" }),
    "/policy/0",
    "No operation of the document fits",
  ],
  [
    "a class that a tag does not have",
    rule({ tag: "orders", access: "delete" }),
    "/policy/0",
    "No operation of the document fits",
  ],
  [
    "access of an operation",
    { access: { createItm: "read" } },
    "/access/createItm",
    "Did you mean createItem?",
  ],
  [
    "access of a path",
    { access: { "POST /item": "read" } },
    "/access/POST ~1item",
    "Did you mean POST /items?",
  ],
  [
    "access of a method in small letters",
    { access: { "post /items": "read" } },
    "/access/post ~1items",
    "Did you mean POST /items?",
  ],
  [
    "slashes",
    { slashes: [{ path: "/file/{path}", as: "raw" }] },
    "/slashes/0/path",
    "Did you mean /files/{path}?",
  ],
  [
    "slashes without a parameter",
    { slashes: [{ path: "/items", as: "raw" }] },
    "/slashes/0/path",
    'no path template "/items" with parameters',
  ],
  ["a secret", shared({ bearerAut: "A" }), "/credential/secrets/bearerAut", "Did you mean bearerAuth?"],
  [
    "a secret that nothing asks for",
    shared({ unused: "A" }),
    "/credential/secrets/unused",
    "No operation asks for",
  ],
  [
    "a field",
    { credential: { from: "user", fields: { bearer: "Token" }, check: "/items" } },
    "/credential/fields/bearer",
    'no security scheme "bearer"',
  ],
  [
    "the path of a check",
    { credential: { from: "user", fields: { bearerAuth: "Token" }, check: "/me" } },
    "/credential/check",
    "no operation GET /me",
  ],
  [
    "the scheme of a login",
    { credential: { from: "oauth", scheme: "oauth" } },
    "/credential/scheme",
    'no security scheme "oauth"',
  ],
  [
    "the path of an account",
    { credential: { from: "oauth", scheme: "bearerAuth", account: { path: "/user" } } },
    "/credential/account/path",
    "no operation GET /user",
  ],
  [
    "a correction of security",
    { auth: { security: [{ bearer: [] }] } },
    "/auth/security/0/bearer",
    'no security scheme "bearer"',
  ],
])("%s that fits nothing is a fault", async (_, part, place, message) => {
  expect(await unfitting(part)).toEqual([
    { pointer: `API file#${place}`, message: expect.stringContaining(message) },
  ]);
});

it.each<[string, object]>([
  [
    "names",
    rule({
      operation: "deleteItem",
      tag: "danger zone",
      path: "/items/{sku}",
      method: "delete",
      access: "delete",
    }),
  ],
  ["a pattern", rule({ operation: "*Item*" })],
  ["a path as it is sent", rule({ path: "/items/SKU-1" })],
  ["a pattern over a parameter", rule({ path: "/orders/4*/ship" })],
  ["a pattern over everything", rule({ path: "*" })],
  ["a path in a parameter that spans segments", rule({ path: "/files/docs/a.md" })],
  ["HEAD where there is GET", rule({ path: "/items", method: "HEAD" })],
  ["a class that the document does not use yet", { policy: [{ effect: "ask", method: "PATCH" }] }],
  ["access by class alone", { access: { deleteItem: "write" }, ...rule({ access: "delete" }) }],
  [
    "what is allowed outside",
    { ...rule({ path: "/dav/*", method: "MOVE" }), outside: [{ prefix: "/dav", access: "write" }] },
  ],
  ["access of a path", { access: { "DELETE /items/{sku}": "write" } }],
  ["slashes", { slashes: [{ path: "/orders/*", as: "encoded" }] }],
  ["a secret", shared({ bearerAuth: "A" })],
  [
    "a secret of a scheme of the file",
    {
      ...shared({ own: "A" }),
      auth: { schemes: { own: { type: "http", scheme: "bearer" } }, security: [{ own: [] }] },
    },
  ],
  [
    "a check of a concrete path",
    { credential: { from: "user", fields: { bearerAuth: "Token" }, check: "/files/a" } },
  ],
])("%s that fits is none", async (_, part) => {
  expect(await unfitting(part)).toEqual([]);
});
