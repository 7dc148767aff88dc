/** Starts what `npm start` starts, once for all tests of the Node project: demo API, Worker, both catalogs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startDemoApi } from "../../demo/server.ts";
import { configuredApis, prepareApi } from "../../src/cli/apis.ts";
import { freePort, startLocalServer } from "../../src/cli/server/local-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Origin of the running server, `http://localhost:<port>`. */
    origin: string;
    /** Base URL of the running demo API, and the credential it wants. */
    demoUrl: string;
    demoToken: string;
  }
}

const demoToken = "demo-secret-8f2c61d09b";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-test-"));
  const demo = await startDemoApi({ port: 0, token: demoToken });
  const configured = (await configuredApis()).map((api) =>
    api.name === "demo" ? { ...api, file: { ...api.file, server: demo.url } } : api,
  );
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: await Promise.all(configured.map(prepareApi)),
    secrets: { DEMO_TOKEN: demoToken },
    stateFolder,
  });
  project.provide("origin", server.origin);
  project.provide("demoUrl", demo.url);
  project.provide("demoToken", demoToken);
  return async () => {
    await server.stop();
    await demo.close();
    await rm(stateFolder, { recursive: true, force: true });
  };
}
