/**
 * Documents that may keep the compiler busy: each shape repeats what it walks over (a chain, a list, a tree), at any
 * length. The operator's own document is such a one by mistake, and a server's by intention.
 */

type Json = Record<string, unknown>;

/** `count` entries, by name. */
const map = (count: number, entry: (at: number) => [name: string, value: unknown]): Json =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => entry(at)));

const list = <T>(count: number, item: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => item(at));

const nested = (depth: number, around: (inner: unknown) => unknown, innermost: unknown = {}): unknown =>
  list(depth, () => 0).reduce((inner: unknown) => around(inner), innermost);

const ok = { responses: { 200: { description: "" } } };
const schemas = (named: Json) => ({ components: { schemas: named } });
const onePath = (item: unknown) => ({ paths: { "/a": item } });
const parameter = (at: number, more: Json = {}) => ({
  name: `p${at}`,
  in: "query",
  schema: { type: "string" },
  ...more,
});

/**
 * A chain: each entry refers to the next one.
 * @param last of the chain; without it, the chain leads nowhere
 */
const chain = (pointer: string, count: number, more: Json = {}, last?: unknown): Json => ({
  ...map(count, (at) => [`s${at}`, { $ref: `${pointer}/s${at + 1}`, ...more }]),
  ...(last !== undefined && { [`s${count}`]: last }),
});

/** The members of a document beside `openapi` and `info`, of about so many characters. */
export const documentShapes: Record<string, (chars: number) => Json> = {
  "schemas that refer to the next, to nowhere": (chars) => schemas(chain("#/components/schemas", chars / 45)),
  "schemas that refer to the next, to one": (chars) =>
    schemas(chain("#/components/schemas", chars / 45, {}, {})),
  "schemas that refer to the next, with a title": (chars) =>
    schemas(chain("#/components/schemas", chars / 56, { title: "" }, {})),
  "schemas that refer to the next, in a circle": (chars) =>
    schemas(chain("#/components/schemas", chars / 45, {}, { $ref: "#/components/schemas/s0" })),
  "schemas with a title in a circle": (chars) =>
    schemas(chain("#/components/schemas", chars / 56, { title: "" }, { $ref: "#/components/schemas/s0" })),
  "schemas that refer into the next": (chars) =>
    schemas(
      map(chars / 90, (at) => [
        `s${at}`,
        { properties: { a: { $ref: `#/components/schemas/s${at + 1}/properties/a` } } },
      ]),
    ),
  "schemas that refer through the next": (chars) =>
    schemas({
      ...chain("#/components/schemas", chars / 90, {}, { properties: { a: {} } }),
      ...map(chars / 90, (at) => [`t${at}`, { $ref: `#/components/schemas/s${at}/properties/a` }]),
    }),
  "schemas by anchor": (chars) =>
    schemas(map(chars / 70, (at) => [`s${at}`, { $anchor: `a${at}`, items: { $ref: `#a${at + 1}` } }])),
  "schemas of one anchor": (chars) =>
    schemas(map(chars / 55, (at) => [`s${at}`, { $anchor: "a", items: { $ref: "#a" } }])),
  "schemas by name": (chars) =>
    schemas(
      map(chars / 80, (at) => [`s${at}`, { $id: `https://a/${at}`, items: { $ref: `https://a/${at + 1}` } }]),
    ),
  "named schemas that refer to nowhere": (chars) =>
    schemas(map(chars / 70, (at) => [`s${at}`, { $id: `https://a/${at}`, items: { $ref: "#/x" } }])),
  "named schemas with one anchor": (chars) =>
    schemas(
      map(chars / 80, (at) => [`s${at}`, { $id: `https://a/${at}`, $anchor: "a", items: { $ref: "#a" } }]),
    ),
  "names in each other": (chars) =>
    schemas(
      map(chars / 3_000, (top) => [
        `s${top}`,
        nested(45, (items) => ({ $id: `https://a/${top}`, items, not: { $ref: "#b" } })),
      ]),
    ),
  "references to files": (chars) => schemas(map(chars / 40, (at) => [`s${at}`, { $ref: `f${at}.json` }])),
  "all of the next": (chars) =>
    schemas(map(chars / 55, (at) => [`s${at}`, { allOf: [{ $ref: `#/components/schemas/s${at + 1}` }] }])),
  "all of many": (chars) =>
    schemas({ a: { allOf: list(chars / 32, () => ({ $ref: "#/components/schemas/b" })) }, b: {} }),
  "bodies of all of many": (chars) => ({
    paths: map(chars / 200, (at) => [
      `/${at}`,
      {
        post: {
          ...ok,
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/s0" } } } },
        },
      },
    ]),
    ...schemas({
      s0: { allOf: list(chars / 80, () => ({ $ref: "#/components/schemas/s1" })) },
      s1: { properties: map(20, (at) => [`p${at}`, {}]) },
    }),
  }),
  "bodies of one of each other": (chars) => ({
    paths: map(chars / 1_000, (at) => [
      `/${at}`,
      {
        post: {
          ...ok,
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/s0" } } } },
        },
      },
    ]),
    ...schemas(
      map(4, (at) => [
        `s${at}`,
        { oneOf: list(chars / 200, () => ({ $ref: `#/components/schemas/s${at + 1}` })) },
      ]),
    ),
  }),
  "a discriminator": (chars) =>
    schemas({
      a: {
        discriminator: {
          propertyName: "t",
          mapping: map(chars / 60, (at) => [`m${at}`, `#/components/schemas/s${at}`]),
        },
        oneOf: list(chars / 60, (at) => ({ $ref: `#/components/schemas/s${at}` })),
      },
    }),
  nesting: (chars) => schemas(map(chars / 3_000, (at) => [`s${at}`, nested(250, (items) => ({ items }))])),
  "nesting beyond the limit": (chars) =>
    schemas(map(chars / 30_000, (at) => [`s${at}`, nested(2_500, (items) => ({ items }))])),
  "a long enum": (chars) => schemas({ a: { enum: list(chars / 8, (at) => `v${at}`) } }),
  "a long text": (chars) => schemas({ a: { description: "x ".repeat(chars / 2) } }),
  "a long summary": (chars) => onePath({ get: { ...ok, summary: "a.b ".repeat(chars / 4) } }),
  "a long path": (chars) => ({ paths: { [`/${"a/".repeat(chars / 2)}`]: { get: ok } } }),
  "a path of many placeholders": (chars) => ({
    paths: { [list(chars / 8, (at) => `/{p${at}}`).join("")]: { get: ok } },
  }),
  "a path of declared placeholders": (chars) => ({
    paths: {
      [list(chars / 80, (at) => `/{P${at}}`).join("")]: {
        get: { ...ok, parameters: list(chars / 80, (at) => parameter(at, { in: "path", required: true })) },
      },
    },
  }),
  "paths with one beginning": (chars) => ({
    paths: map(chars / 110, (at) => [`/${"same/".repeat(10)}${at}`, { get: ok }]),
  }),
  "paths alike but for names": (chars) => ({ paths: map(chars / 60, (at) => [`/a/{p${at}}`, { get: ok }]) }),
  "paths with one id": (chars) => ({
    paths: map(chars / 75, (at) => [`/a/{p${at}}`, { get: { ...ok, operationId: "same" } }]),
  }),
  "paths whose ids are alike": (chars) => ({
    paths: map(chars / 50, (at) => [
      `/${"-/.".charAt(at % 3).repeat((at % 50) + 1)}a${".".repeat(at / 50)}`,
      { get: ok },
    ]),
  }),
  "path items that refer to the next": (chars) => ({
    paths: map(chars / 35, (at) => [`/p${at}`, { $ref: `#/paths/~1p${at + 1}` }]),
  }),
  "path items that refer to the next, with a summary": (chars) => ({
    paths: map(chars / 50, (at) => [`/p${at}`, { $ref: `#/paths/~1p${at + 1}`, summary: "" }]),
  }),
  "path items of one target": (chars) => ({
    paths: map(chars / 80, (at) => [`/p${at}`, { $ref: "#/components/pathItems/a" }]),
    components: { pathItems: { a: map(chars / 200, (at) => [`m${at}`, {}]) } },
  }),
  "operations that refer to the next": (chars) => ({
    paths: map(chars / 50, (at) => [`/p${at}`, { get: { $ref: `#/paths/~1p${at + 1}/get` } }]),
  }),
  methods: (chars) => onePath({ additionalOperations: map(chars / 45, (at) => [`M${at}`, ok]) }),
  "methods in capitals": (chars) =>
    onePath(map(chars / 45, (at) => [at % 2 ? `M${at}` : `m${at - 1}`, { responses: {} }])),
  "operations with any method": (chars) => ({
    paths: map(chars / 90, (at) => [`/p${at}`, { "x-amazon-apigateway-any-method": ok }]),
  }),
  "many parameters": (chars) =>
    onePath({ get: { ...ok, parameters: list(chars / 55, (at) => parameter(at)) } }),
  "many parameters above": (chars) =>
    onePath({
      parameters: list(chars / 110, (at) => parameter(at)),
      get: { ...ok, parameters: list(chars / 110, (at) => parameter(at + 1)) },
    }),
  "parameters of one name": (chars) =>
    onePath({ get: { ...ok, parameters: list(chars / 55, () => parameter(0)) } }),
  "parameters above of many operations": (chars) => ({
    paths: {
      "/a": {
        parameters: list(chars / 110, (at) => parameter(at)),
        additionalOperations: map(chars / 2_000, (at) => [`M${at}`, ok]),
      },
    },
  }),
  "parameters that refer to the next": (chars) => ({
    ...onePath({
      get: { ...ok, parameters: list(chars / 90, (at) => ({ $ref: `#/components/parameters/s${at}` })) },
    }),
    components: { parameters: chain("#/components/parameters", chars / 90, {}, parameter(0)) },
  }),
  "one list of parameters": (chars) => ({
    paths: map(chars / 120, (at) => [`/${at}`, { get: { ...ok, parameters: { $ref: "#/x-list" } } }]),
    "x-list": list(chars / 2_000, (at) => parameter(at)),
  }),
  "many tags": (chars) => ({
    tags: list(chars / 60, (at) => ({ name: `t${at}` })),
    paths: map(chars / 100, (at) => [`/${at}`, { get: { ...ok, tags: [`t${at}`] } }]),
  }),
  "an operation of many tags": (chars) =>
    onePath({ get: { ...ok, tags: list(chars / 8, (at) => `t${at}`) } }),
  "many servers": (chars) => ({
    servers: list(chars / 30, (at) => ({ url: `https://a${at}.x` })),
    ...onePath({ get: ok }),
  }),
  "many servers and many operations with their own": (chars) => ({
    servers: list(chars / 60, (at) => ({ url: `https://a${at}.x` })),
    paths: map(chars / 200, (at) => [`/${at}`, { get: { ...ok, servers: [{ url: `https://b${at}.x` }] } }]),
  }),
  "many schemes, all asked": (chars) => ({
    security: list(chars / 100, (at) => ({ [`s${at}`]: [] })),
    paths: { "/a": { get: ok } },
    components: { securitySchemes: map(chars / 100, (at) => [`s${at}`, { type: "http", scheme: "basic" }]) },
  }),
  "schemes of operations that do not exist": (chars) => ({
    paths: map(chars / 120, (at) => [`/${at}`, { get: { ...ok, security: [{ [`x${at}`]: [] }] } }]),
    components: { securitySchemes: map(chars / 200, (at) => [`s${at}`, { type: "http", scheme: "basic" }]) },
  }),
  "many responses": (chars) =>
    onePath({ get: { responses: map(chars / 40, (at) => [`${at}`, { description: "" }]) } }),
  "many media types": (chars) =>
    onePath({
      post: { ...ok, requestBody: { content: map(chars / 30, (at) => [`a/b${at}`, { schema: {} }]) } },
    }),
  "callbacks in each other": (chars) => ({
    paths: map(chars / 4_000, (at) => [
      `/${at}`,
      nested(60, (inner) => ({ post: { ...ok, callbacks: { a: { "/b": inner } } } }), { post: ok }),
    ]),
  }),
  extensions: (chars) => map(chars / 20, (at) => [`x-${at}`, { a: 1 }]),
  "unknown members": (chars) => map(chars / 20, (at) => [`y${at}`, { a: 1 }]),
  webhooks: (chars) => ({ webhooks: map(chars / 60, (at) => [`w${at}`, { post: ok }]) }),
  links: (chars) =>
    onePath({
      get: {
        responses: {
          200: { description: "", links: map(chars / 40, (at) => [`l${at}`, { operationId: `o${at}` }]) },
        },
      },
    }),
  "equal schemas": (chars) =>
    schemas(map(chars / 60, (at) => [`s${at}`, { type: "string", format: "date" }])),
};

/** Texts of YAML, of about so many characters, that are members of a document. */
export const yamlShapes: Record<string, (chars: number) => string> = {
  anchors: (chars) => `x-a:\n${list(chars / 12, (at) => `  - &a${at} b\n`).join("")}`,
  "anchors of maps": (chars) => `x-a:\n${list(chars / 18, (at) => `  - &a${at} {b: 1}\n`).join("")}`,
  "aliases of one": (chars) => `x-a:\n  - &a {b: 1}\n${list(chars / 7, () => "  - *a\n").join("")}`,
  "aliases of the one before": (chars) =>
    `x-a:\n  - &a0 [b]\n${list(chars / 18, (at) => `  - &a${at + 1} [*a${at}]\n`)
      .join("")
      .slice(0, chars)}`,
  "aliases of nothing": (chars) => `x-a:\n  - &a {b: 1}\n${list(chars / 9, () => "  - *a\n").join("")}`,
  "aliases of the first of many": (chars) =>
    `x-a:\n${list(chars / 20, (at) => `  - &a${at} b\n`).join("")}x-b:\n${list(chars / 20, () => "  - *a0\n").join("")}`,
  "one anchor many times": (chars) => `x-a:\n${list(chars / 18, () => "  - &a {b: 1}\n  - *a\n").join("")}`,
  "merge keys of the one before": (chars) =>
    `x-a:\n  - &a0 {b: 1}\n${list(chars / 34, (at) => `  - &a${at + 1} {<<: *a${at}, c${at}: 1}\n`).join("")}`,
  "merge keys of one": (chars) =>
    `x-a: &a {${list(chars / 200, (at) => `k${at}: 1`).join(", ")}}\nx-b:\n${list(chars / 200, (at) => `  y${at}: {<<: *a}\n`).join("")}`,
  "merge keys in one map": (chars) => `x-a: &a {b: 1}\nx-b:\n${list(chars / 9, () => "  <<: *a\n").join("")}`,
  "a list of merge keys": (chars) =>
    `x-a: &a {b: 1}\nx-b:\n  <<: [${list(chars / 4, () => "*a").join(", ")}]\n`,
  "equal keys": (chars) => `x-a:\n${list(chars / 8, (at) => `  b: ${at}\n`).join("")}`,
  "equal keys of maps": (chars) => `x-a:\n${list(chars / 20, (at) => `  b: {k${at}: 1}\n`).join("")}`,
  keys: (chars) => `x-a:\n${list(chars / 11, (at) => `  k${at}: 1\n`).join("")}`,
  "nesting in blocks": (chars) =>
    `x-a:\n${list(chars / 20_000, (at) => `  k${at}:\n${list(190, (depth) => `${" ".repeat(depth + 3)}a:\n`).join("")}`).join("")}`,
  "nesting in flow": (chars) =>
    `x-a:\n${list(chars / 400, () => `  - ${"[".repeat(190)}${"]".repeat(190)}\n`).join("")}`,
  "a text over lines": (chars) => `x-a: |\n${list(chars / 6, () => "  abc\n").join("")}`,
  "a folded text": (chars) => `x-a: >\n${list(chars / 6, () => "  abc\n\n").join("")}`,
  "a quoted text over lines": (chars) => `x-a: "${"abc\n  ".repeat(chars / 6)}"\n`,
  "a plain text over lines": (chars) => `x-a: a\n${"  abc\n".repeat(chars / 6)}`,
  escapes: (chars) => `x-a: "${"\\u0041".repeat(chars / 6)}"\n`,
  comments: (chars) => `${"# a comment\n".repeat(chars / 12)}x-a: 1\n`,
  "empty lines": (chars) => `x-a: 1\n${"\n".repeat(chars)}x-b: 1\n`,
  blanks: (chars) => `x-a: 1${" ".repeat(chars)}\nx-b: 1\n`,
  "empty items": (chars) => `x-a:\n${"  -\n".repeat(chars / 4)}`,
  "items on one line": (chars) => `x-a: [${"a, ".repeat(chars / 3)}b]\n`,
  tags: (chars) => `x-a:\n${"  - !t b\n".repeat(chars / 9)}`,
  "keys with a question mark": (chars) => `x-a:\n${list(chars / 18, (at) => `  ? k${at}\n  : 1\n`).join("")}`,
  digits: (chars) => `x-a: [${"12345678901234567890, ".repeat(chars / 22)}1]\n`,
};

/** Texts that begin like JSON. */
export const jsonShapes: Record<string, (chars: number) => string> = {
  "equal keys": (chars) => `{"openapi":"3.1.0",${list(chars / 8, (at) => `"a":${at}`).join(",")}}`,
  "equal keys of maps": (chars) =>
    `{"openapi":"3.1.0",${list(chars / 18, (at) => `"a":{"k${at}":1}`).join(",")}}`,
  comments: (chars) => `{"openapi":"3.1.0",${"/* a */\n".repeat(chars / 8)}"a":1}`,
  "trailing commas": (chars) => `{"openapi":"3.1.0","a":[${"[1,],".repeat(chars / 5)}]}`,
  digits: (chars) => `{"openapi":"3.1.0","a":[${"12345678901234567890,".repeat(chars / 21)}1]}`,
  "digits in texts": (chars) => `{"openapi":"3.1.0","a":"${" 12345678901234567890,".repeat(chars / 21)}"}`,
  "one number": (chars) => `{"openapi":"3.1.0","a":${"1".repeat(chars)}}`,
  backslashes: (chars) => `{"openapi":"3.1.0","a":"${"\\\\".repeat(chars / 2)}"}`,
  "backslashes and quotes": (chars) => `{"openapi":"3.1.0","a":"${'\\\\\\"'.repeat(chars / 4)}"}`,
  "backslashes before the end": (chars) => `{"openapi":"3.1.0","a":[${'"\\\\\\\\",'.repeat(chars / 7)}1]}`,
  nesting: (chars) => `{"openapi":"3.1.0","a":${"[".repeat(chars / 2)}${"]".repeat(chars / 2)}}`,
  "braces that do not close": (chars) => `{"openapi":"3.1.0","a":${"[".repeat(chars)}`,
  "flow YAML": (chars) => `{openapi: 3.1.0, a: [${"b, ".repeat(chars / 3)}1]}`,
  "flow YAML of maps": (chars) => `{openapi: 3.1.0, ${list(chars / 9, (at) => `k${at}: 1`).join(", ")}}`,
  "broken in the middle": (chars) =>
    `{"openapi":"3.1.0","a":[${'"b",'.repeat(chars / 8)}!${'"b",'.repeat(chars / 8)}`,
  blanks: (chars) => `{"openapi":"3.1.0",${" ".repeat(chars)}"a":1}`,
  "empty lines": (chars) => `{"openapi":"3.1.0",${"\n".repeat(chars)}"a":1,}`,
  "openings of comments": (chars) => `{"openapi":"3.1.0",${"/*".repeat(chars / 2)}`,
};

/** The text of a document of a shape. */
export const documentTexts: ReadonlyMap<string, (chars: number) => string> = new Map([
  ...["3.1.0", "3.0.3"].flatMap((openapi) =>
    Object.entries(documentShapes).map(([name, of]): [string, (chars: number) => string] => [
      `${openapi}: ${name}`,
      (chars) => JSON.stringify({ openapi, info: { title: "", version: "" }, paths: {}, ...of(chars) }),
    ]),
  ),
  ...Object.entries(documentShapes).map(([name, of]): [string, (chars: number) => string] => [
    `2.0: ${name}`,
    (chars) => JSON.stringify(asSwagger(of(chars))),
  ]),
  ...Object.entries(yamlShapes).map(([name, of]): [string, (chars: number) => string] => [
    `YAML: ${name}`,
    (chars) => `openapi: 3.1.0\ninfo: {title: "", version: ""}\npaths: {}\n${of(chars)}`,
  ]),
  ...Object.entries(jsonShapes).map(([name, of]): [string, (chars: number) => string] => [
    `JSON: ${name}`,
    of,
  ]),
]);

/** The same members where Swagger 2.0 has them. */
function asSwagger({ components = {}, ...rest }: Json): unknown {
  const { schemas: definitions, securitySchemes: securityDefinitions, ...others } = components as Json;
  const text = JSON.stringify({
    swagger: "2.0",
    info: {},
    paths: {},
    ...rest,
    definitions,
    securityDefinitions,
    ...others,
  });
  return JSON.parse(
    text.replaceAll("#/components/schemas/", "#/definitions/").replaceAll("#/components/", "#/"),
  );
}
