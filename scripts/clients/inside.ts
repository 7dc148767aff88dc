/**
 * Runs where there is no network but loopback: starts the demo API, a server with login and one without, and lets each
 * program's driver loose on them. Arguments: the file for the results, then the names of the programs.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDemoApi } from "../../demo/server.ts";
import { prepareApi, readApiFile, specsFolder } from "../../src/cli/apis.ts";
import { freePort, startLocalServer } from "../../src/cli/server/local-server.ts";
import { descendantsOf } from "../../src/cli/supervisor/processes.ts";
import { supervisorLimits } from "../../src/cli/supervisor/limits.ts";
import { messageOf } from "../../src/terms/log.ts";
import { buildWorker } from "../build/worker.ts";
import { newFolder, type Cell, type Feature } from "./driver.ts";
import { folderOf } from "./install.ts";
import { startModels } from "./models.ts";
import { environmentOf, makeBrowsers } from "./person.ts";
import { programs } from "./programs.ts";
import type { Result } from "./report.ts";

/** A program that waits for somebody is given up after this time. */
const maxMs = 4 * 60_000;

const [output = "", ...names] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "isogate-inside-"));
await buildWorker(join(folder, "worker"));
const token = "demo-token-for-clients";
const demo = await startDemoApi({ port: 0, token });
const configured = await readApiFile(join(specsFolder, "demo.jsonc"));
const api = await prepareApi({ ...configured, file: { ...configured.file, server: demo.url } });
const serve = async (open: boolean) =>
  startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [api],
    secrets: { DEMO_TOKEN: token, ISOGATE_SECRET: "a-secret-for-clients-0123456789abcdef" },
    open,
    stateFolder: join(folder, open ? "open" : "login"),
    config: join(folder, "worker/wrangler.json"),
    supervised: { limits: supervisorLimits, report: (sentence) => console.warn(sentence) },
  });
const [open, login] = [await serve(true), await serve(false)];
const model = await startModels();
const browsers = await makeBrowsers(folder);

const results: Result[] = [];
const ours = new Set((await descendantsOf(process.pid))?.map(({ pid }) => pid));
for (const program of programs.filter(({ name }) => names.includes(name))) {
  const home = await newFolder("home");
  const features: Partial<Record<Feature, Cell>> = {};
  model.forget();
  const world = {
    folder: folderOf(program),
    home,
    open: new URL("/mcp", open.origin),
    login: new URL("/mcp", login.origin),
    model,
    env: environmentOf(home, browsers),
  };
  const startedAt = Date.now();
  try {
    const { drive } = await program.drive();
    const work = drive(world, (feature, cell) => (features[feature] = cell));
    const late = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error(`gave up after ${maxMs / 1_000} s`)), maxMs).unref(),
    );
    await Promise.race([work, late]);
  } catch (error) {
    features.tools ??= { ok: false, note: messageOf(error) };
    if (features.tools.ok) features.failure = { ok: false, note: messageOf(error) };
  }
  await endNew();
  results.push({ name: program.name, version: program.version, features });
  const words = Object.entries(features).map(([feature, { ok }]) => `${feature} ${ok ? "✔" : "✘"}`);
  if (Object.values(features).some(({ ok }) => !ok))
    console.error(await readFile(join(folder, "browser.log"), "utf8").catch(() => "No page was opened."));
  console.log(`${program.name}: ${words.join(", ")} (${Math.round((Date.now() - startedAt) / 1_000)} s)`);
}
await writeFile(output, JSON.stringify(results));
await Promise.all([open.stop(), login.stop(), demo.close(), model.close()]);
await rm(folder, { recursive: true, force: true });
process.exit(0);

/** Ends what a program has left behind. */
async function endNew(): Promise<void> {
  for (const { pid } of (await descendantsOf(process.pid)) ?? [])
    if (!ours.has(pid))
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
}
