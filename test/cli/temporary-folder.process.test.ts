/** A command that a signal ends leaves nothing of the state behind: no copy, and no half of a new one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockState } from "../../src/cli/server/state-lock.ts";
import { movingFormat } from "../../src/terms/moving.ts";

const program = join(import.meta.dirname, "../../src/cli/main.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isogate-ended-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const home = () => join(folder, "home");

/** A state with a database that somebody is writing: who copies it waits. @returns lets it go */
function heldState(): () => void {
  const objects = join(home(), "state/v3/do");
  mkdirSync(objects, { recursive: true });
  const database = new DatabaseSync(join(objects, "held.sqlite"));
  database.exec("CREATE TABLE held (one)");
  database.exec("BEGIN EXCLUSIVE");
  return () => database.close();
}

/** Starts the command, and ends it once its folder is there. @returns its exit code, when the folder is gone */
async function endedBy(
  signal: NodeJS.Signals,
  args: string[],
  temporaries: () => string[],
  letGo = () => {},
) {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ISOGATE_HOME: home(), ISOGATE_SECRET: "x".repeat(40) },
    stdio: "ignore",
  });
  const exited = once(child, "exit") as Promise<[code: number | null]>;
  await expect.poll(temporaries, { timeout: 20_000, interval: 5 }).toHaveLength(1);
  child.kill(signal);
  await expect.poll(temporaries, { timeout: 20_000, interval: 5 }).toEqual([]);
  letGo();
  return (await exited)[0];
}

it.each([
  ["export", "SIGINT", 130],
  ["export", "SIGTERM", 143],
  ["backup", "SIGINT", 130],
  ["backup", "SIGHUP", 129],
] as const)("no copy stays when %s is ended by %s", { timeout: 60_000 }, async (command, signal, code) => {
  const letGo = heldState();
  const beside = () => readdirSync(folder).filter((name) => name !== "home");
  expect(await endedBy(signal, [command, join(folder, "made")], beside, letGo)).toBe(code);
  expect(beside()).toEqual([]);
});

/** An export without users. */
function emptyExport(): string {
  const file = join(folder, "export.jsonl");
  const head = { isogate: "export", format: movingFormat, version: "0", secret: "" };
  const end = { lines: 1, code: "" };
  writeFileSync(file, `${JSON.stringify(head)}\n${JSON.stringify({ end })}\n`);
  return file;
}

const state = () => join(home(), "state");
const made = () => readdirSync(state()).filter((name) => /^(?:v3|\.import-.*)$/.test(name));

it("no half of a state stays when import is ended", { timeout: 60_000 }, async () => {
  mkdirSync(state(), { recursive: true });
  expect(await endedBy("SIGTERM", ["import", emptyExport()], made)).toBe(143);
  expect(made()).toEqual([]);
});

it(
  "what a killed import leaves is removed by the next lock, and nothing that is in use",
  { timeout: 60_000 },
  async () => {
    mkdirSync(state(), { recursive: true });
    const child = spawn(process.execPath, [program, "import", emptyExport()], {
      env: { ...process.env, ISOGATE_HOME: home(), ISOGATE_SECRET: "x".repeat(40) },
      stdio: "ignore",
    });
    const exited = once(child, "exit");
    await expect.poll(made, { timeout: 20_000, interval: 5 }).toHaveLength(1);
    await expect(lockState(state(), { command: "isogate doctor" })).rejects.toThrow(
      "isogate import is at work",
    );
    expect(made()).toHaveLength(1);
    child.kill("SIGKILL");
    await exited;
    expect(made()).toHaveLength(1);
    const { release } = await lockState(state(), { command: "isogate doctor" });
    expect(made()).toEqual([]);
    release();
  },
);
