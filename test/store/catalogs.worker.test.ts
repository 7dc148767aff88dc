/** Catalogs and the list of APIs where R2 does not answer, or has not all of what was written. */
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { readCatalog, readManifest, writeCatalog } from "../../src/store/catalogs.ts";
import { catalogHash } from "../../src/spec/catalog.ts";
import { fresh, bucket, once } from "./down.ts";
import { quietErrors } from "./down.ts";

quietErrors();

describe("R2 that does not answer", () => {
  it("once, is asked again for the list of APIs and for a catalog", async () => {
    const api = await fresh();
    expect(await readCatalog(bucket(once()).binding, api.hash)).toHaveProperty("index");
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });
    expect(await readManifest(bucket(once()).binding)).toHaveProperty("apis");
    vi.useRealTimers();
  });
});

describe("a catalog that is not whole", () => {
  it.each([
    [
      "the body is missing",
      (hash: string) => env.CATALOGS.delete(`catalogs/${hash}/body.bin`),
      "is not stored",
    ],
    [
      "the index is missing",
      (hash: string) => env.CATALOGS.delete(`catalogs/${hash}/index.json`),
      "is not stored",
    ],
    [
      "the body is half written",
      (hash: string) => env.CATALOGS.put(`catalogs/${hash}/body.bin`, "{"),
      "in part or damaged",
    ],
    [
      "the index is half written",
      (hash: string) => env.CATALOGS.put(`catalogs/${hash}/index.json`, "[]\n"),
      "in part or damaged",
    ],
  ])("is not used: %s", async (_name, damage, want) => {
    const api = await fresh();
    await damage(api.hash);
    await expect(readCatalog(env.CATALOGS, api.hash)).rejects.toThrow(want);
  });

  it("is not used either if another version of isogate compiled it", async () => {
    const index = '{"version":1}\n';
    const body = new Uint8Array();
    const hash = await catalogHash(new TextEncoder().encode(index), body);
    await writeCatalog(env.CATALOGS, { hash, index, body });
    await expect(readCatalog(env.CATALOGS, hash)).rejects.toThrow("by another version of isogate");
  });

  it("leaves a list of APIs that is damaged unread, instead of serving no API", async () => {
    const stored = await env.CATALOGS.get("manifest.json");
    const before = (await stored?.text()) ?? '{"apis":[]}';
    await env.CATALOGS.put("manifest.json", '{"apis":[{"name":"te');
    vi.useFakeTimers({ now: Date.now() + 240_000, toFake: ["Date"] });
    await expect(readManifest(env.CATALOGS)).rejects.toThrow("Deploy it again");
    vi.useRealTimers();
    await env.CATALOGS.put("manifest.json", before);
  });
});
