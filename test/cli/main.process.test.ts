/** The program `isogate`: which of its parts a word starts, and what it says of a word that starts none. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { optionsOf } from "../../src/cli/options.ts";
import type { Subcommand } from "../../src/cli/places.ts";
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

it.each(Object.keys(optionsOf) as Subcommand[])(
  "says in the help of %s what each of its options does, and sends nobody to another help for that",
  async (subcommand) => {
    const { code, out } = await isogate([subcommand, "--help"]);
    expect(code).toBe(0);
    for (const option of Object.keys(optionsOf[subcommand]))
      // Taken to refuse it with the reason.
      if (`${subcommand} --${option}` !== "deploy --open") expect(out).toContain(`--${option}`);
    expect(out).not.toMatch(/(?:see|as|those) of? ?\S* ?\S* ?--help/);
  },
);

it("looks as the doctor without leaving a file or a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-doctor-"));
  const document = { openapi: "3.1.0", info: { title: "Pets", version: "1" }, paths: {} };
  await writeFile(join(folder, "pets.json"), JSON.stringify(document));
  const { out } = await isogate(["doctor", "pets.json"], folder, { ISOGATE_HOME: join(folder, "deep/home") });
  expect(out).toMatch(/^✓ state: .*deep\/home\/state can be written to/m);
  expect(await readdir(folder)).toEqual(["pets.json"]);
  await rm(folder, { recursive: true });
});

it("prints as the doctor what it has found before it waits for what does not answer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-doctor-"));
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const document = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/openapi.json`;
  const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), "doctor", document], {
    env: { ...process.env, ISOGATE_HOME: join(folder, "home"), NO_PROXY: "127.0.0.1" },
  });
  const ended = once(child, "exit");
  let out = "";
  child.stdout.on("data", (text) => (out += String(text)));
  await once(silent, "request");
  await expect.poll(() => out).toMatch(/^isogate \d.*\n✓ Node: [^]*^✓ state: /m);
  expect(child.exitCode).toBeNull();
  child.kill();
  await ended;
  silent.closeAllConnections();
  silent.close();
  await rm(folder, { recursive: true });
});

it("finds its state in the home folder where a tilde was not replaced by a shell", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-tilde-"));
  const env = { HOME: folder, ISOGATE_HOME: "~/kept" };
  const { out } = await isogate(["backup", "--help"], folder, env);
  expect(out).toContain(`the server in ${join(folder, "kept")} to a file`);
  await rm(folder, { recursive: true });
});

it("says what to do once no API is left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-last-"));
  await writeFile(join(folder, "pets.jsonc"), JSON.stringify({ source: "pets.json" }));
  const env = { ISOGATE_HOME: join(folder, "home") };
  const add = "npm run api -- add <file or URL>";
  const removed = await isogate(["api", "remove", "pets", `--specs=${folder}`], folder, env);
  expect(removed.out).toContain(`It was the last one. To have something to serve: ${add}\n`);
  const looked = await isogate(["doctor", `--specs=${folder}`], folder, env);
  expect(looked.out).toContain(`✘ APIs: There is no API in ${folder}. Name a document, or add one: ${add}\n`);
  await rm(folder, { recursive: true });
});

it.each(["--version", "-v", "version"])("prints the version of the package: %s", async (asked) => {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(await isogate([asked])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

describe("a mistake is told in a sentence with the next step, and nothing is done", () => {
  let folder: string;
  let site: Server;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "isogate-mistakes-"));
    await writeFile(join(folder, "pets.json"), "{}");
    await mkdir(join(folder, "specs"));
    site = createServer((request, response) => {
      if (request.url === "/behind-login") response.writeHead(302, { location: "/sso" });
      else response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>Swagger UI</title>");
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    site.close();
    await rm(folder, { recursive: true });
  });

  it.each<[typed: string, code: number, told: RegExp]>([
    ["tokn", 1, /^"tokn" is neither a subcommand nor a file; did you mean "token"\?\n$/],
    ["Serve", 1, /did you mean "serve"\?/],
    ["zzzzzzzzz", 1, /the subcommands are start, serve, .*, restore(, \w+)*\.\n$/],
    ["api lst", 1, /^Unknown command "lst"\. Did you mean "list"\? See npm run api -- --help\.\n$/],
    ["policy --explian x", 2, /Did you mean --explain\?/],
    [
      "deploy --access read",
      2,
      /^Unknown option '--access'\. It is an option of npm start, npm run connect, npm run token\.\nSee npm run deploy -- --help\.\n$/,
    ],
    ["--access read pets.json", 1, /--access is for --stdio/],
    ["--port 80 pets.json", 2, /It is set in the environment: PORT=…/],
    ["deploy pets.json", 2, /Unexpected argument 'pets\.json'/],
    ["users --end", 2, /'--end <value>' argument missing/],
    ["pets.jsn", 1, /There is no file pets\.jsn\. Did you mean pets\.json\?/],
    ["pets.json other.json", 1, /Name one document/],
    ["specs", 1, /is a folder, not a file/],
    ["htps://example.com/a.json", 1, /a document is a file, an http or https URL/],
    ["SITE/docs", 1, /is HTML or XML, not an OpenAPI document.*look for the URL of the JSON or YAML file/],
    ["SITE/behind-login", 1, /leads to the web page .*\/sso, which may be a login/],
    ["deploy --config pets.jsn", 1, /There is no file pets\.jsn.*Did you mean pets\.json\?/],
    ["serve --config none/deployment.jsonc", 1, /There is no folder none, which --config names/],
  ])("isogate %s", async (typed, code, told) => {
    const { port } = site.address() as AddressInfo;
    const args = typed.replace("SITE", `http://127.0.0.1:${port}`).split(" ");
    const env = { ISOGATE_HOME: join(folder, "home"), PORT: String(await freePort()) };
    const ran = await isogate(args, folder, env);
    expect([ran.code, ran.err]).toEqual([code, expect.stringMatching(told)]);
    expect(ran.err).not.toMatch(/\n\s+at /);
    expect(await readdir(join(folder, "specs"))).toEqual([]);
  });
});

it("says that nobody gets what it prints: a disk that is full, and a reader that has gone", async () => {
  const printing = (stdout: number | "pipe") => {
    const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), "api", "--help"], {
      cwd: root,
      stdio: ["ignore", stdout, "pipe"],
    });
    child.stdout?.destroy();
    return new Promise<[code: number | null, err: string]>((done) => {
      let err = "";
      child.stderr?.on("data", (text) => (err += String(text)));
      child.on("close", (code) => done([code, err]));
    });
  };
  const full = openSync("/dev/full", "w");
  expect(await printing(full)).toEqual([
    1,
    "Standard output cannot be written: the disk is full (ENOSPC). Make room there, or name a path on another disk; then try again.\n",
  ]);
  closeSync(full);
  expect(await printing("pipe")).toEqual([141, ""]);
});

it("says that the folder that it was started in has been deleted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-gone-"));
  const program = join(root, "bin/isogate.js");
  const ran = spawnSync("sh", ["-c", `rmdir "$PWD"; exec "$0" "$1" --version`, process.execPath, program], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([ran.status, ran.stderr]).toEqual([
    1,
    expect.stringMatching(/^The folder .* was deleted\. Go to another/),
  ]);
});

it("ends when the older Node that started it has been killed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-launched-"));
  // It is at work for as long as it is not answered.
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [join(root, "bin/isogate.js"), "export", "made", "--server", at], {
    cwd: folder,
    env: { ...process.env, ADMIN_TOKEN: "t".repeat(40) },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit");
  await once(silent, "request");
  child.disconnect();
  expect(await ended).toEqual([143, null]);
  expect(await readdir(folder)).toEqual([]);
  silent.closeAllConnections();
  silent.close();
  await rm(folder, { recursive: true });
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
