/** Which files of JSON and YAML a reference may read: parts of a document, not what else lies beside it. */
import { describe, expect, it } from "vitest";
import { looksLikePart } from "../../../src/spec/load/document-part.ts";

const text = { type: "string" };
const operation = { responses: { 200: { description: "fine" } } };

describe("a part of a document", () => {
  it.each<[what: string, root: unknown]>([
    ["a whole document", { openapi: "3.1.0", info: { title: "T", version: "1" }, paths: {} }],
    ["a document whose version is a number", { swagger: 2.0, info: {} }],
    ["a schema", text],
    ["a schema of several types", { type: ["string", "null"] }],
    ["a schema with members only", { properties: { a: {} } }],
    ["a schema with a choice only", { oneOf: [text] }],
    ["a schema that only allows values", { enum: ["a", "b"] }],
    ["a schema that is one value", { type: "string", const: "a" }],
    ["a schema of a list", { items: { type: "string" } }],
    ["a schema with limits only", { minimum: 1, maximum: 5 }],
    ["a schema that only leads on", { $ref: "other.yaml" }],
    ["a schema that says what it is not", { not: { enum: [1] } }],
    ["schemas by name", { Pet: text, Cat: { allOf: [{ $ref: "#/Pet" }] } }],
    ["schemas in groups", { pets: { small: { Pet: text } } }],
    ["components", { components: { schemas: { Pet: text } } }],
    ["definitions", { definitions: { Pet: { properties: {} } } }],
    ["a parameter", { name: "id", in: "path", required: true }],
    ["parameters in a list", [{ name: "id", in: "query" }, { $ref: "other.yaml" }]],
    ["parameters by name", { limit: { name: "limit", in: "query", schema: text } }],
    ["a header", { description: "How many", schema: text }],
    ["a request body", { content: { "application/json": {} } }],
    ["a response", { description: "Not found" }],
    ["responses by name", { NotFound: { description: "Not found" }, Gone: { description: "Gone" } }],
    ["a path item", { get: operation, parameters: [] }],
    ["paths", { "/pets": { get: operation } }],
    ["an operation", operation],
    ["an operation without answers", { operationId: "listPets" }],
    ["an operation that says nothing", { get: {} }],
    ["a callback", { "{$request.body#/url}": { post: operation } }],
    ["a link", { operationId: "getPet", parameters: { id: "$response.body#/id" } }],
    ["an example", { summary: "A cat", value: { name: "Tom" } }],
    ["examples by name", { cat: { value: { name: "Tom" } } }],
    ["a security scheme", { type: "http", scheme: "bearer" }],
    ["a security scheme with flows", { type: "oauth2", flows: {} }],
    ["a key of an API", { type: "apiKey", in: "header", name: "X-Key" }],
    ["security schemes by name", { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } }],
    ["the info of a document", { title: "Pets", version: "1", license: { name: "MIT" } }],
    ["servers", [{ url: "https://api.example.com", description: "Production" }]],
    ["tags", [{ name: "pets", description: "All about pets" }]],
    ["a response whose text is elsewhere", { description: { $ref: "texts.yaml#/ok" } }],
    ["an example with a text", { summary: "A cat", value: "Tom" }],
    ["texts of Markdown", { intro: "# Books and who wrote them\n\nThat *is* all." }],
    ["texts", { intro: "Books and who wrote them.", more: { end: "That is all." } }],
    ["nothing", {}],
  ])("is %s", (_, root) => expect(looksLikePart(root)).toBe(true));
});

describe("no part of a document", () => {
  it.each<[what: string, root: unknown]>([
    [
      "a key of a service account",
      { type: "service_account", project_id: "p", private_key: "-----BEGIN", client_email: "a@b" },
    ],
    ["credentials by profile", { default: { aws_access_key_id: "A", aws_secret_access_key: "s" } }],
    ["settings of an application", { ConnectionStrings: { Default: "Server=…;Password=…" }, Logging: {} }],
    ["settings of a database", { production: { adapter: "postgresql", username: "u", password: "p" } }],
    ["settings of a container registry", { auths: { "https://registry.example.com": { auth: "dXNlcjpw" } } }],
    [
      "settings of a cluster",
      {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server: "https://c" } }],
        users: [{ name: "u", user: { token: "t" } }],
      },
    ],
    ["a secret of a cluster", { apiVersion: "v1", kind: "Secret", data: { password: "cA==" }, metadata: {} }],
    [
      "secrets of a cluster",
      { apiVersion: "v1", kind: "List", items: [{ kind: "Secret", data: { p: "cA==" } }] },
    ],
    ["services of containers", { services: { web: { image: "x", environment: { PASSWORD: "p" } } } }],
    [
      "servers of MCP",
      { mcpServers: { x: { type: "http", url: "https://x", headers: { Authorization: "Bearer s" } } } },
    ],
    ["a package", { name: "p", version: "1", type: "module", scripts: { a: "b" }, dependencies: { c: "1" } }],
    ["settings of a compiler", { compilerOptions: { paths: { "@/*": ["src/*"] }, types: ["node"] } }],
    [
      "a state of infrastructure",
      {
        version: 4,
        serial: 1,
        resources: [{ type: "aws_db", instances: [{ attributes: { password: "p" } }] }],
      },
    ],
    ["outputs of infrastructure", { db: { sensitive: true, type: "string", value: "p" } }],
    ["items", { items: [{ password: "p" }] }],
    ["variables of infrastructure", { db_password: "p", region: "eu" }],
    ["parameters of a template", { $schema: "https://s", parameters: { password: { value: "p" } } }],
    ["cookies", [{ name: "sid", value: "s", domain: ".example.com", path: "/" }]],
    ["keys", { keys: [{ kty: "RSA", n: "n", d: "d" }] }],
    ["an account", { accessToken: "t", expiresAt: 1, scopes: ["a"] }],
    ["an account with a name", { url: "https://x", name: "n", token: "t" }],
    ["texts and something else", { intro: "Books and who wrote them.", key: "s3cr3t" }],
    ["texts and a number", { intro: "Books and who wrote them.", pin: 1234 }],
    ["a list of texts", ["s3cr3t"]],
    ["a header", { Authorization: "Bearer sk-live-0123" }],
    ["a header with a password", { Authorization: "Basic dXNlcjpwYXNz" }],
    ["a cookie", { cookie: "session=0123; path=/" }],
    ["a private key", { key: "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n" }],
    ["the words of a wallet", { mnemonic: "abandon abandon ability" }],
    ["a database", { url: "postgres://admin:s3cr3t@db/prod" }],
    ["databases by name", [{ name: "prod", url: "postgres://admin:s3cr3t@db/prod" }]],
    ["a server with a password", { url: "https://admin:s3cr3t@db.example.com" }],
    ["a value", { value: "s3cr3t" }],
    ["values by name", { token: { value: "s3cr3t" } }],
    ["a name", { name: "s3cr3t" }],
    ["names", [{ name: "s3cr3t" }]],
    ["a version", { version: "s3cr3t" }],
    ["a constant", { const: "s3cr3t" }],
    ["a constant with a title", { title: "Key", const: "s3cr3t" }],
    ["a format", { format: "s3cr3t" }],
    ["an extension", { "x-key": "s3cr3t" }],
    ["a default", { default: "s3cr3t" }],
    ["numbers", [1, 2, 3]],
    ["something deep", { a: { b: { c: { d: { e: { f: { g: text } } } } } } }],
  ])("is %s", (_, root) => expect(looksLikePart(root)).toBe(false));

  it("is no deeper than a part is", () => {
    const around: Record<string, unknown> = {};
    for (const name of ["a", "items", "not"]) around[name] = around;
    const deep = (name: string) => {
      let value: unknown = {};
      for (let n = 0; n < 100_000; n += 1) value = { [name]: value };
      return value;
    };
    expect([around, deep("a"), deep("items")].map(looksLikePart)).toEqual([false, false, false]);
  });

  it("is looked at for a while only", () => {
    const wide = Array.from({ length: 50_000 }, (_, n) => ({ n }));
    const named = Object.fromEntries(wide.map((one, n) => [`k${n}`, one]));
    const began = performance.now();
    expect([looksLikePart({ wide }), looksLikePart(named)]).toEqual([false, false]);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
