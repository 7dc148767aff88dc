/** Only one server uses a state folder at a time, even when two start together or the last one was killed. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lockState, StateInUse } from "../../../src/cli/server/state-lock.ts";

const folderOf = () => mkdtemp(join(tmpdir(), "isogate-lock-"));
const lock = (folder: string) =>
  lockState(folder, { origin: "http://localhost:8484" }, "ISOGATE_HOME=other npm start");

/** Another process that locks the folder and says so. */
function holder(folder: string) {
  const program = `import { lockState, StateInUse } from ${JSON.stringify(join(import.meta.dirname, "../../../src/cli/server/state-lock.ts"))};
    try { await lockState(${JSON.stringify(folder)}, { origin: "http://localhost:1" }, "x"); console.log("locked"); setInterval(() => {}, 1e6); }
    catch (error) { console.log(error.message); }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = new Promise<string>((resolve) =>
    child.stdout.once("data", (text) => resolve(String(text).trim())),
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return { child, said, ended };
}

it("refuses the second with who holds it, and what to type", async () => {
  const folder = await folderOf();
  const { release } = await lock(folder);
  await expect(lock(folder)).rejects.toThrow(
    new RegExp(
      `already running .*process ${process.pid}, http://localhost:8484.*kill ${process.pid}\n.*ISOGATE_HOME=other npm start`,
    ),
  );
  release();
  (await lock(folder)).release();
  expect(await readdir(folder)).toEqual(["lock.sqlite"]);
});

it("says of a command that it ends soon, and to a command what to do with a server", async () => {
  const folder = await folderOf();
  const held = await lockState(folder, { command: "isogate import" });
  const wait = `isogate import is at work in this folder (process ${process.pid}). Wait until it has ended.`;
  await expect(lock(folder)).rejects.toThrow(new StateInUse(wait));
  await expect(lockState(folder, { command: "isogate restore" })).rejects.toThrow(new StateInUse(wait));
  held.release();
  const { release } = await lock(folder);
  const stop = `isogate is already running in this folder (process ${process.pid}, http://localhost:8484). Stop it first, with Ctrl-C where it runs, or with: kill ${process.pid}`;
  await expect(lockState(folder, { command: "isogate restore" })).rejects.toThrow(new StateInUse(stop));
  release();
});

it.each(["SIGTERM", "SIGKILL"] as const)("is free again after %s", async (signal) => {
  const folder = await folderOf();
  const { child, said, ended } = holder(folder);
  expect(await said).toBe("locked");
  await expect(lock(folder)).rejects.toThrow(`process ${child.pid}`);
  child.kill(signal);
  await ended;
  (await lock(folder)).release();
});

it("holds whatever the file beside it says: process ids mean nothing in another container", async () => {
  const folder = await folderOf();
  const { child, said } = holder(folder);
  expect(await said).toBe("locked");
  for (const text of ["", '{"pid":1', JSON.stringify({ pid: 2 ** 22 + 1, origin: "http://x" })]) {
    await writeFile(join(folder, "lock"), text);
    await expect(lock(folder)).rejects.toThrow("already running");
  }
  child.kill("SIGKILL");
});

it("leaves alone a file of its name that something else wrote", async () => {
  const folder = await folderOf();
  await writeFile(join(folder, "lock.sqlite"), "mine ".repeat(200));
  await expect(lock(folder)).rejects.toThrow(/lock\.sqlite is not isogate's\. Delete it/);
  for (const name of ["lock.sqlite", "lock"]) {
    await rm(join(folder, "lock.sqlite"), { recursive: true, force: true });
    await mkdir(join(folder, name, "mine"), { recursive: true });
    await expect(lock(folder)).rejects.toThrow(`${join(folder, name)} is not isogate's. Delete it`);
    expect(await readdir(join(folder, name))).toEqual(["mine"]);
  }
});

it("is given to one of many that come at the same time, after one that was killed", async () => {
  const folder = await folderOf();
  const first = holder(folder);
  expect(await first.said).toBe("locked");
  first.child.kill("SIGKILL");
  await first.ended;
  const all = Array.from({ length: 6 }, () => holder(folder));
  const said = await Promise.all(all.map((each) => each.said));
  for (const { child } of all) child.kill("SIGKILL");
  expect(said.filter((text) => text === "locked")).toHaveLength(1);
  expect(said.filter((text) => text.includes("already running"))).toHaveLength(5);
});

it("says that the folder was deleted, and leaves alone what another server made of it", async () => {
  const folder = await folderOf();
  const { lost, release } = await lock(folder);
  await rm(folder, { recursive: true });
  const other = holder(folder);
  expect(await other.said).toBe("locked");
  expect(await lost).toBe(`The folder ${folder}, where this server kept its state, was deleted.`);
  release();
  expect((await readdir(folder)).toSorted()).toEqual(["lock", "lock.sqlite"]);
  await expect(lock(folder)).rejects.toThrow("already running");
  other.child.kill("SIGKILL");
});
