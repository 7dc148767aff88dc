/** Catalogs that were replaced are removed when nothing can read them any more, and not before. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import type { DeployedApi } from "../../src/terms/manifest.ts";
import { graceMs, removeReplaced } from "../../src/deployment/removal.ts";
import { isStored, writeManifest } from "../../src/store/catalogs.ts";
import { deploy } from "../gateway/running.ts";
import { documentWith } from "../spec/catalog-of.ts";
import { failing } from "../store/failing.ts";

let made = 0;
const fresh = (): Promise<DeployedApi> =>
  deploy({
    document: documentWith({ summary: `removal ${(made += 1)}` }),
    file: { server: "https://api.test" },
  });

const hourMs = 3_600_000;
const now = Date.now();
/** Later than the uploads of this test by some hours: what is uploaded is as old as this. */
const sweep = (hours: number, bucket = env.CATALOGS) => removeReplaced(bucket, now + hours * hourMs);

beforeEach(async () => {
  for (const { key } of (await env.CATALOGS.list()).objects) await env.CATALOGS.delete(key);
});

it("removes what the manifest has not named for two days, and nothing that it names", async () => {
  const [old, kept] = [await fresh(), await fresh()];
  await writeManifest(env.CATALOGS, { apis: [kept] });
  expect(await sweep(1)).toEqual({ marked: [old.hash], removed: [] });
  expect(await sweep(25)).toEqual({ marked: [old.hash], removed: [] });
  expect(await isStored(env.CATALOGS, old.hash)).toBe(true);
  expect(await sweep(1 + graceMs / hourMs)).toEqual({ marked: [], removed: [old.hash] });
  expect(await isStored(env.CATALOGS, old.hash)).toBe(false);
  expect(await isStored(env.CATALOGS, kept.hash)).toBe(true);
  expect((await env.CATALOGS.list({ prefix: "retired/" })).objects).toEqual([]);
});

it("keeps what was deployed as long as refreshes are compared with it", async () => {
  const [deployed, kept] = [await fresh(), await fresh()];
  await writeManifest(env.CATALOGS, { apis: [{ ...kept, accepted: deployed.hash }] });
  expect(await sweep(1)).toEqual({ marked: [], removed: [] });
});

it("forgets a mark when the catalog is named again, and counts anew", async () => {
  const [one, other] = [await fresh(), await fresh()];
  await writeManifest(env.CATALOGS, { apis: [one] });
  await sweep(1);
  await writeManifest(env.CATALOGS, { apis: [other] });
  await sweep(30);
  await writeManifest(env.CATALOGS, { apis: [one] });
  expect(await sweep(60)).toEqual({ marked: [other.hash], removed: [] });
});

it("removes nothing when the clock jumps forward by a year between two sweeps", async () => {
  const old = await fresh();
  await writeManifest(env.CATALOGS, { apis: [await fresh()] });
  expect(await sweep(24 * 365)).toEqual({ marked: [old.hash], removed: [] });
  // Back again: a mark of the future says nothing.
  expect(await sweep(1)).toEqual({ marked: [old.hash], removed: [] });
  expect(await sweep(24)).toEqual({ marked: [old.hash], removed: [] });
});

it("leaves what was uploaded lately: a deployment names it afterwards", async () => {
  const old = await fresh();
  await writeManifest(env.CATALOGS, { apis: [await fresh()] });
  await env.CATALOGS.put(`retired/${old.hash}`, JSON.stringify({ sinceMs: now - 100 * hourMs, sweeps: 5 }));
  expect(await sweep(0)).toEqual({ marked: [old.hash], removed: [] });
});

it("does nothing where there is no manifest, or one that cannot be read", async () => {
  await fresh();
  expect(await sweep(100)).toEqual({ marked: [], removed: [] });
  await env.CATALOGS.put("manifest.json", "{");
  await expect(sweep(100)).rejects.toThrow("Deploy it again");
  expect((await env.CATALOGS.list({ prefix: "catalogs/" })).objects).toHaveLength(2);
});

it("that is interrupted at any call has removed nothing that is named, and is made good by the next one", async () => {
  for (let failsAt = 0; failsAt < 12; failsAt += 1) {
    const [old, kept] = [await fresh(), await fresh()];
    await writeManifest(env.CATALOGS, { apis: [kept] });
    await env.CATALOGS.put(`retired/${old.hash}`, JSON.stringify({ sinceMs: now, sweeps: 5 }));
    let calls = 0;
    await sweep(50, failing(env.CATALOGS, () => calls++ === failsAt).binding).catch(() => undefined);
    expect(await isStored(env.CATALOGS, kept.hash)).toBe(true);
    await sweep(100);
    await sweep(150);
    expect((await env.CATALOGS.list({ prefix: `catalogs/${old.hash}` })).objects).toEqual([]);
  }
});
