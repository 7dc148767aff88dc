/** `npm start` as a person runs it: what it serves, and what it says when something is wrong. */
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../src/cli/server/local-server.ts";
import { descendantsOf, usageOf } from "../../src/cli/supervisor/processes.ts";
import { connect } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";

const script = join(import.meta.dirname, "../../src/cli/main.ts");

interface Ended {
  code: number | null;
  output: string;
}

/** Servers of several tests run at the same time: each has a state of its own. */
const environment = (env: Record<string, string> = {}) => ({
  ...process.env,
  ISOGATE_HOME: mkdtempSync(join(tmpdir(), "isogate-home-")),
  ...env,
});

/** Runs the command to its end. */
function start(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], { env: environment(env) });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, output })));
}

async function fileWith(name: string, content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "isogate-start-")), name);
  await writeFile(path, content);
  return path;
}

describe("npm start with something wrong", () => {
  it("says which file is missing", async () => {
    const { code, output } = await start(["./nowhere.yaml"]);
    expect(output).toMatch(/nowhere\.yaml/);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  for (const [what, name, content, says] of [
    ["is neither JSON nor YAML", "broken.json", '{ "openapi": "3.1.0", ', /broken\.json.*(line|column)/is],
    ["is HTML", "page.yaml", "<!doctype html><html></html>", /HTML/],
    ["is not OpenAPI", "package.json", '{ "name": "x" }', /OpenAPI/],
  ] as const) {
    it(`says that a document ${what}`, async () => {
      const { code, output } = await start([await fileWith(name, content)]);
      expect(output).toMatch(says);
      expect(output).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    });
  }

  it.each([
    { args: ["https://"], says: /"https:\/\/" is not a full URL.*https:\/\/api\.example\.com/ },
    { args: ["ftp://x/y"], says: /"ftp:\/\/x\/y" is not read: .*file, an http or https URL/ },
    { args: ["file://elsewhere/y.yaml"], says: /"file:\/\/elsewhere\/y\.yaml" is not a file path/ },
    { args: [""], says: /^An argument is empty\. If it comes from a variable, that is not set\./m },
    { args: ["localhost:1/openapi.json"], says: /Did you mean http:\/\/localhost:1\/openapi\.json\?/ },
    { args: ["api", "add", "demo/openapi.yml"], says: /Did you mean demo\/openapi\.yaml\?/ },
    { args: ["connect", "demo/openapi.yml"], says: /Did you mean demo\/openapi\.yaml\?/ },
    { args: ["a.yaml", "—open"], says: /begins with a long dash.*--open/ },
    { args: ["a.yaml", "--credential", "bearerAuth", "MY_TOKEN"], says: /<scheme>=<VAR>.*it has no =/ },
    { args: ["a.yaml", "--name", "My Api"], says: /Choose another, such as my_api\./ },
    { args: ["--name", "x"], says: /--name is for one document: name it too/ },
    { args: ["--credential", "token=A", "--open"], says: /--credential is for one document/ },
    { args: ["a.yaml", "--server", "localhost:28810/v1"], says: /Write http:\/\/localhost:28810\/v1\./ },
    { args: ["a.yaml", "--server", "api.example.com/v1"], says: /Write https:\/\/api\.example\.com\/v1\./ },
    { args: ["a.yaml", "--server", "ftp://api.example.com"], says: /Write https:\/\/api\.example\.com\./ },
    { args: ["a.yaml", "--server", "/v1"], says: /it is "\/v1"\. Write it like https:/ },
    {
      args: ["a.yaml", "--server", ""],
      says: /--server is empty\. If it comes from a variable, that is not set\./,
    },
    {
      args: ["api", "add", "a.yaml", "--server", "localhost:1/v1"],
      says: /Write http:\/\/localhost:1\/v1\./,
    },
    { args: ["api", "add", "ftp://x/y"], says: /"ftp:\/\/x\/y" is not read/ },
    {
      args: ["a.yaml", "--server", "https://me:pass@x.com/v1?a=1"],
      says: /without user.*https:\/\/x\.com\/v1$/m,
    },
    { args: ["a.yaml", "--name", "constructor"], says: /--name constructor: .*JavaScript.*Choose another/ },
    {
      args: ["api", "add", "a.yaml", "b.yaml"],
      says: /api -- add takes one name; there is also b\.yaml\. Add one/,
    },
    { args: ["api", "list", "demo"], says: /api -- list takes no name; there is also demo/ },
    {
      args: ["api", "refresh", "--server", "https://x"],
      says: /takes no --server; it is for npm run api -- add/,
    },
    { args: ["api", "remove", "a", "b"], says: /takes one name; there is also b/ },
    { args: ["token", "--access", "reed"], says: /--access takes read, write and delete.*"reed"/ },
    { args: ["token", "--access", ","], says: /--access takes read, write and delete/ },
    {
      args: ["token", "--access", "read", "--days", "0"],
      says: /--days takes a whole number from 1 to 365; it is "0"/,
    },
    { args: ["token", "--access", "read", "--days", "1.5"], says: /--days takes a whole number.*"1\.5"/ },
  ])("names the value and the way out: $args", async ({ args, says }) => {
    const { code, output } = await start(args);
    expect(output).toMatch(says);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  it.each([
    { args: ["a.yaml", "--sever", "x"], says: "'--sever'. Did you mean --server?" },
    { args: ["a.yaml", "-server", "x"], says: "'-s'. Did you mean --server?" },
    { args: ["a.yaml", "--OPEN"], says: "'--OPEN'. Did you mean --open?" },
    { args: ["a.yaml", "--port", "1"], says: "set in the environment: PORT=… before the command." },
    { args: ["a.yaml", "--server", "--open"], says: "ambiguous. Did you forget" },
    { args: ["a.yaml", "--zzzzzzzzzz"], says: "Unknown option '--zzzzzzzzzz'.\nSee" },
    { args: ["a.yaml", "--z\u001b[31m"], says: "Unknown option '--z⟨U+001B⟩[31m'.\nSee" },
    { args: ["api", "list", "--forse"], says: "Did you mean --force?" },
  ])("says which option is meant: $args", async ({ args, says }) => {
    const { code, output } = await start(args);
    expect([code, output]).toEqual([2, expect.stringContaining(says)]);
  });

  it("asks for quotes where a name has blanks", async () => {
    const path = await fileWith("my depot.yaml", "openapi: 3.1.0");
    const { output } = await start(path.split(" "));
    expect(output).toContain(`Put the name in quotes, because it has blanks: "${path}"`);
  });

  it("says that the port is in use and names another", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const { code, output } = await start([], { PORT: String(port) });
    expect(output).toContain(`Port ${port} is in use`);
    expect(code).toBe(1);
  });

  it("refuses a port that is none, a credential that is none and a second document", async () => {
    const results = await Promise.all([
      start([], { PORT: "http" }),
      start(["a.yaml", "--credential", "token"]),
      start(["a.yaml", "--paste", "token=secret"]),
      start(["a.yaml", "--paste", "token=/me", "--credential", "token=A"]),
      start(["a.yaml", "b.yaml"]),
      start(["a.yaml", "--open"], { HOST: "0.0.0.0" }),
    ]);
    expect(results.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(results.map(({ output }) => output).join()).toMatch(
      /PORT.*--credential.*--paste.*either --credential.*Name one document.*loopback/s,
    );
  });

  it("never repeats a secret that was given in the wrong place", async () => {
    const { output } = await start(["a.yaml", "--credential", "bearer=sk-live-secret"]);
    expect(output).not.toContain("sk-live-secret");
  });
});

it("refuses a secret that is too short, without showing it", async () => {
  const { code, output } = await start([], { ISOGATE_SECRET: "too-short", PORT: String(await freePort()) });
  expect([code, output]).toEqual([1, expect.stringContaining("ISOGATE_SECRET is set")]);
  expect(output).not.toContain("too-short");
});

describe("npm start -- <file>", () => {
  it("serves a document on the fly, calls its API with the credential, and ends on a signal", async () => {
    let seen: string | undefined;
    const upstream = createServer((request, response) => {
      seen = request.headers.authorization;
      response.setHeader("content-type", "application/json").end('[{"name":"Rex"}]');
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void upstream.close());
    const document = await fileWith(
      "pets.yaml",
      `openapi: 3.1.0
info: { title: Pets, version: "1" }
security: [{ token: [] }]
paths:
  /pets:
    get:
      operationId: listPets
      responses: { "200": { description: All pets. } }
components:
  securitySchemes:
    token: { type: http, scheme: bearer }
`,
    );
    const userHome = await mkdtemp(join(tmpdir(), "isogate-user-"));
    const home = await mkdtemp(join(tmpdir(), "isogate-home-"));
    const port = await freePort();
    const child = spawn(
      process.execPath,
      [
        script,
        document,
        `--server=http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
        "--credential=token=PETS_TOKEN",
        "--open",
      ],
      {
        env: environment({
          PORT: String(port),
          PETS_TOKEN: "secret-of-the-pets",
          HOME: userHome,
          ISOGATE_HOME: home,
        }),
      },
    );
    const ended = new Promise((resolve) => child.once("exit", resolve));
    let output = "";
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (text) => {
          output += String(text);
          if (output.includes("Ctrl-C")) resolve();
        });
      void ended.then(() => reject(new Error(output)));
    });
    // The second start in this folder does not go near the state of the first.
    const second = await start([document, "--open"], { ISOGATE_HOME: home, PORT: String(await freePort()) });
    expect(second.output).toMatch(
      new RegExp(
        `already running .*process ${child.pid}, http://localhost:${port}.*ISOGATE_HOME=\\S+ PORT=\\d+`,
        "s",
      ),
    );
    expect(second.code).toBe(1);
    await utimes(document, new Date(), new Date());
    await expect
      .poll(() => output, { timeout: 5_000 })
      .toContain("pets.yaml has changed. To serve pets as it is now, restart.");
    const client = await connect(new URL(`http://localhost:${port}/mcp`), undefined);
    const answer = await client.callTool({
      name: "execute",
      arguments: { code: 'return (await api.get("/pets")).data[0].name' },
    });
    await client.close();
    expect(readReply(answer).result).toBe("Rex");
    // Others on this machine read nothing of it, and no log repeats it.
    const kept = await readdir(home, { recursive: true, withFileTypes: true });
    const open = await Promise.all(
      kept
        .filter((entry) => !entry.isSymbolicLink())
        .map(
          async ({ parentPath, name }) => [name, (await stat(join(parentPath, name))).mode & 0o077] as const,
        ),
    );
    expect(open.filter(([, others]) => others !== 0)).toEqual([]);
    child.kill("SIGTERM");
    const written = await readdir(userHome, { recursive: true });
    expect(written.filter((name) => name.endsWith(".log"))).toEqual([]);
    expect(seen).toBe("Bearer secret-of-the-pets");
    expect(output).toContain(`http://localhost:${port}/mcp`);
    expect(await ended).toBe(0);
    await expect(fetch(`http://localhost:${port}/healthz`)).rejects.toThrow();
  });

  it("serves a document with mistakes, says what the schema of OpenAPI says of it, and knows it the next time", async () => {
    const document = await fileWith(
      "odd.yaml",
      'openapi: 3.1.0\ninfo: { version: "1" }\npaths: { /a: { get: { responses: { "200": {} } } } }\n',
    );
    const home = await mkdtemp(join(tmpdir(), "isogate-home-"));
    const fault = "#/info: By the schema of OpenAPI, it must have required property 'title'";
    const serve = async (): Promise<string> => {
      const port = await freePort();
      const args = [script, document, "--server=http://127.0.0.1:9", "--open"];
      const child = spawn(process.execPath, args, {
        env: environment({ PORT: String(port), ISOGATE_HOME: home }),
      });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      onTestFinished(() => void child.kill("SIGTERM"));
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (text) => (output += String(text)));
      await expect.poll(() => output, { timeout: 30_000 }).toContain("Ctrl-C");
      await expect.poll(() => output, { timeout: 30_000 }).toContain(fault);
      const client = await connect(new URL(`http://localhost:${port}/mcp`), undefined);
      const answer = await client.callTool({ name: "search", arguments: { code: "operations.length" } });
      await client.close();
      expect(readReply(answer).result).toBe(1);
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
      return output;
    };
    const [first, again] = [await serve(), await serve()];
    expect(first.indexOf("isogate is ready")).toBeLessThan(first.indexOf(fault));
    expect(first).toMatch(/^! odd: \d+ faults? more in its document$/m);
    expect(again.indexOf(fault)).toBeLessThan(again.indexOf("isogate is ready"));
    expect(again.split(fault).length).toBe(2);
  });

  it("takes the server with it when it is ended before the server is up", async () => {
    const args = [script, join(import.meta.dirname, "../../demo/openapi.yaml"), "--open"];
    const env = environment({ PORT: String(await freePort()) });
    const child = spawn(process.execPath, args, { env, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    onTestFinished(() => void child.kill("SIGKILL"));
    const started = async () => (await descendantsOf(child.pid ?? 0)) ?? [];
    await expect.poll(started, { timeout: 20_000, interval: 20 }).not.toEqual([]);
    const server = await started();
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    for (const { pid } of server) await expect.poll(() => usageOf(pid)).toBe("gone");
  });

  it("ends with a sentence when its state is deleted", async () => {
    const document = await fileWith(
      "none.yaml",
      'openapi: 3.1.0\ninfo: { title: None, version: "1" }\npaths: { /a: { get: { responses: {} } } }\n',
    );
    const port = await freePort();
    const env = environment({ PORT: String(port) });
    const child = spawn(process.execPath, [script, document, "--open"], { env });
    onTestFinished(() => void child.kill("SIGTERM"));
    const ended = new Promise((resolve) => child.once("exit", resolve));
    let output = "";
    await new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (text) => {
          output += String(text);
          if (output.includes("Ctrl-C")) resolve();
        });
    });
    await rm(env.ISOGATE_HOME, { recursive: true, force: true });
    expect(await ended).toBe(1);
    expect(output).toMatch(
      /The folder \S+state, where this server kept its state, was deleted\. Start it again: /,
    );
    await expect(fetch(`http://localhost:${port}/healthz`)).rejects.toThrow();
  });

  it("takes the server with it when nobody reads what it prints any more", async () => {
    const document = await fileWith(
      "none.yaml",
      'openapi: 3.1.0\ninfo: { title: None, version: "1" }\npaths: { /a: { get: { responses: {} } } }\n',
    );
    const port = await freePort();
    const args = [script, document, "--server=http://127.0.0.1:9", "--open"];
    const child = spawn(process.execPath, args, { env: environment({ PORT: String(port) }) });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    onTestFinished(() => void child.kill("SIGTERM"));
    await new Promise<void>((resolve) =>
      child.stdout.on("data", (text) => String(text).includes("Ctrl-C") && resolve()),
    );
    const [runtime] = (await descendantsOf(child.pid ?? 0)) ?? [];
    child.stdout.destroy();
    child.stderr.destroy();
    // It has something to say: its runtime ended.
    for (const { pid, command } of (await descendantsOf(child.pid ?? 0)) ?? [])
      if (/workerd\S* serve /.test(command)) process.kill(pid, "SIGKILL");
    await ended;
    await expect.poll(() => usageOf(runtime?.pid ?? 0)).toBe("gone");
    await expect(fetch(`http://localhost:${port}/healthz`)).rejects.toThrow();
  });

  it.each([
    ["the process that a person sees is", ({ own }: Pids) => [own]],
    ["it and its runtime are", ({ own, runtime }: Pids) => [own, runtime]],
  ])("leaves nothing behind when %s killed", async (_, victims) => {
    const document = await fileWith(
      "none.yaml",
      'openapi: 3.1.0\ninfo: { title: None, version: "1" }\npaths: { /a: { get: { responses: {} } } }\n',
    );
    const port = await freePort();
    const args = [script, document, "--server=http://127.0.0.1:9", "--open"];
    const child = spawn(process.execPath, args, { env: environment({ PORT: String(port) }) });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    onTestFinished(() => void child.kill("SIGKILL"));
    await new Promise<void>((resolve) =>
      child.stdout.on("data", (text) => String(text).includes("Ctrl-C") && resolve()),
    );
    const all = (await descendantsOf(child.pid ?? 0)) ?? [];
    const runtime = all.find(({ command }) => /workerd\S* serve /.test(command));
    if (!runtime) throw new Error("There is no runtime.");
    for (const pid of victims({ own: child.pid ?? 0, runtime: runtime.pid })) process.kill(pid, "SIGKILL");
    await ended;
    for (const { pid } of all) await expect.poll(() => usageOf(pid), { timeout: 10_000 }).toBe("gone");
  });
});

interface Pids {
  own: number;
  runtime: number;
}
