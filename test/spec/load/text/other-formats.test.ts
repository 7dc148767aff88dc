/** Files that people take for an OpenAPI document: each is told by its name, with what to do. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadDocument } from "../../../../src/spec/load/load-document.ts";
import { compileDocument } from "../../../../src/spec/compile/compile-document.ts";

/** What a person is told of a file with this content. */
async function said(content: string, name = "file.yaml"): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "isogate-formats-")), name);
  await writeFile(path, content);
  try {
    await compileDocument(await loadDocument(path), { title: "t" });
    return "read";
  } catch (error) {
    return (error as Error).message;
  }
}

it.each<[string, string, string]>([
  [
    "a Postman collection",
    '{"info":{"_postman_id":"x","schema":"https://schema.getpostman.com/x"},"item":[]}',
    "Convert it",
  ],
  ["a Postman collection", '{"collection":{"info":{},"item":[]}}', "Convert it"],
  ["an export of Insomnia", '{"_type":"export","__export_format":4,"resources":[]}', "Convert it"],
  ["a HAR recording", '{"log":{"version":"1.2","entries":[]}}', "Convert it"],
  ["a document of Swagger 1", '{"swaggerVersion":"1.2","apis":[]}', "Convert it"],
  [
    "a Google discovery document",
    '{"kind":"discovery#restDescription","discoveryVersion":"v1"}',
    "Convert it",
  ],
  ["a RAML description", "#%RAML 1.0\ntitle: X\n/users:\n  get:\n", "Convert it"],
  ["an API Blueprint", "FORMAT: 1A\n\n# Polls\n", "Convert it"],
  ["TypeSpec source", 'import "@typespec/http";\n@service\nnamespace A;\n', "Compile it"],
  ["OData metadata", '<?xml version="1.0"?>\n<edmx:Edmx Version="4.0"></edmx:Edmx>', "Convert it"],
  [
    "a WADL description",
    '<application xmlns="http://wadl.dev.java.net/2009/02"></application>',
    "Convert it",
  ],
  ["a WSDL description", '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"></definitions>', "not SOAP"],
  ["a GraphQL schema", "# types\ntype Query { me: User }\ntype User { id: ID! }\n", "not GraphQL"],
  ["a GraphQL schema", '"""\nRoot\n"""\nschema {\n  query: Query\n}\n', "not GraphQL"],
  ["a GraphQL schema", "scalar Date\n", "not GraphQL"],
  ["the introspection of a GraphQL API", '{"data":{"__schema":{"types":[]}}}', "not GraphQL"],
  ["a Protocol Buffers file", '// v3\nsyntax = "proto3";\nservice A {}\n', "not gRPC"],
  ["an AsyncAPI document", "asyncapi: 2.6.0\n", "not message brokers"],
  ["an OpenRPC document", '{"openrpc":"1.2.6","methods":[]}', "not JSON-RPC"],
  ["goes with an OpenAPI document", "arazzo: 1.0.0\n", "Use that document"],
  ["an API file of isogate", '{ "source": "./openapi.yaml" }', "Name the document that is its source"],
  [
    "an unresolved merge conflict",
    "<<<<<<< HEAD\nopenapi: 3.1.0\n=======\nopenapi: 3.0.0\n>>>>>>> x\n",
    "Resolve it",
  ],
  [
    "a pointer of Git LFS",
    "version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 5\n",
    "git lfs pull",
  ],
  ["HTML or XML", "<!doctype html><html></html>", "look for the URL"],
  ["it holds nothing", "# only a comment\n", "Use a file that starts with"],
])("%s is told by its name", async (what, content, next) => {
  const text = await said(content);
  expect(text).toContain(what);
  expect(text).toContain(next);
});

it.each([
  'openapi: 3.1.0\ninfo: { title: "type Query {", version: "1" }\npaths: {}\n',
  'type: object\nopenapi: 3.1.0\ninfo: { title: a, version: "1" }\npaths: {}\n',
  'version: https\nopenapi: 3.1.0\ninfo: { title: a, version: "1" }\npaths: {}\nitem: {}\nsource: x\nasyncapi: 2\n',
  'schema: {a: 1}\nopenapi: 3.1.0\ninfo: { title: a, version: "1" }\npaths: {}\n',
  '{"log":{"entries":[]},"swagger":"2.0","info":{"title":"a","version":"1"},"paths":{}}',
])("an OpenAPI document that has members of another format is read", async (content) => {
  expect(await said(content)).toBe("read");
});

it("a pipe is not taken for a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-formats-"));
  execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
  await mkdir(join(folder, "docs"));
  await expect(loadDocument(join(folder, "pipe.yaml"))).rejects.toThrow("is not a regular file. Save");
  await expect(loadDocument(join(folder, "docs"))).rejects.toThrow(
    "is a folder, not a file. Name the document in it",
  );
});
