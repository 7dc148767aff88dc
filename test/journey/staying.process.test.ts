/**
 * Half an hour of runs in the background on a compressed clock: they sleep, the server is killed, another version is deployed,
 * a person approves. `npm run lasting` does the same with real client programs, and by the real clock.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, inject, it } from "vitest";
import { buildNextVersion, withCompressedClock } from "../../scripts/lasting/builds.ts";
import { stay } from "../../scripts/lasting/staying.ts";
import { connect, logIn } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";
import { AtTheConsole } from "./fixture/at-the-console.ts";
import { startRestartable, type RestartableServer } from "./fixture/restartable-server.ts";

let folder: string;
let server: RestartableServer;
let next: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-staying-"));
  next = await withCompressedClock(await buildNextVersion(join(folder, "built")), join(folder, "next"));
  server = await startRestartable(await withCompressedClock(inject("worker"), join(folder, "now")));
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

it("runs of half an hour end with the writes of one run each, whatever becomes of the server", async () => {
  const clients = await Promise.all(
    (["auto", "legacy"] as const).map(async (mode) => {
      const login = await logIn(server.mcp, ["demo:read", "demo:write", "demo:delete"], mode);
      const execute = async (call: object) => {
        const client = await connect(server.mcp, login, mode);
        const { text } = readReply(await client.callTool({ name: "execute", arguments: { ...call } }));
        await client.close();
        return text;
      };
      return { name: mode, execute };
    }),
  );
  const person = new AtTheConsole(server.origin);
  await stay({ server, person, clients, runMs: 30 * 60_000, next });
}, 300_000);
