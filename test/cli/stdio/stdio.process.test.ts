/** `--stdio` as clients use it that start a command: real clients, real processes, a folder of their own. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startDemoApi } from "../../../demo/server.ts";
import { settingsFor } from "../../../src/cli/connect.ts";
import { Address, addressFile } from "../../../src/cli/stdio/keeper.ts";
import { usageOf } from "../../../src/cli/supervisor/processes.ts";
import { AtTheConsole } from "../../journey/fixture/at-the-console.ts";

const project = join(import.meta.dirname, "../../..");
const program = join(project, "src/cli/main.ts");
const document = join(project, "demo/openapi.yaml");
const token = "stdio-demo-token";
let demo: Awaited<ReturnType<typeof startDemoApi>>;
let home: string;

beforeAll(async () => {
  demo = await startDemoApi({ port: 0, token });
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "isogate-stdio-"));
});
afterAll(async () => {
  await demo.close();
});

const environment = (more: Record<string, string> = {}) => ({
  ...process.env,
  ISOGATE_HOME: home,
  DEMO: token,
  ...more,
});
const args = (...more: string[]) => [
  program,
  document,
  "--name=demo",
  `--server=${demo.url}`,
  "--credential=bearer=DEMO",
  "--stdio",
  ...more,
];

async function connected(
  mode: "auto" | "legacy",
  more: string[] = [],
  name = "a desktop client",
  secrets: Record<string, string> = {},
) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: args(...more),
    env: environment(secrets) as Record<string, string>,
    stderr: "pipe",
  });
  const client = new Client({ name, version: "1" }, { versionNegotiation: { mode } });
  await client.connect(transport, { timeout: 60_000 });
  return client;
}

async function call(client: Client, name: string, code: string): Promise<string> {
  const { content } = await client.callTool({ name, arguments: { code } }, { timeout: 60_000 });
  return content.map((one) => (one.type === "text" ? one.text : "")).join("\n");
}

/** The folders of state, one for each server. */
const folders = async () => (await readdir(join(home, "stdio"))).map((name) => join(home, "stdio", name));

/** The process that serves in a folder. */
async function serving(folder: string): Promise<number> {
  return (JSON.parse(await readFile(join(folder, "lock"), "utf8")) as { pid: number }).pid;
}

/** One that has ended stays in the system's table until its parent has looked, which may take seconds. */
const isAlive = async (pid: number) => typeof (await usageOf(pid)) === "object";

const write = (address: string) =>
  `return (await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value: "${address}" }, notes: "x" } })).status`;

it(
  "serves clients of both revisions with one server, each with its own access, and ends with the last",
  { timeout: 120_000 },
  async () => {
    const [one, two] = await Promise.all([
      connected("legacy"),
      connected("auto", ["--access", "read,write"]),
    ]);
    for (const client of [one, two]) {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(["search", "execute"]);
      expect(await call(client, "search", "return spec.info.title")).toContain("Breakwater");
    }
    const [folder, ...others] = await folders();
    expect(others).toEqual([]);
    const pid = await serving(folder!);
    expect(await call(one, "execute", write("198.51.100.1"))).toMatch(
      /needs-scope[^]*add --access read,write to the command that starts isogate/,
    );
    expect(await call(two, "execute", write("198.51.100.1"))).toContain("201");
    await one.close();
    expect(await call(two, "execute", `return (await api.get("/zones")).status`)).toContain("200");
    await two.close();
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    await expect(readFile(addressFile(folder!), "utf8")).rejects.toThrow("ENOENT");
  },
);

it("runs from any folder as `isogate connect` prints it", { timeout: 60_000 }, async () => {
  const options = ["demo/openapi.yaml", "--name=demo", "--server", demo.url, "--credential", "bearer=DEMO"];
  const [desktop] = settingsFor(options, project);
  const { mcpServers } = JSON.parse(desktop!.paste) as {
    mcpServers: Record<string, { command: string; args: string[]; env: Record<string, string> }>;
  };
  expect(Object.keys(mcpServers)).toEqual(["demo"]);
  const { command, args: printed, env } = mcpServers["demo"]!;
  expect(env).toEqual({ DEMO: "your secret" });
  const transport = new StdioClientTransport({
    command,
    args: printed,
    env: environment() as Record<string, string>,
    cwd: tmpdir(),
  });
  const client = new Client({ name: "a desktop client", version: "1" });
  await client.connect(transport, { timeout: 60_000 });
  expect(await call(client, "execute", `return (await api.get("/zones")).status`)).toContain("200");
  await client.close();
});

it("answers what was under way when the server died, and serves on", { timeout: 120_000 }, async () => {
  const client = await connected("legacy");
  const [folder] = await folders();
  const pid = await serving(folder!);
  const lost = call(client, "execute", "await new Promise((done) => setTimeout(done, 30_000))");
  const told = expect(lost).rejects.toThrow(/ended before it answered/);
  await new Promise((done) => setTimeout(done, 1_000));
  process.kill(pid, "SIGKILL");
  await told;
  expect(await call(client, "search", "return 6 * 7")).toContain("42");
  expect(await serving(folder!)).not.toBe(pid);
  await client.close();
});

it(
  "goes on with what a client keeps and runs in the background, when that client comes again with the same access",
  { timeout: 180_000 },
  async () => {
    const access = ["--access", "read,write"];
    const first = await connected("auto", access);
    const propose = async (client: Client, given: object) => {
      const { content } = await client.callTool(
        { name: "execute", arguments: { ...given } },
        { timeout: 60_000 },
      );
      return content.map((one) => (one.type === "text" ? one.text : "")).join("\n");
    };
    const code = `state.runs = (state.runs ?? 0) + 1; return [state.runs, (await api.get("/zones")).status]`;
    const proposed = await propose(first, { code, keep: { name: "count zones" } });
    const page = new URL(/http:\S+\/programs\/\S+/.exec(proposed)![0]);
    const person = new AtTheConsole(page.origin);
    await person.send(page.pathname, { do: "allow", zone: "UTC" });
    expect((await person.open(page.pathname)).text).toContain("Active");
    const count = `return await run("count zones")`;
    expect(await call(first, "execute", count)).toContain("[1,200]");
    const begun = await propose(first, {
      code: `await sleep("8 seconds"); return (await api.get("/zones")).status + 100`,
      background: true,
    });
    const [, runId = ""] = /Run (\w+) has begun/.exec(begun) ?? [];
    const [folder] = await folders();
    const pid = await serving(folder!);
    await first.close();
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);

    const again = await connected("auto", access);
    expect(await call(again, "execute", count)).toContain("[2,200]");
    const recall = () => call(again, "execute", `return await recall("${runId}")`);
    await expect.poll(recall, { timeout: 60_000 }).toMatch(/^300$/m);
    // What was shown before leads to the same server.
    expect((await person.open(page.pathname)).text).toContain("count zones");
    const second = await serving(folder!);
    await again.close();
    await expect.poll(() => isAlive(second), { timeout: 20_000 }).toBe(false);

    const less = await connected("auto", ["--access", "read"]);
    expect(await call(less, "execute", count)).toMatch(/no program|It is ended/);
    expect((await person.open(page.pathname)).text).toContain("Its connection was ended.");
    await less.close();
  },
);

it(
  "is not asked to keep what its access does not allow: it is told how to get more",
  { timeout: 60_000 },
  async () => {
    const client = await connected("auto");
    const code = `await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value: "198.51.100.9" } } })`;
    const { content } = await client.callTool({
      name: "execute",
      arguments: { code, keep: { name: "block one" } },
    });
    const text = JSON.stringify(content);
    expect(text).toContain("needs the scope demo:write, which this connection was not given");
    expect(text).toContain("It was not proposed.");
    expect(text).toContain("add --access read,write to the command that starts isogate");
    await client.close();
  },
);

it.each(["", " ", "\t\n"])("serves a client that calls itself %j", { timeout: 60_000 }, async (name) => {
  for (const mode of ["legacy", "auto"] as const) {
    const client = await connected(mode, [], name);
    expect(await call(client, "search", "return spec.info.title")).toContain("Breakwater");
    await client.close();
  }
});

it("lets in only who knows what the folder says", { timeout: 120_000 }, async () => {
  const client = await connected("auto");
  // The process that it asked for the revision has ended: the one after is there from its first message.
  await client.listTools();
  const [folder] = await folders();
  const { port } = Address.parse(JSON.parse(await readFile(addressFile(folder!), "utf8")));
  for (const text of [
    `{"key":"guess","kind":"","access":"read","client":"x"}\n`,
    "GET / HTTP/1.1\r\n\r\n",
    "\n",
  ]) {
    const heard = await new Promise<string>((resolve) => {
      let all = "";
      const socket = connect(port, "127.0.0.1", () => socket.write(text));
      socket.on("data", (chunk) => (all += String(chunk)));
      socket.on("error", () => socket.destroy());
      socket.on("close", () => resolve(all));
    });
    expect(heard).toBe("");
  }
  const refused = await run([], { DEMO: "another secret" });
  expect(refused.code).toBe(1);
  const { id, error } = JSON.parse(refused.out) as { id: number; error: { message: string } };
  expect([id, error.message]).toEqual([1, expect.stringContaining("with other secrets in its environment")]);
  expect(refused.err).toContain(error.message);
  await client.close();
});

it(
  "makes room at once for one with other secrets, when nobody else is there",
  { timeout: 120_000 },
  async () => {
    const first = await connected("auto");
    const [folder] = await folders();
    const before = await serving(folder!);
    await first.close();
    // The server stays for a while after its last client.
    expect(await isAlive(before)).toBe(true);
    const second = await connected("auto", [], "a desktop client", { DEMO: "another secret" });
    expect(await isAlive(before)).toBe(false);
    expect(await serving(folder!)).not.toBe(before);
    await second.close();
  },
);

it("believes no program that listens where a killed server did", { timeout: 120_000 }, async () => {
  const first = await connected("legacy");
  const [folder] = await folders();
  const file = addressFile(folder!);
  const { key } = Address.parse(JSON.parse(await readFile(file, "utf8")));
  const pid = await serving(folder!);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => isAlive(pid)).toBe(false);
  await first.close();
  let told = "";
  const impostor = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      told += String(chunk);
      socket.write('{"heard":true}\n{"url":"http://127.0.0.1:9/mcp","token":"x"}\n');
      socket.write('{"heard":"guess"}\n{"url":"http://127.0.0.1:9/mcp","token":"x"}\n');
    });
  });
  await new Promise<void>((done) => impostor.listen(0, "127.0.0.1", done));
  const { port } = impostor.address() as AddressInfo;
  await writeFile(file, JSON.stringify({ port, key }));
  const client = await connected("legacy");
  expect(await call(client, "search", "return 6 * 7")).toContain("42");
  expect(told).toContain("nonce");
  expect(told).not.toMatch(/key|kind|access|client/);
  await client.close();
  impostor.close();
});

it("ends although somebody holds a connection and says nothing", { timeout: 60_000 }, async () => {
  const client = await connected("legacy", [], "n".repeat(20_000));
  const [folder] = await folders();
  const { port } = Address.parse(JSON.parse(await readFile(addressFile(folder!), "utf8")));
  const pid = await serving(folder!);
  const silent = connect(port, "127.0.0.1");
  const half = connect(port, "127.0.0.1", () => half.write('{"nonce":"012345678901234567890"}\n'));
  for (const socket of [silent, half]) socket.on("error", () => socket.destroy());
  await client.close();
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

/** Runs the command as a client would that sends one message. */
function run(more: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, args(...more), { env: environment(env) });
    let [out, err] = ["", ""];
    child.stdout.on("data", (text) => (out += String(text)));
    child.stderr.on("data", (text) => (err += String(text)));
    child.on("close", (code) => resolve({ code, out, err }));
    const params = {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "x", version: "1" },
    };
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`);
  });
}

it.each<[args: string[], sentence: string]>([
  [["--access", "reed"], '--access takes read, write, delete, separated by commas; it has "reed".'],
  [["--open"], "leave out --open"],
  [["--server=ftp://x"], "--server"],
])(
  "ends with a sentence on standard error, and nothing on standard output, for %j",
  async (more, sentence) => {
    const { code, out, err } = await run(more);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(sentence);
  },
);

it("prints commands that a shell takes as they are", () => {
  const name = "it's $HOME";
  const shown = settingsFor(["openapi.yaml", "--name", "x", "--server", name], project);
  const { paste } = shown.find(({ client }) => client === "Claude Code")!;
  expect(paste).toContain(`--server 'it'\\''s $HOME'`);
  expect(shown.map(({ client }) => client)).toContain("Zed");
});
