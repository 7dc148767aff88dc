/** What `npm start` serves, for commands that need a server of their own: the bundled APIs with the demo API running. */
import { join } from "node:path";
import { startDemoApi } from "../../demo/server.ts";
import { configuredApis, prepareApi, type ConfiguredApi } from "../../src/cli/apis.ts";
import { freePort, startLocalServer } from "../../src/cli/server/local-server.ts";
import { buildWorker } from "../build/worker.ts";

export interface Example {
  origin: string;
  stop(): Promise<void>;
}

const demoToken = "demo-token-for-this-machine-only";

export interface ExampleOptions {
  /** Main file of another Worker than the configured one, from the root of the repository. */
  entry?: string;
  /** Makes further APIs out of the bundled ones. */
  more?: (configured: ConfiguredApi[]) => ConfiguredApi[];
  /** Further secrets and settings. */
  secrets?: Record<string, string>;
}

/** @param stateFolder where the server keeps its storage */
export async function startExample(
  stateFolder: string,
  { entry, more = () => [], secrets = {} }: ExampleOptions = {},
): Promise<Example> {
  const demo = await startDemoApi({ port: 0, token: demoToken });
  const configured = (await configuredApis()).map((api) =>
    api.name === "demo" ? { ...api, file: { ...api.file, server: demo.url } } : api,
  );
  const worker = join(stateFolder, "worker");
  if (entry !== undefined) await buildWorker(worker, entry);
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: await Promise.all([...configured, ...more(configured)].map((api) => prepareApi(api))),
    secrets: { DEMO_TOKEN: demoToken, ...secrets },
    stateFolder,
    ...(entry !== undefined && { config: join(worker, "wrangler.json") }),
  });
  return {
    origin: server.origin,
    stop: async () => {
      await server.stop();
      await demo.close();
    },
  };
}
