import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compileDocument } from "../../../src/spec/compile/compile-document.ts";
import { refusal } from "../../../src/spec/load/admit.ts";
import { loadDocument } from "../../../src/spec/load/load-document.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";

const parts: Record<string, string> = {
  "openapi.yaml": `
openapi: 3.0.3
info: { title: Parts, version: "1" }
servers: [{ url: ../v1 }]
x-common: &ok { 200: { $ref: "responses/ok.yaml" } }
paths:
  /a: { $ref: "paths/a.yaml" }
  /b:
    get:
      responses:
        <<: *ok
        404: { description: gone }
`,
  "paths/a.yaml": 'get: { operationId: getA, responses: { 200: { $ref: "../responses/ok.yaml" } } }',
  "responses/ok.yaml": 'description: { $ref: "../texts.json#/ok" }',
  "texts.json": '{ "ok": "All is well" }',
};

let folder: string;
let server: Server;
let origin: string;
const asked: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-parts-"));
  for (const [name, text] of Object.entries(parts)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await writeFile(
    join(folder, "packed.json.gz"),
    gzipSync(JSON.stringify({ openapi: "3.1.0", info: { title: "Packed" }, paths: {} })),
  );
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/moved") return response.writeHead(302, { location: "/docs/openapi.yaml" }).end();
    const text = parts[(request.url ?? "").replace("/docs/", "")];
    return text === undefined ? response.writeHead(404).end() : response.end(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

const read = async (source: string) => {
  const { catalog, report } = await compileDocument(await loadDocument(source), {});
  return { report, catalog: openCatalog(catalog.index, catalog.body.slice().buffer) };
};

it.each([
  ["disk", () => join(folder, "openapi.yaml"), "../v1"],
  ["a server", () => `${origin}/docs/openapi.yaml`, "/v1"],
  ["a server, after a redirect", () => `${origin}/moved`, "/v1"],
])("reads a document of many files from %s", async (_, source, base) => {
  const { report, catalog } = await read(source());
  expect(report).toMatchObject({ title: "Parts", operationsFound: 2, operationsKept: 2, faults: [] });
  const [a = {}, b = {}] = catalog.operations.map((operation) => catalog.operationObject(operation));
  expect((a["responses"] as Record<string, object>)["200"]).toEqual({ description: "All is well" });
  expect(b["responses"]).toEqual({ 200: { description: "All is well" }, 404: { description: "gone" } });
  expect((a["servers"] as { url: string }[])[0]?.url).toBe(base.startsWith("..") ? base : origin + base);
});

/** A server of its own: another port is another origin. */
async function serving(
  answer: (path: string) => { location: string } | object,
): Promise<{ base: string; requests: string[]; stop: () => void }> {
  const requests: string[] = [];
  const other = createServer((request, response) => {
    requests.push(request.url ?? "");
    const content = answer(request.url ?? "");
    if ("location" in content) response.writeHead(302, { location: content.location }).end();
    else response.end(JSON.stringify(content));
  });
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${(other.address() as AddressInfo).port}`,
    requests,
    stop: () => void other.close(),
  };
}

it("reads parts from another origin only where that is allowed, and follows none there", async () => {
  const far = await serving(() => ({ enum: ["far"] }));
  const near = await serving((path) =>
    path === "/root"
      ? {
          openapi: "3.1.0",
          components: {
            schemas: {
              far: { $ref: `${far.base}/schema` },
              moved: { $ref: "moved" },
              name: { $ref: `http://localhost:${new URL(near.base).port}/near` },
            },
          },
        }
      : { location: `${far.base}/redirected` },
  );
  const file = join(folder, "refers.json");
  await writeFile(
    file,
    JSON.stringify({ openapi: "3.1.0", components: { schemas: { far: { $ref: `${far.base}/schema` } } } }),
  );
  try {
    const { report } = await read(`${near.base}/root`);
    expect(far.requests).toEqual([]);
    expect(near.requests).toEqual(["/root", "/moved"]);
    expect(report.faults.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        `is another origin than the document's ("${near.base}"); if you trust it, list`,
      ),
      expect.stringContaining("which is not followed"),
      expect.stringContaining('"http://localhost:'),
    ]);
    expect((await read(file)).report.faults).toHaveLength(1);
    for (const source of [`${near.base}/root`, file]) {
      const loaded = await loadDocument(source, { allowedOrigins: [far.base] });
      expect(loaded.files.get(`${far.base}/schema`)).toEqual({ enum: ["far"] });
    }
    expect(far.requests).toEqual(["/schema", "/schema"]);
  } finally {
    far.stop();
    near.stop();
  }
});

it("asks for every part once", async () => {
  asked.length = 0;
  await read(`${origin}/docs/openapi.yaml`);
  expect(asked.toSorted()).toEqual([
    "/docs/openapi.yaml",
    "/docs/paths/a.yaml",
    "/docs/responses/ok.yaml",
    "/docs/texts.json",
  ]);
});

it("unpacks gzip", async () => {
  expect((await read(join(folder, "packed.json.gz"))).report.title).toBe("Packed");
});

const root = "file:///home/me/api/openapi.yaml";
const web = "https://api.example.com/docs/openapi.yaml";
it.each<[string, string, boolean]>([
  ["file:///home/me/api/parts/a.yaml", root, true],
  ["file:///home/me/secret.yaml", root, false],
  ["file:///home/me/api2/a.yaml", root, false],
  ["file:///etc/passwd", root, false],
  ["file://host/home/me/api/a.yaml", root, false],
  ["file:///home/me/api/..%2f..%2f.ssh/id", root, false],
  ["file:///home/me/api/a%00.yaml", root, false],
  ["http://169.254.169.254/latest/meta-data", root, false],
  ["data:application/json,{}", root, false],
  ["https://api.example.com/other/a.yaml", web, true],
  ["https://api.example.com:8443/a.yaml", web, false],
  ["http://api.example.com/a.yaml", web, false],
  ["https://api.example.com.evil.test/a.yaml", web, false],
  ["https://me:pw@api.example.com/a.yaml", web, false],
  ["http://169.254.169.254/latest/meta-data", web, false],
  ["http://[::1]/a.yaml", web, false],
  ["file:///etc/passwd", web, false],
])("may %s be read for %s: %s", (url, from, want) => {
  expect(refusal(url, from) === undefined).toBe(want);
});

it("may read another origin that the person allows", () => {
  expect(refusal("https://schemas.example.com/a.yaml", web, ["https://schemas.example.com"])).toBe(undefined);
});
