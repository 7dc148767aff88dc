/** Documents come from a real server on loopback; `/type?text=…` answers with the text that its address holds. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, inject, it, vi } from "vitest";
import type { ApiFile } from "../../src/terms/api-file.ts";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { refreshCatalogs, type RefreshOutcome } from "../../src/deployment/refresh.ts";
import worker from "../../src/index.ts";
import { compileDocument } from "../../src/spec/compile/compile-document.ts";
import {
  openDeployed,
  readManifest,
  replaceDeployed,
  writeCatalog,
  writeManifest,
} from "../../src/store/catalogs.ts";

const server = inject("upstream");
const onLoopback = { allowHttp: true, allowPrivate: ["127.0.0.1"] };

function addressOf(document: unknown): string {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  return `${server}/type?type=application/json&text=${encodeURIComponent(text)}`;
}

function documentOf(paths: string[], rest: object = {}): Record<string, unknown> {
  const operation = { responses: { 200: { description: "fine" } } };
  return {
    openapi: "3.1.0",
    info: { title: "Things", version: "1" },
    servers: [{ url: "https://api.example.com" }],
    paths: Object.fromEntries(paths.map((path) => [path, { get: operation }])),
    ...rest,
  };
}

/** An entry that serves one document, and whose source now holds another one. */
async function serving(
  document: object,
  source: string,
  { name = "things", ...file }: Partial<ApiFile> & { name?: string } = {},
): Promise<DeployedApi> {
  const whole: ApiFile = { source, ...onLoopback, ...file };
  const files = new Map<string, unknown>([[source, document]]);
  const loaded = { url: source, files, refused: new Map<string, string>(), faults: [], bytes: 0 };
  const { catalog } = await compileDocument(loaded, whole);
  await writeCatalog(env.CATALOGS, catalog);
  return { name, title: "Things", hash: catalog.hash, file: whole };
}

async function refreshed(
  ...apis: DeployedApi[]
): Promise<{ outcomes: RefreshOutcome[]; now: DeployedApi[] }> {
  await writeManifest(env.CATALOGS, { apis });
  const outcomes = await refreshCatalogs(env);
  return { outcomes, now: (await readManifest(env.CATALOGS)).apis };
}

const six = ["/a", "/b", "/c", "/d", "/e", "/f"];

describe("a refresh that is accepted", () => {
  it("serves the new document, with what changed in the manifest", async () => {
    const news = documentOf(["/b", "/c", "/d", "/e", "/f", "/new"]);
    Object.assign((news["paths"] as Record<string, object>)["/b"] as object, {
      get: { summary: "Now with words", responses: {} },
    });
    const { outcomes, now } = await refreshed(await serving(documentOf(six), addressOf(news)));
    expect(outcomes).toMatchObject([
      { api: "things", kind: "replaced", summary: "1 operations added, 1 removed, 1 changed" },
    ]);
    expect(now[0]?.change).toMatchObject({ added: 1, removed: 1, changed: 1 });
    expect(now[0]?.change?.lines.map((line) => line.slice(0, 10).replace(/ \(.*/, ""))).toEqual([
      "+ GET /new",
      "- GET /a",
      "~ GET /b",
    ]);
    expect(now[0]?.report).toMatchObject({ version: "1", operationsFound: 6, operationsKept: 6 });
    const opened = await openDeployed(env.CATALOGS, now[0] as DeployedApi);
    expect(opened.operations.map(({ path }) => path)).toContain("/new");
  });

  it("remembers what was deployed, and is compared with it", async () => {
    const withId = (operationId?: string) => {
      const document = documentOf(six);
      const responses = { 200: { description: "fine" } };
      if (operationId)
        Object.assign(document["paths"] as object, { "/g": { delete: { operationId, responses } } });
      return document;
    };
    const policy = [{ effect: "deny" as const, operation: "deleteG" }];
    const deployed = await serving(withId("deleteG"), addressOf(withId()), { policy });
    const { now } = await refreshed(deployed);
    expect(now[0]).toMatchObject({ accepted: deployed.hash });
    const file = { ...deployed.file, source: addressOf(withId("removeG")) };
    const { outcomes } = await refreshed({ ...now[0]!, file });
    expect(outcomes).toMatchObject([
      { kind: "kept", reason: expect.stringContaining("is denied by the policy and would be allowed") },
    ]);
  });

  it("keeps the manifest's entry small, however much changed", async () => {
    const many = Array.from({ length: 12 }, (_, index) => `/${"long".repeat(75)}/${index}`);
    const { now } = await refreshed(await serving(documentOf(six), addressOf(documentOf([...six, ...many]))));
    expect(now[0]?.change).toMatchObject({ added: 12, removed: 0, changed: 0 });
    expect(now[0]?.change?.lines).toHaveLength(11);
    expect(JSON.stringify(now[0]?.change).length).toBeLessThan(3_000);
  });

  it("leaves what somebody deployed meanwhile", async () => {
    const read = await serving(documentOf(six), addressOf(documentOf([...six, "/g"])));
    const uploaded = { ...read, title: "Uploaded meanwhile" };
    await writeManifest(env.CATALOGS, { apis: [uploaded] });
    expect(await replaceDeployed(env.CATALOGS, read, { ...read, hash: "0".repeat(64) })).toBe(false);
    expect((await readManifest(env.CATALOGS)).apis).toEqual([uploaded]);
  });

  it("runs by the clock, and says in one line of JSON what became of an API", async () => {
    const lines: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    const api = await serving(documentOf(six), addressOf(documentOf([...six, "/g"])));
    await writeManifest(env.CATALOGS, { apis: [api] });
    await worker.scheduled(createScheduledController({ cron: "17 3 * * *" }), env);
    log.mockRestore();
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        "event.name": "isogate.refresh",
        "isogate.api": "things",
        "isogate.outcome": "replaced",
        "isogate.operations.added": 1,
        "isogate.operations.removed": 0,
        "isogate.operations.changed": 0,
      },
    ]);
    expect((await readManifest(env.CATALOGS)).apis[0]?.hash).not.toBe(api.hash);
  });
});

describe("a refresh that changes nothing", () => {
  const unreadable = documentOf(["/b", "/c", "/d", "/e", "/f"]);
  Object.assign(unreadable["paths"] as object, { "/a": { $ref: "/status/404" } });
  const same = documentOf(six);
  const moved = documentOf([...six, "/g"], { servers: [{ url: "https://elsewhere.example.net" }] });
  const scheme = (tokenUrl: string) => ({
    components: {
      securitySchemes: { login: { type: "oauth2", flows: { clientCredentials: { tokenUrl, scopes: {} } } } },
    },
  });

  it.each<[string, string, Partial<ApiFile>, { kind: string; reason?: unknown }]>([
    ["is the same", addressOf(same), {}, { kind: "unchanged" }],
    [
      "lost more than a third",
      addressOf(documentOf(["/a", "/b", "/c"])),
      {},
      { kind: "kept", reason: expect.stringContaining("shrank from 6 to 3 operations") },
    ],
    [
      "came without one of its files",
      addressOf(unreadable),
      {},
      { kind: "kept", reason: expect.stringMatching(/^1 of the document's files could not be read/) },
    ],
    [
      "names another server",
      addressOf(moved),
      {},
      { kind: "kept", reason: expect.stringContaining("https://elsewhere.example.net") },
    ],
    [
      "names another token endpoint",
      addressOf(documentOf(six, scheme("https://tokens.example.net/token"))),
      {},
      { kind: "kept", reason: expect.stringContaining("https://tokens.example.net (tokenUrl),") },
    ],
    [
      "is broken JSON",
      addressOf('{"openapi": "3.1.0", "paths": {'),
      {},
      { kind: "failed", reason: expect.stringMatching(/line \d+/) },
    ],
    [
      "is HTML",
      addressOf("<!doctype html><title>Log in</title>"),
      {},
      { kind: "failed", reason: expect.stringContaining("is HTML") },
    ],
    [
      "is gone",
      `${server}/status/404`,
      {},
      { kind: "failed", reason: expect.stringContaining("answered 404") },
    ],
    [
      "is larger than a Worker can hold",
      `${server}/bomb?mb=17`,
      {},
      { kind: "failed", reason: expect.stringContaining("larger than the limit of 16 MB") },
    ],
    [
      "is at a private address that the file does not name",
      addressOf(documentOf([...six, "/g"])),
      { allowPrivate: [] },
      { kind: "failed", reason: expect.stringContaining("127.0.0.1 is an address inside a private network") },
    ],
    [
      "is at an http address that the file does not allow",
      addressOf(documentOf([...six, "/g"])),
      { allowHttp: false },
      { kind: "failed", reason: expect.stringContaining("is not https") },
    ],
    [
      "redirects to a private name that the file does not name",
      `${server}/redirect?to=${encodeURIComponent(`${server.replace("127.0.0.1", "localhost")}/echo`)}`,
      {},
      { kind: "failed", reason: expect.stringContaining("localhost is an address inside a private network") },
    ],
  ])("because the document %s", async (_, source, file, want) => {
    const api = await serving(same, source, file);
    const { outcomes, now } = await refreshed(api);
    expect(outcomes).toEqual([{ api: "things", ...want }]);
    expect(now).toEqual([api]);
    expect((await openDeployed(env.CATALOGS, api)).operations).toHaveLength(6);
  });

  it("sends nothing to an address that is refused", async () => {
    const counted = `${server}/flaky?k=refused-document&times=0`;
    await refreshed(await serving(same, counted, { allowPrivate: [] }));
    expect(await (await fetch(counted)).json()).toEqual({ times: 1 });
  });

  it("because the document came as a file", async () => {
    const api = await serving(same, addressOf(same));
    const local = { ...api, file: { ...api.file, source: "things.yaml" } };
    expect(await refreshed(local)).toEqual({ outcomes: [], now: [local] });
  });
});

describe("several APIs", () => {
  it("are refreshed each for itself", async () => {
    const gone = await serving(documentOf(six), `${server}/status/404`, { name: "gone" });
    const missing = { ...gone, name: "missing", hash: "f".repeat(64) };
    missing.file = { ...gone.file, source: addressOf(documentOf(six)) };
    const grown = await serving(documentOf(six), addressOf(documentOf([...six, "/g"])), { name: "grown" });
    const { outcomes, now } = await refreshed(gone, missing, grown);
    expect(outcomes.map(({ api, kind }) => [api, kind])).toEqual([
      ["gone", "failed"],
      ["missing", "failed"],
      ["grown", "replaced"],
    ]);
    expect(now.slice(0, 2)).toEqual([gone, missing]);
    expect(now[2]?.hash).not.toBe(grown.hash);
  });
});
