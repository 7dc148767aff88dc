/** Only one server uses a state folder at a time, even when two start together or the last one was killed. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lockState } from "../../../src/cli/server/state-lock.ts";

const folderOf = () => mkdtemp(join(tmpdir(), "isogate-lock-"));
const lock = (folder: string) => lockState(folder, "http://localhost:8484", "ISOGATE_HOME=other npm start");

/** Another process that locks the folder and says so. */
function holder(folder: string) {
  const program = `import { lockState } from ${JSON.stringify(join(import.meta.dirname, "../../../src/cli/server/state-lock.ts"))};
    try { await lockState(${JSON.stringify(folder)}, "http://localhost:1", "x"); console.log("locked"); setInterval(() => {}, 1e6); }
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
  expect(await readdir(folder)).toEqual([]);
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

it.each([
  ["nothing", ""],
  ["half a line", '{"pid":1'],
  [
    "a process that has this id now, and started later",
    JSON.stringify({ pid: process.pid, start: "1", origin: "http://x" }),
  ],
])("takes over a lock that holds %s", async (_, text) => {
  const folder = await folderOf();
  await writeFile(join(folder, "lock"), text);
  (await lock(folder)).release();
});

it("is given to one of many that come at the same time, over a lock of nobody", async () => {
  const folder = await folderOf();
  await writeFile(join(folder, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, origin: "http://x" }));
  const all = Array.from({ length: 6 }, () => holder(folder));
  const said = await Promise.all(all.map((each) => each.said));
  for (const { child } of all) child.kill("SIGKILL");
  expect(said.filter((text) => text === "locked")).toHaveLength(1);
});

it("says that the folder was deleted, and leaves alone what another server made of it", async () => {
  const folder = await folderOf();
  const { lost, release } = await lock(folder);
  await rm(folder, { recursive: true });
  const other = holder(folder);
  expect(await other.said).toBe("locked");
  expect(await lost).toBe(`The folder ${folder}, where this server kept its state, was deleted.`);
  release();
  expect(await readdir(folder)).toEqual(["lock"]);
  other.child.kill("SIGKILL");
});

const dead = JSON.stringify({ pid: process.pid, start: "1", origin: "http://x" });

it("is taken over by one alone of many that find the lock of an ended process", async () => {
  for (let round = 0; round < 150; round += 1) {
    const folder = await folderOf();
    await writeFile(join(folder, "lock"), dead);
    const started = Array.from({ length: 2 + (round % 7) }, async (_, index) => {
      // They do not come at the same moment.
      for (let wait = 0; wait < (round * index) % 11; wait += 1) await readdir(folder);
      return lock(folder);
    });
    const ended = await Promise.allSettled(started);
    const held = ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect([round, held.length]).toEqual([round, 1]);
    for (const one of ended)
      if (one.status === "rejected") expect(String(one.reason)).toContain("already running");
    held[0]?.release();
    expect(await readdir(folder)).toEqual([]);
  }
});

it("is taken over from one that ended while it took over", async () => {
  const folder = await folderOf();
  const name = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);
  await writeFile(join(folder, "lock"), dead);
  await writeFile(join(folder, `lock.${name(dead)}`), `${dead} `);
  await writeFile(join(folder, `lock.${name(dead)}.${name(`${dead} `)}`), `${dead}  `);
  (await lock(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});
