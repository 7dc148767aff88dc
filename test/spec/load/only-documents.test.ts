/** A document pulls in documents only: by what a file is called, what it is, and what a reference leads to. */
import { link, mkdir, mkdtemp, rename, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import { loadDocument } from "../../../src/spec/load/load-document.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";

const secret = "ghp_planted0123456789";
let folder: string;

const files: Record<string, string | Uint8Array> = {
  ".env": `GITHUB_TOKEN=${secret}`,
  ".npmrc": `{"token": "${secret}"}`,
  ".aws/credentials.json": `{"key": "${secret}"}`,
  "nested/.ssh/keys.yaml": `key: ${secret}`,
  id_rsa: `{"key": "${secret}"}`,
  "secret.txt": `key: ${secret}`,
  "secret.jsonc": `{"key": "${secret}"}`,
  "scalar.json": JSON.stringify(secret),
  "scalar.yaml": secret,
  "scalar.yml.gz": gzipSync(secret),
  "number.json": "12345678901234",
  "broken.json": `{"key": ${secret}`,
  "broken.yaml": `"${secret}`,
  "two words.yaml": `type: string\ndescription: fine`,
  "fine.json": `{"type": "string", "text": "${secret}", "list": ["${secret}"]}`,
  "fine.YAML": "type: integer",
  "packed.json.gz": gzipSync('{"type": "boolean"}'),
  "service.json": `{"type": "service_account", "private_key": "${secret}"}`,
  "settings.yaml": `production:\n  password: ${secret}`,
  "home/state/keys.json": `{"key": "${secret}"}`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-only-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  await symlink(join(folder, ".env"), join(folder, "link.yaml"));
  await symlink(join(folder, ".aws"), join(folder, "linked"));
  await symlink(join(folder, "id_rsa"), join(folder, "key.json"));
  await symlink(join(folder, "home"), join(folder, "elsewhere"));
  await link(join(folder, ".env"), join(folder, "hard.yaml"));
});

async function read(document: object, root = join(folder, "openapi.json")) {
  const whole = { openapi: "3.1.0", info: { title: "T", version: "1" }, paths: {}, ...document };
  await writeFile(root, JSON.stringify(whole));
  const loaded = await loadDocument(root, { closed: [join(folder, "home")] });
  const { catalog, report } = await compileDocument(loaded, {});
  const body = catalog.body.slice();
  const spec = openCatalog(catalog.index, body.buffer).spec as {
    components: { schemas: Record<string, unknown> };
  };
  const all =
    catalog.index + new TextDecoder().decode(body) + JSON.stringify([...loaded.files.values(), report]);
  return { loaded, report, spec, all };
}

const schema = (reference: string) => ({ components: { schemas: { S: { $ref: reference } } } });

it.each([
  ["a hidden file", "./.env"],
  ["a hidden file of JSON", ".npmrc"],
  ["a document in a hidden folder", ".aws/credentials.json"],
  ["a document in a hidden folder further down", "nested/.ssh/keys.yaml"],
  ["a dot that is encoded", "%2eaws/credentials.json"],
  ["a dot that is encoded in capitals", "nested/%2Essh/keys.yaml"],
  ["backslashes", ".aws\\credentials.json"],
  ["a detour", "nested/../.aws/credentials.json#/key"],
  ["no extension", "id_rsa"],
  ["another extension", "secret.txt"],
  ["JSON with comments", "secret.jsonc"],
  ["an extension in the fragment", "id_rsa#.json"],
  ["an extension in the query", "id_rsa?x=.json"],
  ["a link to a hidden file", "link.yaml"],
  ["a link to a hidden folder", "linked/credentials.json"],
  ["a link to a file without extension", "key.json#/key"],
  ["a second name of a file of text", "hard.yaml"],
  ["a scalar of JSON", "scalar.json"],
  ["a scalar of YAML", "scalar.yaml"],
  ["a packed scalar", "scalar.yml.gz"],
  ["a number", "number.json"],
  ["broken JSON", "broken.json"],
  ["broken YAML", "broken.yaml"],
  ["the key of a service", "service.json"],
  ["a member of the key of a service", "service.json#/private_key"],
  ["settings", "settings.yaml"],
  ["a part of settings", "settings.yaml#/production"],
  ["the server's own folder", "home/state/keys.json"],
  ["a link to the server's own folder", "elsewhere/state/keys.json"],
  ["a scalar within a document", "fine.json#/text"],
  ["an entry of a list", "fine.json#/list/0"],
  ["a list in the place of a schema", "fine.json#/list"],
])("refuses %s, and keeps nothing of it", async (_, reference) => {
  const { report, all, spec } = await read(schema(reference));
  expect(report.faults).toEqual([
    { pointer: "#/components/schemas/S", message: expect.stringMatching(/^Unresolved \$ref: /) },
  ]);
  expect(spec.components.schemas["S"]).toEqual({ $ref: reference });
  const kept = reference.startsWith("fine.json") ? JSON.stringify(report) : all;
  expect(kept).not.toContain(secret);
  expect(kept).not.toContain("12345678901234");
});

it("refuses settings in a place that OpenAPI does not describe, too", async () => {
  for (const reference of [
    "settings.yaml",
    "settings.yaml#/production/password",
    "service.json#/private_key",
  ]) {
    const info = {
      title: "T",
      version: "1",
      description: { $ref: reference },
      "own-member": { $ref: reference },
    };
    expect((await read({ info })).all).not.toContain(secret);
  }
});

it("refuses a file: URL like the path that it is", async () => {
  const url = pathToFileURL(join(folder, ".aws/credentials.json")).href;
  expect((await read(schema(url))).all).not.toContain(secret);
});

it("closes the server's folder by what it is, under every name", async () => {
  const moved = join(folder, "Home2");
  await rename(join(folder, "home"), moved);
  await symlink(moved, join(folder, "home"));
  const { all } = await read(schema("Home2/state/keys.json"));
  await rename(join(folder, "home"), join(folder, "old-link"));
  await rename(moved, join(folder, "home"));
  expect(all).not.toContain(secret);
});

it.each([
  ["JSON", "fine.json", { type: "string" }],
  ["YAML with an extension in capitals", "fine.YAML", { type: "integer" }],
  ["a packed file", "packed.json.gz", { type: "boolean" }],
  ["a name with a blank", "two%20words.yaml", { type: "string" }],
])("reads %s", async (_, reference, want) => {
  const { report, spec } = await read(schema(reference));
  expect(report.faults).toEqual([]);
  expect(spec.components.schemas["S"]).toMatchObject(want);
});

describe("what a reference leads to has to fit its place", () => {
  const at = (operation: object, components: object = {}) => ({
    paths: { "/a": { get: { responses: {}, ...operation } } },
    components: { schemas: { Text: { type: "string" } }, ...components },
    "x-held": { text: secret, list: [secret], number: 7, nothing: null },
  });
  it.each<[string, object]>([
    ["a parameter", at({ parameters: [{ $ref: "#/x-held/text" }] })],
    ["a list of parameters", at({ parameters: { $ref: "#/x-held/text" } })],
    ["a request body", at({ requestBody: { $ref: "#/x-held/list" } })],
    ["a response", at({ responses: { 200: { $ref: "#/x-held/text" } } })],
    ["all responses", at({ responses: { $ref: "#/x-held/list" } })],
    [
      "a header",
      at({ responses: { 200: { description: "", headers: { A: { $ref: "#/x-held/number" } } } } }),
    ],
    ["a link", at({ responses: { 200: { description: "", links: { A: { $ref: "#/x-held/nothing" } } } } })],
    ["a callback", at({ callbacks: { A: { $ref: "#/x-held/text" } } })],
    [
      "an example",
      at({ requestBody: { content: { "text/plain": { examples: { a: { $ref: "#/x-held/text" } } } } } }),
    ],
    ["a media type", at({ requestBody: { content: { "text/plain": { $ref: "#/x-held/text" } } } })],
    ["properties", at({}, { schemas: { S: { properties: { $ref: "#/x-held/list" } } } })],
    ["a property", at({}, { schemas: { S: { properties: { a: { $ref: "#/x-held/text" } } } } })],
    ["a security scheme", at({}, { securitySchemes: { S: { $ref: "#/x-held/text" } } })],
    ["a path item", { ...at({}), paths: { "/a": { $ref: "#/x-held/text" } } }],
    ["a server", at({ servers: [{ $ref: "#/x-held/text" }] })],
    ["a security requirement", at({ security: [{ $ref: "#/x-held/text" }] })],
  ])("%s", async (_, document) => {
    const { report, spec } = await read(document);
    expect(report.faults).toContainEqual({
      pointer: expect.any(String),
      message: expect.stringMatching(/^(?:Unresolved \$ref: it |It must be a list)/),
    });
    const { "x-held": _held, ...rest } = spec as Record<string, unknown>;
    expect(JSON.stringify(rest)).not.toContain(secret);
  });

  it("a schema may be a boolean", async () => {
    const { report, spec } = await read({ ...schema("#/x-any"), "x-any": true });
    expect([report.faults, spec.components.schemas["S"]]).toEqual([[], true]);
  });
});

describe("a part in a file of its own", () => {
  const at = (operation: object, more: object = {}) => ({
    paths: { "/a": { post: { responses: {}, ...operation } } },
    ...more,
  });
  const media = (part: object) => at({ requestBody: { content: { "application/json": part } } });
  const response = (part: object) => at({ responses: { 200: { description: "", ...part } } });
  const operation = { responses: { 200: { description: "fine" } } };
  const places: Record<string, (part: { $ref: string }) => object> = {
    schema: (part) => media({ schema: part }),
    property: (part) => media({ schema: { properties: { a: part } } }),
    parameter: (part) => at({ parameters: [part] }),
    parameters: (part) => at({ parameters: part }),
    "request body": (part) => at({ requestBody: part }),
    "media type": (part) => media(part),
    response: (part) => at({ responses: { 200: part } }),
    responses: (part) => at({ responses: part }),
    header: (part) => response({ headers: { A: part } }),
    link: (part) => response({ links: { A: part } }),
    callback: (part) => at({ callbacks: { A: part } }),
    example: (part) => media({ examples: { A: part } }),
    examples: (part) => media({ examples: part }),
    "path item": (part) => ({ paths: { "/a": part } }),
    paths: (part) => ({ paths: part }),
    operation: (part) => ({ paths: { "/a": { get: part } } }),
    components: (part) => ({ components: part }),
    schemas: (part) => ({ components: { schemas: part } }),
    "security scheme": (part) => ({ components: { securitySchemes: { A: part } } }),
    "security requirements": (part) => at({ security: part }),
    servers: (part) => at({ servers: part }),
    server: (part) => at({ servers: [part] }),
    info: (part) => ({ info: part }),
    tags: (part) => ({ tags: part }),
    text: (part) => ({ info: { title: "T", version: "1", description: part } }),
  };
  const readAt = async (place: string, content: unknown, fragment = "") => {
    await writeFile(join(folder, "one.yaml"), JSON.stringify(content));
    return read(places[place]!({ $ref: `one.yaml${fragment}` }));
  };
  const text = { type: "string" };
  const id = { name: "id", in: "query", schema: text };

  it.each<[place: string, what: string, content: unknown, fragment?: string]>([
    ["schema", "a type", text],
    ["schema", "an enum", { enum: ["a"] }],
    ["schema", "allOf", { allOf: [{ $ref: "fine.json" }] }],
    ["schema", "a reference", { $ref: "fine.json" }],
    ["schema", "a reference with a text", { $ref: "fine.json", description: "Fine" }],
    ["schema", "limits", { minimum: 1, "x-own": 1 }],
    ["schema", "a list", { items: text }],
    ["schema", "no members", { additionalProperties: false }],
    ["schema", "what it is not", { not: { enum: [1] } }],
    ["schema", "anything", {}],
    ["schema", "true", { Any: true, Text: text }, "#/Any"],
    ["schema", "words beside other schemas", { Any: { description: "Anything" }, Text: text }, "#/Any"],
    ["schema", "a constant beside other schemas", { A: { const: "a" }, Text: text }, "#/A"],
    ["property", "a member of a schema", { properties: { a: text } }, "#/properties/a"],
    ["parameter", "a parameter", id],
    ["parameters", "a list of them", [id]],
    ["parameters", "an empty list in a part", { none: [], id }, "#/none"],
    ["request body", "a body", { content: { "application/json": { schema: text } } }],
    ["media type", "a schema", { schema: { $ref: "fine.json" } }],
    ["media type", "an example", { example: { a: 1 } }],
    ["response", "words only", { description: "Gone" }],
    ["response", "words that are elsewhere", { description: { $ref: "texts.yaml#/gone" } }],
    ["response", "one with headers", { description: "Gone", headers: { A: { schema: text } } }],
    ["responses", "by status", { 404: { description: "Gone" }, 200: { $ref: "#/404" } }],
    ["header", "a header", { description: "Left", schema: text }],
    ["link", "a link", { operationId: "a" }],
    ["callback", "a callback", { "{$request.body#/url}": { post: operation } }],
    ["example", "a value", { value: { a: 1 } }],
    ["example", "a text with a summary", { summary: "A cat", value: "Tom" }],
    ["example", "data of 3.2", { dataValue: [1], serializedValue: "1" }],
    ["examples", "by name", { cat: { value: { a: 1 } } }],
    ["examples", "a part of them", { all: { cat: { value: { a: 1 } } }, type: "object" }, "#/all"],
    ["path item", "an operation", { get: operation }],
    ["path item", "an operation that says nothing", { get: {} }],
    ["path item", "an operation in words", { get: { summary: "All", tags: ["a"] } }],
    ["path item", "parameters", { parameters: [id], get: operation }],
    ["paths", "paths", { "/a": { get: operation } }],
    ["operation", "an operation", operation],
    ["operation", "words", { summary: "All", tags: ["a"] }],
    ["components", "schemas", { schemas: { A: text } }],
    ["schemas", "by name", { A: text, B: { description: "Anything" } }],
    ["security scheme", "a token", { type: "http", scheme: "bearer" }],
    ["security scheme", "a key", { type: "apiKey", in: "header", name: "X-Key" }],
    ["security requirements", "scopes", { all: [{ a: ["read"] }, {}], schema: text }, "#/all"],
    ["servers", "a list", [{ url: "https://a.example.com", description: "Live" }]],
    ["server", "a relative one", { url: "/v1" }],
    ["info", "the info", { title: "Pets", version: "1" }],
    ["info", "the info with a text elsewhere", { title: "Pets", description: { $ref: "texts.yaml#/gone" } }],
    ["tags", "described", [{ name: "pets", description: "All about pets" }]],
    ["text", "Markdown", { intro: "# Books and who wrote them" }, "#/intro"],
  ])("is read where a %s belongs: %s", async (place, _, content, fragment) => {
    await writeFile(join(folder, "texts.yaml"), "gone: It is no longer there.");
    const { report, loaded } = await readAt(place, content, fragment);
    expect(report.faults.filter(({ message }) => message.startsWith("Unresolved"))).toEqual([]);
    expect([...loaded.refused]).toEqual([]);
    expect(loaded.files.size).toBeGreaterThan(1);
  });

  const secrets: [what: string, content: unknown, fragment?: string][] = [
    ["a header", { Authorization: `Bearer ${secret}` }],
    ["a cookie", { cookie: `session=${secret}; path=/` }],
    ["a private key", { key: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n` }],
    ["a private key alone", { key: `-----BEGIN PRIVATE KEY-----\n${secret}` }, "#/key"],
    ["a database", { url: `postgres://admin:${secret}@db/prod` }],
    ["databases", [{ name: "prod", url: `postgres://admin:${secret}@db/prod` }]],
    ["a value", { value: secret }],
    ["the words of a wallet", { mnemonic: `abandon abandon ${secret}` }],
    ["a constant", { const: secret }],
    ["a version", { version: secret }],
    ["a name", { name: secret }],
    ["an extension", { "x-key": secret }],
    [
      "settings beside a schema",
      { A: { type: "string" }, auth: { Authorization: `Bearer ${secret}` } },
      "#/auth",
    ],
    ["a value beside a schema", { A: { type: "string" }, auth: { value: secret } }, "#/auth"],
    ["a text beside a schema", { A: { type: "string" }, key: `Bearer ${secret}` }, "#/key"],
    ["a list beside a schema", { A: { type: "string" }, keys: [secret] }, "#/keys"],
    ["what another reference leads to", { A: { $ref: "#/auth" }, auth: { password: secret } }, "#/A"],
  ];
  it.each<[place: string, what: string, content: unknown, fragment?: string]>(
    secrets.flatMap((row) => Object.keys(places).map((place) => [place, ...row] as [string, ...typeof row])),
  )("is not %s: %s", async (place, _, content, fragment) => {
    const { spec, report } = await readAt(place, content, fragment);
    expect(JSON.stringify([spec, report])).not.toContain(secret);
  });

  it.each([
    ["a web server", { url: `https://hooks.example.com/${secret}` }],
    ["words", { description: secret }],
    ["an example", { value: { password: secret } }],
    ["a tag", { name: secret, description: "A b" }],
  ])("is no schema because it may be %s, and the fault says what to do", async (_, content) => {
    const { report, spec } = await readAt("property", content);
    expect(JSON.stringify(spec)).not.toContain(secret);
    expect(report.faults).toEqual([
      {
        pointer: "#/paths/~1a/post/requestBody/content/application~1json/schema/properties/a",
        message:
          'Unresolved $ref: "one.yaml": nothing in it says that it is what belongs there (schema), so it is not shown. ' +
          'Add a member that says so, such as the "type" of a schema, or let the reference lead elsewhere',
      },
    ]);
  });
});

describe("data is not followed", () => {
  const data = { $ref: "fine.json", other: [{ $ref: "#/components/schemas/Text" }] };
  const media = (part: object) => ({
    paths: { "/a": { post: { requestBody: { content: { "application/json": part } }, responses: {} } } },
  });
  const schemas = (part: object) => ({ components: { schemas: { S: part } } });
  const response = (part: object) => ({
    paths: { "/a": { get: { responses: { 200: { description: "", ...part } } } } },
  });
  it.each<[string, object]>([
    ["example of a media type", media({ example: data })],
    ["value of an example", media({ examples: { a: { value: data } } })],
    ["dataValue of an example (3.2)", media({ examples: { a: { dataValue: data } } })],
    ["an extension of a media type", media({ "x-code": data })],
    ["example of a schema", schemas({ example: data })],
    ["examples of a schema", schemas({ examples: [data] })],
    ["default", schemas({ default: data })],
    ["enum", schemas({ enum: [data] })],
    ["const", schemas({ const: data })],
    ["default of a property", schemas({ properties: { a: { default: data } } })],
    ["a mapping", schemas({ discriminator: { propertyName: "a", mapping: data } })],
    [
      "example of a parameter",
      { paths: { "/a": { parameters: [{ name: "a", in: "query", example: data }], get: {} } } },
    ],
    ["example of a header", response({ headers: { A: { example: data } } })],
    ["parameters of a link", response({ links: { a: { parameters: data } } })],
    ["body of a link", response({ links: { a: { requestBody: data } } })],
    ["an extension of the root", { "x-root": data }],
    ["an extension of a path", { paths: { "/a": { "x-path": data, get: {} } } }],
    ["an extension beside paths", { paths: { "x-paths": data } }],
    ["an extension beside responses", { paths: { "/a": { get: { responses: { "x-responses": data } } } } }],
    ["an extension beside components", { components: { "x-components": { a: data } } }],
    [
      "Swagger's examples of a response",
      {
        swagger: "2.0",
        openapi: undefined,
        ...response({ examples: { "application/json": data }, schema: {} }),
      },
    ],
    [
      "Swagger's default of a parameter",
      {
        swagger: "2.0",
        openapi: undefined,
        paths: {
          "/a": {
            get: {
              parameters: [{ name: "a", in: "query", type: "string", default: data, enum: [data] }],
              responses: {},
            },
          },
        },
      },
    ],
  ])("%s", async (_, part) => {
    const document = part as { components?: { schemas?: object } };
    const { report, loaded, spec } = await read({
      ...part,
      components: {
        ...document.components,
        schemas: { ...document.components?.schemas, Text: { type: "string" } },
      },
    });
    expect(report.faults).toEqual([]);
    expect([...loaded.files.keys()]).toEqual([loaded.url]);
    expect(JSON.stringify(spec)).toContain(JSON.stringify(data));
  });

  it("a property called like a keyword of data is a schema", async () => {
    const names = ["example", "examples", "default", "enum", "const", "x-own", "value", "discriminator"];
    const properties = Object.fromEntries(names.map((name) => [name, { $ref: "fine.json" }]));
    const { spec, loaded } = await read({
      components: {
        schemas: {
          S: { properties, patternProperties: properties, $defs: properties },
          default: { $ref: "fine.json" },
        },
        headers: { "x-limit": { schema: { $ref: "fine.json" } } },
      },
    });
    expect(loaded.files.size).toBe(2);
    expect(JSON.stringify(spec)).not.toContain("$ref");
  });

  it.each([
    ["an $id in an example", { example: { $id: "thing.json", type: "integer" } }, "thing.json"],
    ["an $id in a default, below another", { default: [{ $id: "a/" }, { $id: "thing.json" }] }, "thing.json"],
    [
      "an $id in an extension",
      { "x-old": { $id: "https://schemas.example/thing" } },
      "https://schemas.example/thing",
    ],
    ["an $anchor in a const", { const: { $anchor: "thing", type: "integer" } }, "#thing"],
    ["a $self in an example", { example: { $self: "thing.json" } }, "thing.json"],
  ])("%s names nothing", async (_, part, reference) => {
    const { report, spec } = await read({
      components: { schemas: { Data: part, S: { $ref: reference } } },
    });
    expect(report.faults).toHaveLength(1);
    expect(spec.components.schemas["S"]).toEqual({ $ref: reference });
  });

  it("nor fetched from a server", async () => {
    const asked: string[] = [];
    const example = { value: { $ref: "/data.json" }, externalValue: "/external.json" };
    const content = { "application/json": { examples: { a: example }, schema: { $ref: "/real.json" } } };
    const root = {
      openapi: "3.1.0",
      info: { title: "T", version: "1" },
      paths: {
        "/a": {
          get: {
            responses: {
              200: { description: "", content, links: { b: { operationRef: "/operation.json" } } },
            },
          },
        },
      },
      "x-more": { $ref: "/more.json" },
    };
    const server = createServer((request, answer) => {
      asked.push(request.url ?? "");
      answer.end(
        JSON.stringify(
          request.url === "/root.json" ? root : { $id: "/identity.json", enum: [{ $ref: "/enum.json" }] },
        ),
      );
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await loadDocument(`http://127.0.0.1:${port}/root.json`);
    server.close();
    expect(asked).toEqual(["/root.json", "/real.json"]);
  });
});
