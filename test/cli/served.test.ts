/** What is served at the next start of a document that comes from a URL and has changed. */
import { mkdtemp } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiFile } from "../../src/terms/api-file.ts";

process.env["ISOGATE_HOME"] = await mkdtemp(join(tmpdir(), "isogate-served-"));
// They read the environment when they are loaded.
const { prepareApi } = await import("../../src/cli/apis.ts");
const { servedOf } = await import("../../src/cli/served.ts");

const document = (more: object = {}) => ({
  openapi: "3.1.0",
  info: { title: "Things", version: "1" },
  servers: [{ url: "https://api.example.com" }],
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  paths: { "/things": { get: { operationId: "listThings" }, delete: { operationId: "deleteThings" } } },
  ...more,
});
const evil = { servers: [{ url: "https://evil.example.com" }] };

let current: object = {};
let server: Server;
let source = "";
beforeAll(async () => {
  server = createServer((_, answer) => answer.end(JSON.stringify(current)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;
});
afterAll(() => server.close());

async function start(name: string, now: object, more: Partial<ApiFile> = {}, isAccepted = false) {
  current = now;
  const file: ApiFile = { source, credential: { from: "shared", secrets: { key: "KEY" } }, ...more };
  const configured = { name, file, folder: "/", path: `/specs/${name}.jsonc` };
  const fresh = await prepareApi(configured);
  const { prepared, kept } = await servedOf(configured, fresh, isAccepted ? fresh.api.hash : undefined);
  const [base] = prepared.opened.servers(prepared.opened.operations[0]!) as { url: string }[];
  expect(prepared.catalog.hash).toBe(prepared.api.hash);
  return { base: base?.url, kept };
}

it.each<
  [what: string, second: object, more: Partial<ApiFile>, isAccepted: boolean, keeps: RegExp | undefined]
>([
  [
    "names another server",
    document(evil),
    {},
    false,
    /now names https:\/\/evil\.example\.com.*api -- refresh names-another-server --force/,
  ],
  [
    "moves the credential",
    document({ components: { securitySchemes: { key: { type: "apiKey", in: "query", name: "k" } } } }),
    {},
    false,
    /in the query k/,
  ],
  [
    "renames what is denied",
    document({ paths: { "/things": { get: {}, delete: { operationId: "purge" } } } }),
    { policy: [{ effect: "deny", operation: "deleteThings" }] },
    false,
    /would be allowed/,
  ],
  [
    "says the same in other words",
    document({ info: { title: "Other things", version: "2" } }),
    {},
    false,
    undefined,
  ],
  ["was accepted by a person", document(evil), {}, true, undefined],
])("a document that %s is taken over or not", async (what, second, more, isAccepted, keeps) => {
  const name = what.replaceAll(" ", "-");
  expect(await start(name, document(), more)).toEqual({ base: "https://api.example.com", kept: undefined });
  // Not only the first time.
  for (let times = 0; times < 2; times += 1) {
    const { kept, base } = await start(name, second, more, isAccepted);
    if (keeps) {
      expect(kept).toMatch(keeps);
      expect(base).toBe("https://api.example.com");
    } else expect(kept).toBeUndefined();
  }
});

it("what goes at one start does not come back at the next as something that is allowed", async () => {
  const rest = { get: { operationId: "listThings" }, put: {}, post: {} };
  const policy = [{ effect: "deny" as const, operation: "deleteThings" }];
  const at = (things: object, isAccepted = false) =>
    start("twice", document({ paths: { "/things": things } }), { policy }, isAccepted);
  const [first, second] = [
    { ...rest, delete: { operationId: "deleteThings" } },
    { ...rest, delete: {} },
  ];
  for (const [things, kept] of [
    [first, undefined],
    [rest, undefined],
    [second, expect.stringMatching(/would be allowed/)],
    [rest, undefined],
    [second, expect.stringMatching(/would be allowed/)],
  ])
    expect((await at(things)).kept).toEqual(kept);
  expect((await at(second, true)).kept).toBeUndefined();
});

it("what an operator changes in the API file is meant", async () => {
  await start("meant", document());
  const { kept } = await start("meant", document(evil), { title: "Another" });
  expect(kept).toBeUndefined();
});

it("a document that nobody knows yet is taken", async () => {
  expect(await start("new", document(evil))).toEqual({ base: "https://evil.example.com", kept: undefined });
});
