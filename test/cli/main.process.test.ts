/** The program `isogate`: which of its parts a word starts, and what it says of a word that starts none. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

const isogate = (args: string[], cwd = root) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(process.execPath, [join(root, "src/cli/main.ts"), ...args], { cwd }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

it("names every subcommand in its help", async () => {
  const { code, out } = await isogate(["--help"]);
  expect(code).toBe(0);
  for (const typed of ["npm start", "npm run api", "npm run token", "npm run deploy", "--version"])
    expect(out).toContain(typed);
});

it("prints the version of the package", async () => {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(await isogate(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

it.each([
  ["tokn", '"tokn" is neither a subcommand nor a file; did you mean "token"?\n'],
  [
    "zzzzzzzzz",
    '"zzzzzzzzz" is neither a subcommand nor a file; the subcommands are start, connect, api, token, users, policy, deploy.\n',
  ],
])("says in a sentence that there is no %s", async (word, err) => {
  expect(await isogate([word])).toEqual({ code: 1, out: "", err });
});

it("takes a word for the subcommand even if a file has that name, and any other file for a document", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-main-"));
  for (const name of ["api", "plain"]) await writeFile(join(folder, name), '{ "name": "x" }');
  expect(await isogate(["api", "--help"], folder)).toMatchObject({
    code: 0,
    out: expect.stringContaining("npm run api -- <command>"),
  });
  expect(await isogate(["plain"], folder)).toMatchObject({
    code: 1,
    err: expect.stringContaining("not an OpenAPI document"),
  });
});
