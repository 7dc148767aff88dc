/**
 * Runs where there is no network but loopback: starts a server before the demo API, and lets the programs that are named begin
 * runs in the background. Arguments: minutes by the clock of a run, `compressed` or `real`, then names of programs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtTheConsole } from "../../test/journey/fixture/at-the-console.ts";
import { startRestartable } from "../../test/journey/fixture/restartable-server.ts";
import { buildWorker } from "../build/worker.ts";
import { newFolder } from "../clients/driver.ts";
import { folderOf } from "../clients/install.ts";
import { environmentOf, makeBrowsers } from "../clients/person.ts";
import { programs } from "../clients/programs.ts";
import { buildNextVersion, withCompressedClock } from "./builds.ts";
import { stay, type Client } from "./staying.ts";

const [minutes = "", clock = "", ...names] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "isogate-lasting-"));
const say = (line: string) => console.log(line);

say("Building this version, and another one of a copy of its sources.");
await buildWorker(join(folder, "now"));
const builds = [join(folder, "now/wrangler.json"), await buildNextVersion(join(folder, "next"))];
const [now = "", next = ""] = await Promise.all(
  builds.map(async (config, n) =>
    clock === "compressed" ? withCompressedClock(config, join(folder, `compressed-${n}`)) : config,
  ),
);
const server = await startRestartable(now);
const scopes = ["demo:read", "demo:write", "demo:delete"];
let failed = false;
try {
  const browsers = await makeBrowsers(folder, scopes);
  const clients: Client[] = [];
  for (const program of programs.filter(({ name }) => names.includes(name))) {
    const { talk } = await program.drive();
    if (!talk) throw new Error(`${program.name} is not driven so. See scripts/clients/drivers/.`);
    const home = await newFolder("home");
    const world = { folder: folderOf(program), home, login: server.mcp, env: environmentOf(home, browsers) };
    clients.push({ name: program.name, execute: await talk(world, scopes) });
    say(`${program.name} has logged in`);
  }
  const person = new AtTheConsole(server.origin);
  await stay({ server, person, clients, runMs: Number(minutes) * 60_000, next, say });
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
