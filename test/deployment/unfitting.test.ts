/** Every kind of entry of an API file that fits nothing, each with the nearest name, and what fits without looking so. */
import { expect, it } from "vitest";
import { unfittingEntries } from "../../src/deployment/unfitting.ts";
import { credentialsWanted } from "../../src/deployment/useless-secrets.ts";
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

async function compiled(content: object, file: ApiFile) {
  const url = "file:///depot.json";
  const loaded = {
    url,
    files: new Map([[url, content as unknown]]),
    refused: new Map(),
    faults: [],
    bytes: 0,
  };
  const { catalog, report } = await compileDocument(loaded, file);
  return { catalog: openCatalog(catalog.index, catalog.body.slice().buffer), faults: report.faults };
}

async function unfitting(part: object) {
  const file = { source: "depot.json", ...part } as ApiFile;
  return unfittingEntries(file, (await compiled(document, file)).catalog);
}

const rule = (part: object) => ({ policy: [{ effect: "deny", ...part }] });
const shared = (secrets: object) => ({ credential: { from: "shared", secrets } });

it.each<[string, object, string, string]>([
  [
    "a credential's header",
    { headers: ["X-Tenant", "x_key"] },
    "/headers/1",
    'A credential goes into "x_key"',
  ],
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
    "access of an operation by its id and otherwise by its path",
    { access: { "POST /items": "delete", createItem: "read" } },
    "/access/POST ~1items",
    'POST /items is the operation "createItem": it is "delete" here, and "read" by that name, which holds. Keep one',
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
  ["access said twice alike", { access: { "POST /items": "read", createItem: "read" } }],
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

const bearerAuth = { type: "http", scheme: "bearer" };
const keyAuth = { type: "apiKey", in: "header", name: "X-Key" };
const basicAuth = { type: "http", scheme: "basic" };

/** What is said of the secrets of a document with these schemes, whose operations ask for `security`. */
async function said(schemes: object, security: unknown[] | undefined, secrets: string[], part: object = {}) {
  const own = {
    openapi: "3.1.0",
    info: { title: "Keys", version: "1" },
    servers: [{ url: "https://keys.example.com" }],
    ...(security && { security }),
    paths: { "/a": { get: { operationId: "a" } }, "/b": { get: { operationId: "b" } } },
    components: { securitySchemes: schemes },
  };
  const file = {
    source: "keys.json",
    ...shared(Object.fromEntries(secrets.map((one) => [one, "A"]))),
    ...part,
  };
  const { catalog, faults } = await compiled(own, file as ApiFile);
  return { messages: unfittingEntries(file as ApiFile, catalog).map(({ message }) => message), faults };
}

it.each<[string, object, unknown[] | undefined, string[], string | undefined]>([
  ["nothing says what is needed", { bearerAuth }, undefined, ["bearerAuth"], undefined],
  [
    "nothing says what is needed, of two",
    { bearerAuth, keyAuth },
    undefined,
    ["bearerAuth", "keyAuth"],
    undefined,
  ],
  ["nothing says what is needed, by an empty list", { bearerAuth }, [], ["bearerAuth"], undefined],
  ["everything may go without", { bearerAuth }, [{}], ["bearerAuth"], "No operation asks"],
  ["a scheme is optional", { bearerAuth }, [{}, { bearerAuth: [] }], ["bearerAuth"], undefined],
  [
    "another scheme is asked for",
    { bearerAuth, keyAuth },
    [{ keyAuth: [] }],
    ["bearerAuth"],
    "No operation asks",
  ],
  [
    "its companion has no secret",
    { bearerAuth, keyAuth },
    [{ keyAuth: [], bearerAuth: [] }],
    ["bearerAuth"],
    'only together with "keyAuth", which has no secret',
  ],
  [
    "another one always goes first",
    { bearerAuth, keyAuth },
    [{ keyAuth: [] }, { bearerAuth: [] }],
    ["keyAuth", "bearerAuth"],
    "takes another one first",
  ],
  [
    "it is signed as AWS does",
    {
      it: { type: "apiKey", in: "header", name: "Authorization", "x-amazon-apigateway-authtype": "awsSigv4" },
    },
    [{ it: [] }],
    ["it"],
    "AWS Signature Version 4 computes",
  ],
  ["it is digest", { it: { type: "http", scheme: "digest" } }, [{ it: [] }], ["it"], "HTTP digest computes"],
  [
    "it is Negotiate",
    { it: { type: "http", scheme: "Negotiate" } },
    undefined,
    ["it"],
    "HTTP Negotiate computes",
  ],
  ["it is a certificate", { it: { type: "mutualTLS" } }, [{ it: [] }], ["it"], "its type is not apiKey"],
  [
    "it has a token of its own",
    { it: { type: "http", scheme: "ApiToken" } },
    [{ it: [] }],
    ["it"],
    undefined,
  ],
  [
    "two go into one header",
    { basicAuth, bearerAuth },
    [{ basicAuth: [], bearerAuth: [] }],
    ["basicAuth", "bearerAuth"],
    "both put a credential in the header authorization",
  ],
  [
    "two go into one header, as nothing says what is needed",
    { basicAuth, bearerAuth },
    undefined,
    ["basicAuth", "bearerAuth"],
    "both put a credential in the header authorization",
  ],
  ["it is not declared", { bearerAuth }, [{ bearerAuth: [] }], ["bearer"], "Did you mean bearerAuth?"],
  ["it is called like a method of objects", { bearerAuth }, undefined, ["constructor"], "no security scheme"],
])("says what becomes of a secret where %s", async (_, schemes, security, secrets, want) => {
  const { messages } = await said(schemes, security, secrets);
  expect(messages).toEqual(want === undefined ? [] : [expect.stringContaining(want)]);
});

it.each<[string, unknown[], string[]]>([
  ["a typing mistake", [{ bearerAut: [] }], ["bearerAut"]],
  ["one of two", [{ bearerAuth: [] }, { key: [] }], ["key"]],
  ["a name of the language", [{ constructor: [] }], ["constructor"]],
  ["none", [{ bearerAuth: [] }], []],
])("names security schemes that a document asks for and does not declare: %s", async (_, security, names) => {
  const { faults } = await said({ bearerAuth }, security, []);
  expect(faults).toEqual(
    names.map((name) => ({
      pointer: "#/security",
      message: expect.stringContaining(`There is no security scheme "${name}"`) as string,
    })),
  );
});

it.each<[string, object, unknown[] | undefined, string[]]>([
  ["one", { bearerAuth }, [{ bearerAuth: [] }], ["bearerAuth"]],
  ["two together", { bearerAuth, keyAuth }, [{ keyAuth: [], bearerAuth: [] }], ["keyAuth", "bearerAuth"]],
  [
    "one that can be signed",
    { it: { type: "mutualTLS" }, keyAuth },
    [{ it: [] }, { keyAuth: [] }],
    ["keyAuth"],
  ],
  ["none, as it is optional", { bearerAuth }, [{}, { bearerAuth: [] }], []],
  ["none, as nothing asks for one", { bearerAuth }, undefined, []],
])("knows the credential that is wanted where the file has none: %s", async (_, schemes, security, want) => {
  const own = {
    openapi: "3.1.0",
    info: { title: "Keys", version: "1" },
    ...(security && { security }),
    paths: { "/a": { get: { operationId: "a" } } },
    components: { securitySchemes: schemes },
  };
  const file: ApiFile = { source: "keys.json" };
  const { catalog } = await compiled(own, file);
  expect(credentialsWanted(file, catalog)).toEqual(want);
  expect(credentialsWanted({ ...file, ...(shared({ x: "A" }) as object) }, catalog)).toEqual([]);
});
