/** A deployment whose store does not answer, or has not all of what it names. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../../src/index.ts";
import { refreshCatalogs } from "../../src/deployment/refresh.ts";
import { readManifest, replaceDeployed, writeManifest } from "../../src/store/catalogs.ts";
import { bucket, fresh, quietErrors } from "../store/down.ts";

quietErrors();

describe("R2 that does not answer", () => {
  it("while a refresh writes keeps the old catalog served", async () => {
    const api = await fresh();
    const stored = { ...api, file: { ...api.file, source: "http://127.0.0.1:1/openapi.json" } };
    await writeManifest(env.CATALOGS, { apis: [stored] });
    const outcomes = await refreshCatalogs({ CATALOGS: bucket((method) => method === "put").binding });
    expect(outcomes).toMatchObject([{ kind: "failed" }]);
    expect((await readManifest(env.CATALOGS)).apis[0]?.hash).toBe(api.hash);
    const write = replaceDeployed(bucket((method) => method === "put").binding, stored, {
      ...stored,
      title: "new",
    });
    await expect(write).rejects.toThrow();
    expect((await readManifest(env.CATALOGS)).apis[0]?.title).toBe(api.title);
  });
});

describe("a catalog that is not whole", () => {
  it("cannot be named by a deployment", async () => {
    const api = await fresh();
    await env.CATALOGS.delete(`catalogs/${api.hash}/body.bin`);
    const put = new Request("http://localhost:8484/admin/manifest", {
      method: "PUT",
      headers: { authorization: "Bearer admin-token" },
      body: JSON.stringify({ apis: [api] }),
    });
    const response = await worker.fetch(
      put,
      { ...env, ADMIN_TOKEN: "admin-token" } as Env,
      createExecutionContext(),
    );
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      error: expect.stringContaining("Upload both its parts first") as string,
    });
  });
});
