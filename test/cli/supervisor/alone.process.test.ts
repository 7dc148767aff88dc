/** A request that was alone when the server got stuck would stop it again: it is answered, and not sent again. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../../src/cli/server/local-server.ts";
import { supervisorLimits } from "../../../src/cli/supervisor/limits.ts";
import { Supervisor } from "../../../src/cli/supervisor/supervisor.ts";

let supervisor: Supervisor;
let origin: string;
let output = "";
let end: () => Promise<void>;

beforeAll(async () => {
  const [port, serverPort] = [await freePort(), await freePort()];
  let runtime: ChildProcess;
  const start = async () => {
    runtime = spawn(process.execPath, [join(import.meta.dirname, "workerd.ts"), String(serverPort)]);
    runtime.stdout!.on("data", (text) => (output += String(text)));
    while (!(await isUp().catch(() => false))) await sleep(50);
  };
  const kill = () => void runtime.kill("SIGKILL");
  origin = `http://127.0.0.1:${port}`;
  supervisor = new Supervisor({
    host: "127.0.0.1",
    port,
    serverPort,
    limits: { ...supervisorLimits, stuckCpuMs: 500, beatMs: 100 },
    runtime: () => runtime.pid ?? 0,
    kill,
    restart: start,
    report: (sentence) =>
      (output += `${sentence}
`),
  });
  const isUp = () => fetch(`http://127.0.0.1:${serverPort}/healthz`).then((answer) => answer.ok);
  await start();
  await supervisor.start();
  end = async () => {
    await supervisor.stop();
    kill();
  };
});
afterAll(() => end());

const timesAsked = (path: string) => output.split(`asked for ${path}\n`).length - 1;
const body = (method: string) => JSON.stringify({ jsonrpc: "2.0", id: 3, method });

describe("a request that was alone when the server got stuck", () => {
  it("is answered with an error that says so, and is not sent again", { timeout: 60_000 }, async () => {
    const answer = await fetch(`${origin}/mcp?stuck`, { method: "POST", body: body("tools/call") });
    expect(answer.status).toBe(500);
    expect(answer.headers.get("retry-after")).toBeNull();
    const { id, error } = (await answer.json()) as { id: number; error: { message: string } };
    expect(id).toBe(3);
    expect(error.message).toContain("was not sent to it again");
    expect(timesAsked("/mcp?stuck")).toBe(1);
    const next = await fetch(`${origin}/mcp`, { method: "POST", body: body("tools/list") });
    expect(await next.text()).toBe("fine");
    await expect.poll(() => output.split("serves again"), { timeout: 10_000 }).toHaveLength(2);
    expect(timesAsked("/mcp?stuck")).toBe(1);
  });

  it("is sent again if another one was under way", { timeout: 120_000 }, async () => {
    const both = ["/mcp?one-stuck", "/mcp?two-stuck"].map((path) =>
      fetch(origin + path, { method: "POST", body: body("tools/call") }),
    );
    for (const answer of await Promise.all(both)) expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(timesAsked("/mcp?one-stuck") + timesAsked("/mcp?two-stuck")).toBeGreaterThan(2);
  });
});
