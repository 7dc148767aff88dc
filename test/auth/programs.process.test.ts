import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { browserMissing, launchBrowser } from "../../scripts/screenshots/browser.ts";
import { expect, inject, it, vi } from "vitest";
import { calls, useBothTools } from "./fixture/both-tools.ts";
import { makePkce, OAuthClient } from "./fixture/oauth-client.ts";
import { Person } from "./fixture/person.ts";
import { readReply } from "../setup/read-reply.ts";
import { freePort } from "../../src/cli/server/local-server.ts";

const origin = inject("origin");
const root = join(import.meta.dirname, "../..");
const bin = (name: string) => join(root, "node_modules/.bin", name);

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

async function run(file: string, args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(file, args, { cwd: root, env: { ...process.env, ...environment } });
  const ended: Ended = { code: null, out: "", err: "" };
  child.stdout.on("data", (chunk) => (ended.out += String(chunk)));
  child.stderr.on("data", (chunk) => (ended.err += String(chunk)));
  [ended.code] = (await once(child, "close")) as [number | null];
  return ended;
}

const token = (...args: string[]) =>
  run(process.execPath, ["src/cli/main.ts", "token", ...args, "--server", origin]);

it("mcp-remote logs in by dynamic registration and calls both tools", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isogate-mcp-remote-"));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(root, "node_modules/mcp-remote/dist/proxy.js"), `${origin}/mcp`, String(await freePort())],
    // `true` opens no browser; the person of the test is told the URL on stderr.
    env: { ...(process.env as Record<string, string>), MCP_REMOTE_CONFIG_DIR: folder, BROWSER: "true" },
    stderr: "pipe",
  });
  let log = "";
  const asked = new Promise<URL>((resolve) => {
    transport.stderr?.on("data", (chunk) => {
      log += String(chunk);
      const url = /(http:\/\/localhost:\d+\/authorize\?\S+)/.exec(log)?.[1];
      if (url) resolve(new URL(url));
    });
  });
  const client = new Client({ name: "isogate-test", version: "1.0.0" });
  const connected = client.connect(transport as never);
  const person = new Person();
  const url = await asked;
  await person.redirectToAuthorization(url);
  // It prints the URL, and then begins to listen for the browser that comes back.
  const back = `${url.searchParams.get("redirect_uri")}?${person.callback}`;
  await vi.waitFor(() => fetch(back), 10_000);
  await connected;
  await useBothTools(client);
  await client.close();
  await rm(folder, { recursive: true, force: true });
});

it("the Inspector's command line calls both tools with a token from npm run token", async () => {
  const { out } = await token("--access", "read", "--name", "inspector");
  const home = await mkdtemp(join(tmpdir(), "isogate-inspector-"));
  const inspect = async (...args: string[]) => {
    const header = `Authorization: Bearer ${out.trim()}`;
    const ended = await run(
      bin("mcp-inspector"),
      ["--cli", `${origin}/mcp`, "--transport", "http", "--header", header, ...args],
      { HOME: home },
    );
    if (ended.code !== 0) throw new Error(ended.err);
    return JSON.parse(ended.out) as { tools?: { name: string }[] };
  };
  const { tools } = await inspect("--method", "tools/list");
  expect(tools?.map(({ name }) => name).sort()).toEqual(["execute", "search"]);
  for (const { name, code, want } of calls) {
    const answer = await inspect("--method", "tools/call", "--tool-name", name, "--tool-arg", `code=${code}`);
    expect(readReply(answer).result).toBe(want);
  }
  await rm(home, { recursive: true, force: true });
});

it("npm run token makes, lists and revokes, and says what is wrong", async () => {
  const made = await token(
    "--access",
    "read,write",
    "--api",
    "demo",
    "--name",
    "for the test",
    "--days",
    "1",
  );
  expect([made.code, made.out]).toEqual([0, expect.stringMatching(/^isogate_[\w-]{43}\n$/)]);
  const list = await token("--list");
  const [id] = /^(\S+) .*for the test/m.exec(list.out)?.slice(1) ?? [];
  expect(list.out).toContain("demo:read demo:write");
  expect(made.err).toContain(`--revoke ${id}\n`);
  expect((await token("--revoke", id!)).code).toBe(0);
  expect((await token("--list")).out).not.toContain("for the test");
  const connections = await (await fetch(`${origin}/connections`)).text();
  expect(connections).toContain("Access token “for the test”, by ");
  for (const [args, says] of [
    [[], "--access read"],
    [["--access", "fly"], "--access takes read, write and delete"],
    [["--access", "read", "--api", "none"], 'This server has no API "none"; it has demo'],
    [["--access", "read", "--days", "9999"], "from 1 to 365"],
    [["--revoke", "0000000000000000"], "You have no token with this id"],
    [["--nonsense"], "--nonsense"],
  ] as const) {
    const { code, err } = await token(...args);
    // As everywhere: 2 for a call that cannot be understood, 1 for one that cannot be done.
    expect([args, code]).toEqual([args, says === "--nonsense" ? 2 : 1]);
    expect(err).toContain(says);
  }
  const nobody = await run(process.execPath, [
    "src/cli/main.ts",
    "token",
    "--list",
    "--server",
    "http://localhost:1",
  ]);
  expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining("npm start")]);
});

it("npm run users lists users and connections, ends one, and says what is wrong", async () => {
  const users = (...args: string[]) =>
    run(process.execPath, ["src/cli/main.ts", "users", "--server", origin, ...args]);
  const client = new OAuthClient(origin, (request) => fetch(request));
  await client.register({ client_name: "To be put out" });
  const { access_token } = await client.logIn();
  const list = await users();
  const [line, id] = /^ {2}(\S+) {2}To be put out .*$/m.exec(list.out) ?? [];
  expect([list.code, list.out]).toEqual([
    0,
    expect.stringMatching(/^local {2}you, on this computer {2}last seen /m),
  ]);
  expect(line).toMatch(/since \d{4}-\d\d-\d\d \d\d:\d\d UTC .*demo:read/);
  const ended = await users("--end", id!);
  expect([ended.code, ended.out]).toEqual([
    0,
    "Ended the access of To be put out for you, on this computer.\n",
  ]);
  expect((await client.call(access_token)).status).toBe(401);
  expect((await users()).out).not.toContain("To be put out");
  for (const [args, says, code] of [
    [["--end", id!], "no user and no connection", 1],
    [["--end", "-abcdefghijklmno"], "no user and no connection", 1],
    [["--server", "nowhere"], "Write https://nowhere", 1],
    [["--server", "http://localhost:1"], "npm start", 1],
    [["--nonsense"], "--nonsense", 2],
  ] as const)
    expect([args, await users(...args)]).toEqual([
      args,
      expect.objectContaining({ code, err: expect.stringContaining(says) as string }),
    ]);
});

it.skipIf(browserMissing())(
  "a person allows in a real browser what they tick, and the browser goes back to the client",
  async () => {
    const callback = createServer((_request, response) => void response.end("back")).listen(0, "127.0.0.1");
    await once(callback, "listening");
    const address = callback.address();
    const client = new OAuthClient(origin, (request) => fetch(request));
    client.redirectUri = `http://localhost:${typeof address === "object" && address ? address.port : 0}/callback`;
    await client.register({ client_name: "A program" });
    const pkce = await makePkce();
    const browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(client.authorizeUrl(pkce, { scope: "demo:read demo:write" }).href);
    expect(await page.textContent("h1")).toContain("A program");
    // Everything can be reached and pressed by keyboard, and every field has a name to be read out.
    expect(
      await page.$$eval("input:not([type=hidden])", (boxes) =>
        boxes.every((box) => ((box as { labels?: ArrayLike<unknown> }).labels?.length ?? 0) > 0),
      ),
    ).toBe(true);
    // Parts of an access are there to be chosen as long as the access is ticked.
    const parts = page.locator('input[name=tag][value^="demo:write:"]').first();
    expect(await page.isChecked('input[value="demo:write"]')).toBe(false);
    await page.click('input[value="demo:write"]');
    await page.locator("details:has(input[value^='demo:write:']) summary").click();
    expect(await parts.isVisible()).toBe(true);
    await parts.check();
    await page.click('input[value="demo:write"]');
    expect(await parts.isVisible()).toBe(false);
    await page.click("button.primary");
    await page.waitForURL(`${client.redirectUri}**`);
    const url = new URL(page.url());
    await browser.close();
    callback.close();
    const redeemed = await client.redeem(url.searchParams.get("code") ?? "", pkce);
    expect(((await redeemed.json()) as { scope: string }).scope).toBe("demo:read");
  },
);
