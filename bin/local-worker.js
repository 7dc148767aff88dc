/**
 * Runs the Worker on this machine, as `wrangler dev` does, but without two ports that its command line cannot turn off:
 * the runtime's inspector and its debug port. They ask for no secret, and answer everybody on this machine and every page
 * in its browsers; whoever reaches them runs code beside the Worker's secrets.
 *
 * Its only argument is JSON, the part of wrangler's options that differs from start to start.
 */
import "./leash.js";
import { unstable_startWorker as startWorker } from "wrangler";

const { config, entrypoint, envFile, host, port, stateFolder } = JSON.parse(process.argv[2] ?? "");

const worker = await startWorker({
  config,
  entrypoint,
  envFiles: [envFile],
  // wrangler copies the whole bundle many times when it restarts the runtime: half the size takes half as long.
  build: { minify: true, nodejsCompatMode: "v2" },
  dev: {
    remote: false,
    server: { hostname: host, port },
    inspector: false,
    // The debug port is there for it: other servers would find this one by it.
    registry: undefined,
    persist: stateFolder,
  },
});
process.once("SIGTERM", () => void worker.dispose().finally(() => process.exit(0)));
