import { mkdtemp, symlink, writeFile, mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import { loadDocument } from "../../../src/spec/load/load-document.ts";

let folder: string;
let server: Server;
let origin: string;

const minimal = { openapi: "3.1.0", info: { title: "T", version: "1" }, paths: {} };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-documents-"));
  server = createServer((request, response) => {
    switch (request.url) {
      case "/loop":
        return response.writeHead(302, { location: "/loop" }).end();
      case "/away":
        return response.writeHead(302, { location: "file:///etc/passwd" }).end();
      case "/slow":
        return response.writeHead(200).write("{");
      case "/endless":
        response.writeHead(200);
        response.on("drain", () => response.write("[".repeat(65_536)));
        return response.write("[".repeat(65_536));
      case "/good":
        return response.writeHead(200).end(JSON.stringify(minimal));
      default:
        return response.writeHead(404).end("<html>not here</html>");
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const put = async (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const load = async (source: string, limits = {}) => {
  const loaded = await loadDocument(source, { limits });
  return compileDocument(loaded, {});
};

const yamlBomb = ["a: &a [x, x, x, x, x, x, x, x, x]"]
  .concat(
    [..."bcdefghi"].map(
      (name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[index]}`).join(", ")}]`,
    ),
  )
  .join("\n");

/** 3,000 copies of a map with 3,000 members. */
const mergeBomb = [
  "openapi: 3.1.0",
  "x-a: &a",
  ...Array.from({ length: 3_000 }, (_, index) => `  k${index}: 1`),
  "x-b:",
  ...Array<string>(3_000).fill("  - { <<: *a }"),
].join("\n");

describe("a document that cannot be served is one clear sentence with the next step", () => {
  type Bad = [string, () => Promise<string> | string, string, RegExp];
  it.each<Bad>([
    [
      "a missing file",
      () => join(folder, "nothing.json"),
      "missing",
      /There is no file .*nothing\.json.*Check the path/,
    ],
    ["a folder", () => folder, "missing", /is a folder, not a file/],
    ["an empty file", () => put("empty.yaml", "\n"), "not-openapi", /is empty/],
    [
      "broken JSON",
      () => put("broken.json", '{\n  "openapi": "3.0.0",\n  "info": {,}\n}'),
      "broken-json",
      /line 3, column 12/,
    ],
    ["cut-off JSON", () => put("cut.json", '{ "openapi": "3.0.0"'), "broken-json", /line 1/],
    [
      "broken YAML",
      () => put("broken.yaml", "openapi: 3.0.0\ninfo:\n  title: [a\n"),
      "broken-yaml",
      /line \d+, column \d+/,
    ],
    [
      "HTML",
      () => put("page.json", "<!doctype html><title>Docs</title>"),
      "html",
      /is HTML.*look for the URL/,
    ],
    ["plain text", () => put("text.yaml", "hello"), "not-openapi", /is plain text/],
    ["a list", () => put("list.json", "[1]"), "not-openapi", /is a list/],
    [
      "another JSON file",
      () => put("package.json", '{"name":"x"}'),
      "not-openapi",
      /neither "openapi" nor "swagger", but "name"/,
    ],
    ["Swagger 1.2", () => put("old.json", '{"swagger":"1.2"}'), "not-openapi", /version is "1\.2"/],
    [
      "binary data",
      () => put("image.json", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0xff])),
      "not-text",
      /is not text in UTF-8/,
    ],
    [
      "broken gzip",
      () => put("broken.json.gz", new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2])),
      "not-text",
      /broken gzip/,
    ],
    [
      "a gzip bomb",
      () => put("bomb.json.gz", gzipSync(Buffer.alloc(40_000_000, " "))),
      "too-large",
      /larger than the limit of 19 MB/,
    ],
    ["a YAML bomb", () => put("bomb.yaml", `openapi: 3.1.0\n${yamlBomb}\n`), "too-large", /YAML aliases/],
    [
      "a cyclic YAML alias",
      () => put("cycle.yaml", "openapi: 3.1.0\npaths: &a\n  /x: *a\n"),
      "too-large",
      /YAML aliases/,
    ],
    ["a YAML merge bomb", () => put("merges.yaml", mergeBomb), "too-large", /YAML aliases/],
    [
      "YAML that is nested too deep",
      () => put("deep.yaml", `openapi: 3.1.0\nx: ${"[".repeat(20_000)}`),
      "broken-yaml",
      /nested too deep/,
    ],
    ...[1_001, 8_000, 100_000].map((levels): Bad => [
      `JSON of ${levels} levels`,
      () => put(`deep-${levels}.json`, `{"openapi":"3.1.0","x":${"[".repeat(levels)}${"]".repeat(levels)}}`),
      "too-deep",
      /nested too deep to be read: it has more than 1000 levels\. Move/,
    ]),
    [
      "YAML of 1,001 levels",
      () => put("levels.yaml", `openapi: 3.1.0\nx: ${"[".repeat(1_001)}${"]".repeat(1_001)}\n`),
      "too-deep",
      /more than 1000 levels/,
    ],
    [
      "a tar archive",
      () => put("all.tar", Buffer.concat([Buffer.alloc(257), Buffer.from("ustar"), Buffer.alloc(250)])),
      "not-text",
      /is a tar archive\. Unpack it/,
    ],
    [
      "a zip archive",
      () => put("all.zip", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0])),
      "not-text",
      /is a zip archive\. Unpack it/,
    ],
    ["a 404", () => `${origin}/gone`, "unreachable", /answered 404 .*check it/],
    ["a redirect loop", () => `${origin}/loop`, "unreachable", /redirects more than 5 times/],
    [
      "a redirect to a file",
      () => `${origin}/away`,
      "refused",
      /redirects to "file:\/\/\/etc\/passwd", which is not followed/,
    ],
    ["a server that never ends", () => `${origin}/slow`, "unreachable", /no answer within 1 s/],
    ["a body that never ends", () => `${origin}/endless`, "too-large", /larger than the limit/],
    [
      "a server that is not there",
      () => "http://127.0.0.1:1/openapi.json",
      "unreachable",
      /could not be read: .*Check the URL/,
    ],
    ["a wrong npm source", () => "npm:left/right", "missing", /Write npm:<package>@<version>/],
  ])("%s", async (_, source, code, message) => {
    const loading = load(await source(), { maxBytes: 20_000_000, timeoutMs: 1_000 });
    await expect(loading).rejects.toMatchObject({
      name: "DocumentError",
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe("a fault in one corner is reported with its place, and the rest is served", () => {
  const operation = { responses: { 200: { description: "ok" } } };
  const withSchema = (schemas: object) =>
    JSON.stringify({ ...minimal, paths: { "/a": { get: operation } }, components: { schemas } });

  it.each<[string, () => Promise<string>, RegExp | undefined, RegExp | undefined]>([
    ["an empty paths", () => put("paths.json", JSON.stringify(minimal)), undefined, undefined],
    ["no paths", () => put("none.json", '{"openapi":"3.1.0"}'), undefined, undefined],
    [
      "a $ref to itself",
      () => put("self.json", withSchema({ A: { $ref: "#/components/schemas/A" } })),
      /^#\/components\/schemas\/A$/,
      /refers to itself/,
    ],
    [
      "two that name each other",
      () =>
        put(
          "two.json",
          withSchema({ A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/A" } }),
        ),
      /schemas\/[AB]$/,
      /refers to itself/,
    ],
    [
      "a dangling $ref",
      () => put("dangling.json", withSchema({ A: { items: { $ref: "#/nowhere" } } })),
      /^#\/components\/schemas\/A\/items$/,
      /"#\/nowhere" does not exist/,
    ],
    [
      "a $ref to /etc/passwd",
      () => put("passwd.json", withSchema({ A: { $ref: "/etc/passwd" } })),
      /schemas\/A$/,
      /outside the document's folder/,
    ],
    [
      "a $ref out of the folder",
      () => put("up.json", withSchema({ A: { $ref: "../../etc/passwd" } })),
      /schemas\/A$/,
      /outside the document's folder/,
    ],
    [
      "a $ref out of the folder, encoded",
      () => put("encoded.json", withSchema({ A: { $ref: "%2e%2e%2f%2e%2e%2fetc/passwd" } })),
      /schemas\/A$/,
      /its path is not plain/,
    ],
    [
      "a $ref to a metadata address",
      () => put("metadata.json", withSchema({ A: { $ref: "http://169.254.169.254/latest/meta-data" } })),
      /schemas\/A$/,
      /differs from the document's protocol/,
    ],
    [
      "a $ref to a missing file",
      () => put("part.json", withSchema({ A: { $ref: "missing.json" } })),
      /schemas\/A$/,
      /There is no file/,
    ],
    [
      "a $ref to a broken file",
      async () => {
        await put("half.json", "{");
        return put("whole.json", withSchema({ A: { $ref: "half.json" } }));
      },
      /schemas\/A$/,
      /not valid JSON/,
    ],
    [
      "a number as $ref",
      () => put("number.json", withSchema({ A: { $ref: 3 } })),
      /schemas\/A$/,
      /must be text/,
    ],
    [
      "a duplicate key",
      () => put("twice.yaml", "openapi: 3.1.0\ninfo: { title: a }\ninfo: { title: b }\npaths: {}\n"),
      /^#\/info$/,
      /Duplicate key at line 3, column 1/,
    ],
    [
      "a duplicate key in JSON",
      () => put("twice.json", `{"openapi":"3.1.0","info":{"title":"a"},\n "info":1,"paths":{}}`),
      /^#\/info$/,
      /Duplicate key at line 2, column 2; the last one was used/,
    ],
    [
      "a duplicate key in JSON with comments and a trailing comma",
      () =>
        put("both.json", '{"openapi":"3.1.0", // ours\n"x":[0,{"a":1,\n  /* again */ "a":2,}],"paths":{},}'),
      /^#\/x\/1\/a$/,
      /Duplicate key at line 3, column 15; the last one was used/,
    ],
    [
      "a number that JSON has not",
      () => put("number.json", '{"openapi":"3.1.0","x":1e999,"paths":{}}'),
      /^#\/x$/,
      /^Infinity is not a JSON number; null was used$/,
    ],
    [
      "comments in JSON",
      () => put("comments.json", '// ours\n{ /* 3.1 */ "openapi": "3.1.0", "paths": {} }'),
      /^#$/,
      /comments or trailing commas; they were ignored/,
    ],
    [
      "a trailing comma",
      () => put("comma.json", '{ "openapi": "3.1.0", "paths": {}, }'),
      /^#$/,
      /comments or trailing commas; they were ignored/,
    ],
    [
      "a second YAML document",
      () => put("second.yaml", "openapi: 3.1.0\npaths: {}\n---\nopenapi: 3.1.0\n"),
      /^#$/,
      /Another YAML document begins at line 3, column 1/,
    ],
    [
      "an alias without an anchor",
      () => put("alias.yaml", "openapi: 3.1.0\ninfo: *gone\npaths: {}\n"),
      /^#\/info$/,
      /Unknown anchor "gone" of the alias at line 2, column 7/,
    ],
    [
      "a merge key without a map",
      () => put("merge.yaml", "openapi: 3.1.0\ninfo: { <<: 5, title: a }\npaths: {}\n"),
      /^#\/info$/,
      /must be a map, not 5/,
    ],
    [
      "paths that are a list",
      () => put("list-of-paths.json", JSON.stringify({ ...minimal, paths: [{ "/a": {} }] })),
      /^#\/paths$/,
      /must be a map, not a list/,
    ],
    [
      "a path that is text",
      () => put("text-path.json", JSON.stringify({ ...minimal, paths: { "/a": "see below" } })),
      /^#\/paths\/~1a$/,
      /must be a map, not "see below"/,
    ],
    [
      "parameters that are a map",
      () =>
        put(
          "parameters.json",
          JSON.stringify({ ...minimal, paths: { "/a": { get: { parameters: { id: {} } } } } }),
        ),
      /^#\/paths\/~1a\/get\/parameters$/,
      /must be a list, not a map/,
    ],
    [
      "a parameter that is null",
      () =>
        put("null.json", JSON.stringify({ ...minimal, paths: { "/a": { parameters: [null], get: {} } } })),
      /^#\/paths\/~1a\/parameters\/0$/,
      /must be a map, not null/,
    ],
    [
      "a $ref to a name that no file can have",
      () => put("percent.json", withSchema({ A: { $ref: "%zz.json" } })),
      /schemas\/A$/,
      /Encode its "%" as "%25"/,
    ],
    [
      "a $ref to the folder itself",
      () => put("folder.json", withSchema({ A: { $ref: "./" } })),
      /schemas\/A$/,
      /is a folder, not a file/,
    ],
    [
      "500 levels",
      () =>
        put(
          "deep.json",
          withSchema({ A: JSON.parse(`${'{"items":'.repeat(600)}{}${"}".repeat(600)}`) as object }),
        ),
      /items\/items$/,
      /deeper than 400 levels/,
    ],
  ])("%s", async (_, source, pointer, message) => {
    const { report } = await load(await source());
    expect(report.operationsKept).toBe(report.operationsFound);
    if (!pointer || !message) expect(report.faults).toEqual([]);
    else
      expect(report.faults).toContainEqual({
        pointer: expect.stringMatching(pointer),
        message: expect.stringMatching(message),
      });
  });

  it("does not follow a link out of the document's folder", async () => {
    const inside = join(folder, "inside");
    await mkdir(inside);
    await put("secret.json", '{"secret":true}');
    await symlink(join(folder, "secret.json"), join(inside, "link.json"));
    const { report, catalog } = await load(
      await put("inside/linked.json", withSchema({ A: { $ref: "link.json" } })),
    );
    expect(report.faults[0]?.message).toMatch(/a link that leads out of the document's folder/);
    expect(new TextDecoder().decode(catalog.body)).not.toContain('secret"');
  });
});

it.each([
  ["YAML", "openapi: 3.1.0\npaths:\n  /a: { get: {} }\n  /a: { post: {} }\n"],
  ["JSON", '{"openapi":"3.1.0","paths":{"/a":{"get":{}},"/a":{"post":{}}}}'],
  ["JSON, further up", '{"openapi":"3.1.0","paths":{"/a":{"get":{}}},"paths":{"/a":{"post":{}}}}'],
])("keeps the operations of a path that is written twice: %s", async (kind, text) => {
  const { report } = await load(await put(`both.${kind === "YAML" ? "yaml" : "json"}`, text));
  expect(report).toMatchObject({ operationsFound: 2, operationsKept: 2 });
  expect(report.faults[0]?.message).toMatch(/Duplicate key.*the two objects were merged/);
});

it("follows merge keys that name each other nine times each, nine times over, at once", async () => {
  const levels = [..."bcdefghij"].map(
    (name, index) =>
      `x-${name}: &${name} { <<: [${Array(9).fill(`*${"abcdefghi"[index]}`).join(", ")}], m${index}: 1 }`,
  );
  const startedAt = performance.now();
  await load(await put("merged.yaml", ["openapi: 3.1.0", "x-a: &a { k: 1 }", ...levels].join("\n")));
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

it.each([
  [
    "with a version of YAML of its own",
    "%YAML 1.1\n---\nopenapi: 3.1.0\ninfo: { title: T, version: 2020-01-01 }\n",
  ],
  ["with carriage returns for line ends", "openapi: 3.1.0\rinfo: { title: T, version: 2020-01-01 }\r"],
])("reads YAML %s", async (_, text) => {
  const { report } = await load(await put("old.yaml", text));
  expect(report).toMatchObject({ title: "T", version: "2020-01-01", faults: [] });
});

it("reads a document from a running server", async () => {
  const { report } = await load(`${origin}/good`);
  expect(report).toMatchObject({ title: "T", faults: [] });
});
