/** The program `isogate`: which of its parts a word starts, and what it says of a word that starts none. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { freePort } from "../../src/cli/server/local-server.ts";

const root = join(import.meta.dirname, "../..");

const isogate = (args: string[], cwd = root, env: Record<string, string> = {}) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(
      process.execPath,
      [join(root, "src/cli/main.ts"), ...args],
      { cwd, env: { ...process.env, ...env } },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
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
    '"zzzzzzzzz" is neither a subcommand nor a file; the subcommands are start, serve, connect, api, token, users, policy, deploy, backup, restore.\n',
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
  // Whatever else runs on this machine.
  const PORT = String(await freePort());
  expect(await isogate(["plain"], folder, { PORT })).toMatchObject({
    code: 1,
    err: expect.stringContaining("not an OpenAPI document"),
  });
});

it.each([
  [["nothere.yaml"], "There is no file"],
  [["one.yaml", "two.yaml"], "Name one document."],
  [["--server", "https://x.example"], "--server is for one document"],
  [["--access", "reed"], 'it has "reed"'],
  [[join(root, "demo/openapi.yaml"), "--server", "x.example"], "--server needs a full http or https URL"],
])("prints no settings with which a client could not start: connect %j", async (args, sentence) => {
  const { code, out, err } = await isogate(["connect", ...args]);
  expect([code, err]).toEqual([1, expect.stringContaining(sentence)]);
  expect(out).not.toContain("Claude Desktop");
});

it("names what a document lacks before the settings, but not the secrets, which the client sets", async () => {
  const args = [join(root, "demo/openapi.yaml"), "--credential", "bearr=SOME_SECRET_UNSET"];
  const { code, out, err } = await isogate(["connect", ...args]);
  expect(code).toBe(0);
  expect(out).toMatch(/no security scheme "bearr"[^]*Claude Desktop/);
  expect(err).not.toContain("is not set");
});

it.each([
  ["deploy", "dry-run"],
  ["start", "server"],
  ["api", "force"],
  ["users", "end"],
])("does nothing if npm kept an option: npm run %s --%s", async (command, option) => {
  const env = { [`npm_config_${option.replaceAll("-", "_")}`]: "true" };
  expect(await isogate([command, "value"], root, env)).toEqual({
    code: 2,
    out: "",
    err: expect.stringMatching(`^npm kept --${option} for itself.*Write -- before the options: npm .* -- `),
  });
});

it("reads an option that came through, whatever npm's own settings are", async () => {
  const env = { npm_config_access: "public", npm_config_server: "true" };
  const { code, err } = await isogate(["connect", "nothere.yaml", "--server=https://x.example"], root, env);
  expect([code, err]).toEqual([1, expect.stringContaining("There is no file")]);
});
