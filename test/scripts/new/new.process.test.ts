/** `npm run new` in a copy of the project: what it writes is formatted, linted, typed, and passes with the shared suites. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");
/** Not needed, or not to be touched twice. */
const left = new Set(["node_modules", ".git", ".isogate", ".wrangler"]);

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "isogate-new-"));
  await cp(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

const node = (...args: string[]) => run(process.execPath, args, { cwd: copy, maxBuffer: 16 * 1024 * 1024 });
const module = (path: string) => join(copy, "node_modules", path);

describe("npm run new", () => {
  it.each([
    ["scheme", "hawk"],
    ["rule", "open-hours"],
    ["sink", "pager"],
  ])("writes a %s", async (kind, name) => {
    const { stdout } = await node("scripts/new/main.ts", kind, name);
    expect(stdout).toContain(`${name}.ts`);
  });

  it("lists them", async () => {
    const lists = ["src/gateway/sign/schemes", "src/gateway/decide/policy", "src/gateway/record/sinks"];
    const texts = await Promise.all(lists.map((list) => readFile(join(copy, list, "index.ts"), "utf8")));
    expect(texts.map((text) => /\[\s*hawk,|openHours,?\s*\]|pager,?\s*\]/.test(text))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("writes what is formatted, linted and typed", async () => {
    const written = ["src/gateway", "test/gateway"];
    await node(module("prettier/bin/prettier.cjs"), "--check", ...written);
    await node(module("oxlint/bin/oxlint"), "--deny-warnings", ...written);
    await node(module("typescript/bin/tsc"), "--noEmit");
  });

  it("writes what passes its own tests and the shared ones", async () => {
    const quick = [
      "test/gateway/policy",
      "test/gateway/schemes",
      "test/gateway/every-scheme",
      "test/gateway/record/sinks/pager",
    ];
    const { stdout } = await node(module("vitest/vitest.mjs"), "run", "--project=quick", ...quick);
    expect(stdout).toMatch(/Test Files .*5 passed/);
  });

  it.each([
    [["scheme", "hawk"], /is there already/],
    [["widget", "x"], /scheme, rule, sink/],
    [["rule", "Open Hours"], /lower-case words/],
    [["rule"], /lower-case words/],
  ])("refuses %j with what is right instead", async (args, says) => {
    const refused = await node("scripts/new/main.ts", ...args).catch(
      (error: { code: number; stderr: string }) => error,
    );
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(says) as string });
  });
});
