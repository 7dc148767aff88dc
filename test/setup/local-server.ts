/**
 * What the tests of processes share. Built once: the Worker of `npm start`, and the one of the login in front of an
 * echo, so that the servers that files start for themselves bundle nothing. Started once: what `npm start` starts, with
 * the demo API and both catalogs, for files that need no server of their own.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startDemoApi } from "../../demo/server.ts";
import { buildWorker } from "../../scripts/build/worker.ts";
import { configuredApis, prepareApi } from "../../src/cli/apis.ts";
import { freePort, startLocalServer } from "../../src/cli/server/local-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Origin of the running server, `http://localhost:<port>`. */
    origin: string;
    /** Base URL of the running demo API, and the credential it wants. */
    demoUrl: string;
    demoToken: string;
    /** Configuration files of the built Workers: isogate, and test/auth/fixture/worker.ts. */
    worker: string;
    loginWorker: string;
  }
}

const demoToken = "demo-secret-8f2c61d09b";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-test-"));
  const [worker, loginWorker] = [join(stateFolder, "worker"), join(stateFolder, "login-worker")];
  await buildWorker(worker);
  await buildWorker(loginWorker, "test/auth/fixture/worker.ts");
  const demo = await startDemoApi({ port: 0, token: demoToken });
  const configured = (await configuredApis()).map((api) =>
    api.name === "demo" ? { ...api, file: { ...api.file, server: demo.url } } : api,
  );
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: await Promise.all(configured.map((api) => prepareApi(api))),
    secrets: { DEMO_TOKEN: demoToken },
    stateFolder: join(stateFolder, "state"),
    config: join(worker, "wrangler.json"),
  });
  project.provide("worker", join(worker, "wrangler.json"));
  project.provide("loginWorker", join(loginWorker, "wrangler.json"));
  project.provide("origin", server.origin);
  project.provide("demoUrl", demo.url);
  project.provide("demoToken", demoToken);
  return async () => {
    await server.stop();
    await demo.close();
    await rm(stateFolder, { recursive: true, force: true });
  };
}
