/** `isogate init`: a project that works at once, and nothing overwritten. */
import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { version } from "../../../src/cli/places.ts";

const project = join(import.meta.dirname, "../../..");
let all: string;
beforeAll(async () => {
  all = await mkdtemp(join(tmpdir(), "isogate-init-"));
});
afterAll(() => rm(all, { recursive: true, force: true }));

const isogate = (cwd: string, ...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(
      process.execPath,
      [join(project, "src/cli/main.ts"), ...args],
      { cwd, env: { ...process.env, ISOGATE_HOME: join(all, "home") } },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

it("makes a project whose checks pass, in a folder with nothing but a repository too", async () => {
  const folder = join(all, "My Gateway");
  await mkdir(join(folder, ".git"), { recursive: true });
  expect(await isogate(all, "init", "My Gateway")).toMatchObject({ code: 0, err: "" });
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as object;
  expect(manifest).toMatchObject({ name: "my-gateway", dependencies: { isogate: `^${version}` } });
  expect((await readFile(join(folder, "README.md"), "utf8")).split("\n").length).toBeLessThanOrEqual(10);
  const specs = ["--specs", "specs"];
  expect(await isogate(folder, "policy", "--check", "policy.md", ...specs)).toMatchObject({
    code: 0,
    err: "",
  });
  expect(await isogate(folder, "api", "check", ...specs)).toMatchObject({ code: 0, err: "" });
});

it("writes nothing into a folder that is not empty, over a file, or for two names", async () => {
  const full = join(all, "full");
  await mkdir(full);
  await writeFile(join(full, "mine.txt"), "mine");
  const refused: [args: string[], says: string][] = [
    [["full"], "full is not empty: it has mine.txt. Nothing was written. Name a new folder:"],
    [["full/mine.txt"], "full/mine.txt is a file. Nothing was written. Name a new folder:"],
    [["one", "two"], "takes one folder; there is also two"],
  ];
  for (const [args, says] of refused)
    expect(await isogate(all, "init", ...args)).toMatchObject({
      code: 1,
      err: expect.stringContaining(says) as string,
    });
  expect(await readdir(full)).toEqual(["mine.txt"]);
  expect((await readdir(all)).includes("one")).toBe(false);
});

it("is all there or not at all when it is killed, and the next one makes the same project, whenever that was", async () => {
  expect(await isogate(all, "init", "whole")).toMatchObject({ code: 0 });
  const listed = async (folder: string) => (await readdir(folder, { recursive: true })).toSorted();
  const whole = await listed(join(all, "whole"));
  /** Each is a moment of an init: what is there then. */
  const moments: [name: string, isThen: (folder: string) => boolean][] = [
    ["begun", (folder) => existsSync(join(folder, ".isogate-init"))],
    ["first file", (folder) => existsSync(join(folder, ".isogate-init/part/package.json"))],
    ["lock file", (folder) => existsSync(join(folder, ".isogate-init/part/specs/demo.lock.json"))],
    ["policy", (folder) => existsSync(join(folder, ".isogate-init/part/policy.md"))],
  ];
  for (const [name, isThen] of moments) {
    const folder = join(all, `killed ${name}`);
    const child = spawn(process.execPath, [join(project, "src/cli/main.ts"), "init", folder], {
      stdio: "ignore",
      env: { ...process.env, ISOGATE_HOME: join(all, "home") },
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    while (!isThen(folder) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill("SIGKILL");
    await ended;
    if (!existsSync(join(folder, "package.json")))
      expect(readdirSync(folder), name).toEqual([".isogate-init"]);
    else await rm(folder, { recursive: true });
    expect(await isogate(all, "init", folder), name).toMatchObject({ code: 0, err: "" });
    expect(await listed(folder), name).toEqual(whole);
  }
});

it("moves what an interrupted one has not moved, after each move, and nothing over a file of yours", async () => {
  const source = join(all, "to move");
  expect(await isogate(all, "init", source)).toMatchObject({ code: 0 });
  const names = (await readdir(source)).toSorted();
  for (let moved = 0; moved <= names.length; moved += 1) {
    const folder = join(all, `moved ${moved}`);
    await cp(source, folder, { recursive: true });
    const stage = join(folder, ".isogate-init/whole");
    await mkdir(stage, { recursive: true });
    for (const name of names.slice(moved)) await rename(join(folder, name), join(stage, name));
    const [left] = names.slice(moved);
    if (left !== undefined) {
      await writeFile(join(folder, left), "mine");
      expect(await isogate(all, "init", folder)).toMatchObject({
        code: 1,
        err: expect.stringContaining(
          `${left} was written there since. Nothing of yours was changed.`,
        ) as string,
      });
      expect(await readFile(join(folder, left), "utf8")).toBe("mine");
      await rm(join(folder, left));
    }
    expect(await isogate(all, "init", folder)).toMatchObject({
      code: 0,
      out: expect.stringContaining("An init that was interrupted is finished") as string,
    });
    expect((await readdir(folder)).toSorted()).toEqual(names);
  }
});

it("refuses one of two at the same moment", async () => {
  const both = await Promise.all([1, 2].map(() => isogate(all, "init", "at once")));
  expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1]);
  expect(both.map(({ err }) => err).join("")).toMatch(/Another init is at work|is not empty/);
  expect(await isogate(join(all, "at once"), "api", "check", "--specs", "specs")).toMatchObject({ code: 0 });
});
