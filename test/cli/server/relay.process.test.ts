/** What leaves by a proxy, and what does not; alone, and from code that a model wrote. */
import { spawn } from "node:child_process";
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect as connectTcp, createServer as createTcpServer, type AddressInfo } from "node:net";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../../src/cli/server/local-server.ts";
import { proxyHint, useProxy, wantsProxy, withoutOwnMachine } from "../../../src/cli/server/proxy.ts";
import { startRelay } from "../../../src/cli/server/relay.ts";
import { relayTarget } from "../../../src/terms/worker-variables.ts";
import { connect } from "../../setup/connect.ts";

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy for plain http: it is asked with whole URLs, and answers by itself. */
async function startProxy() {
  const asked: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = createServer((incoming, answer) => {
    let body = "";
    incoming.on("data", (part) => (body += String(part)));
    incoming.on("end", () => {
      asked.push({ method: incoming.method!, url: incoming.url!, headers: incoming.headers, body });
      if (incoming.url?.endsWith("/moved")) return void answer.writeHead(302, { location: "/there" }).end();
      answer.setHeader("content-type", "application/json").end('{"by":"the proxy"}');
    });
  });
  return { asked, url: `http://127.0.0.1:${await listening(server)}` };
}

/** As the Worker sends it. */
function send(
  relay: string,
  target: string,
  method = "GET",
  body = "",
): Promise<{ status: number; text: string; headers: IncomingMessage["headers"] }> {
  return new Promise((resolve, reject) => {
    const headers = { [relayTarget]: target, connection: "close", "x-own": "kept" };
    const outgoing = request(relay, { method, headers }, (response) => {
      let text = "";
      response.on("data", (part) => (text += String(part)));
      response.on("end", () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

describe("the relay", () => {
  it.each([
    ["a control character in the words of the status", "HTTP/1.1 200 O\x01K\r\nContent-Length: 1\r\n\r\nx"],
    ["a status of one digit", "HTTP/1.1 7 x\r\nContent-Length: 1\r\n\r\nx"],
    ["a status beyond all", "HTTP/1.1 1000 x\r\nContent-Length: 1\r\n\r\nx"],
    ["a control character in a header", "HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 1\r\n\r\nx"],
    ["a header without a name", "HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 1\r\n\r\nx"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"],
    ["no HTTP", "SSH-2.0-x\r\n"],
    ["another protocol", "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"],
  ])("serves on after an answer that it cannot pass on: %s", async (_what, answer) => {
    const odd = createTcpServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", () => socket.end(Buffer.from(answer, "latin1")));
    });
    await new Promise<void>((resolve) => odd.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void odd.close());
    const { port } = odd.address() as AddressInfo;
    const proxy = await startProxy();
    const relay = await startRelay({ HTTP_PROXY: proxy.url });
    onTestFinished(() => relay.close());
    await expect(send(relay.url, `http://127.0.0.1:${port}/`)).rejects.toThrow(/hang up|ECONNRESET/);
    expect((await send(relay.url, "http://api.example.com/")).status).toBe(200);
  });

  it("sends by the proxy what it is handed, whole, and follows nothing", async () => {
    const proxy = await startProxy();
    const relay = await startRelay({ HTTP_PROXY: proxy.url });
    onTestFinished(() => relay.close());
    const body = "x".repeat(300_000);
    expect((await send(relay.url, "http://api.example.com/v1/items?a=b%2Fc", "POST", body)).text).toBe(
      '{"by":"the proxy"}',
    );
    expect(proxy.asked[0]).toMatchObject({
      method: "POST",
      url: "http://api.example.com/v1/items?a=b%2Fc",
      body,
    });
    expect(proxy.asked[0]!.headers).toMatchObject({ host: "api.example.com", "x-own": "kept" });
    expect(proxy.asked[0]!.headers[relayTarget]).toBeUndefined();
    const moved = await send(relay.url, "http://api.example.com/moved");
    expect([moved.status, moved.headers.location]).toEqual([302, "/there"]);
    expect(proxy.asked).toHaveLength(2);
  });

  it("sends straight what is on this machine, or past the proxy", async () => {
    const proxy = await startProxy();
    const here = await listening(createServer((_, answer) => answer.end("here")));
    const relay = await startRelay({ HTTP_PROXY: proxy.url, NO_PROXY: "nowhere.invalid" });
    onTestFinished(() => relay.close());
    expect((await send(relay.url, `http://127.0.0.1:${here}/`)).text).toBe("here");
    expect((await send(relay.url, `http://localhost:${here}/`)).text).toBe("here");
    await expect(send(relay.url, "http://nowhere.invalid/")).rejects.toThrow(/hang up|ECONNRESET/);
    expect(proxy.asked).toEqual([]);
  });

  it("serves nobody who does not know its path, and nothing without a target", async () => {
    const proxy = await startProxy();
    const relay = await startRelay({ HTTP_PROXY: proxy.url });
    onTestFinished(() => relay.close());
    for (const [at, target] of [
      [new URL("/", relay.url).href, "http://api.example.com/"],
      [`${relay.url}x`, "http://api.example.com/"],
      [relay.url, ""],
    ] as const)
      expect((await send(at, target)).status).toBe(404);
    expect(proxy.asked).toEqual([]);
  });
});

it.each([
  [{}, false],
  [{ NO_PROXY: "*" }, false],
  [{ HTTPS_PROXY: "" }, false],
  [{ https_proxy: "http://p" }, true],
  [{ HTTP_PROXY: "http://p" }, true],
])("%o names a proxy: %s", (environment, want) => {
  expect(wantsProxy(environment)).toBe(want);
});

it("keeps what goes past the proxy, and adds this machine", () => {
  expect(withoutOwnMachine({ NO_PROXY: "a.test" })).toMatchObject({
    no_proxy: "a.test,localhost,127.0.0.1,[::1]",
  });
  expect(withoutOwnMachine({ no_proxy: "b.test", NO_PROXY: "a.test" })).toMatchObject({
    no_proxy: "b.test,localhost,127.0.0.1,[::1]",
  });
  expect(typeof useProxy).toBe("function");
});

it.each([
  [
    { HTTPS_PROXY: "proxy.corp:8080" },
    "HTTPS_PROXY needs the URL of a proxy",
    "HTTPS_PROXY=http://proxy.corp:8080",
  ],
  [{ https_proxy: "me:secret@proxy.corp:8080" }, "https_proxy needs", "https_proxy=http://proxy.corp:8080"],
  [
    { HTTP_PROXY: "socks5://me:secret@proxy.corp:1080" },
    "speaks http or https",
    "http://proxy.example.com:8080",
  ],
  [{ HTTPS_PROXY: "http//proxy.corp" }, "HTTPS_PROXY needs", "Write it like HTTPS_PROXY=http://"],
])("%o is refused with how to write it", (environment, ...sentences) => {
  const use = () => useProxy(environment);
  for (const sentence of sentences) expect(use).toThrow(sentence);
  expect(use).not.toThrow(/secret/);
});

it("says by what a host was asked for that could not be reached", () => {
  expect(proxyHint({ https_proxy: "http://p" })).toMatch(/the proxy that https_proxy names, unless NO_PROXY/);
  expect(proxyHint({ ALL_PROXY: "http://p" })).toMatch(/ALL_PROXY is not read: .*set HTTPS_PROXY/);
  expect(proxyHint({})).toBe("");
});

const certificates = join(import.meta.dirname, "certificate");

/** An API and a proxy, both on https, with certificates that only their company's own authority has signed. */
async function startCompany() {
  const [key, cert] = await Promise.all(
    ["far-key.pem", "far.pem"].map((name) => readFile(join(certificates, name))),
  );
  const asked: string[] = [];
  const api = createHttpsServer({ key, cert }, (incoming, answer) => {
    asked.push(`${incoming.method} https://${incoming.headers.host}${incoming.url}`);
    if (incoming.url === "/openapi.yaml") return void answer.end(farDocument);
    answer.setHeader("content-type", "application/json").end('{"by":"far"}');
  });
  const port = await listening(api);
  const proxy = createHttpsServer({ key, cert });
  proxy.on("connect", (incoming: IncomingMessage, socket: Duplex) => {
    asked.push(`CONNECT ${incoming.url}`);
    const onwards = connectTcp(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onwards).pipe(socket);
    });
    for (const each of [socket, onwards])
      each.on("error", () => {
        socket.destroy();
        onwards.destroy();
      });
    onTestFinished(() => void onwards.destroy());
  });
  return { asked, proxy: `https://127.0.0.1:${await listening(proxy)}` };
}

/** Runs `npm start` until it serves or ends. */
async function startWith(args: string[], env: Record<string, string>) {
  const home = await mkdtemp(join(tmpdir(), "isogate-proxied-"));
  const port = await freePort();
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../../src/cli/main.ts"), ...args], {
    env: { ...process.env, ISOGATE_HOME: home, PORT: String(port), ...env },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  let output = "";
  const serving = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        output += String(text);
        if (output.includes("Ctrl-C")) resolve(true);
      });
    void ended.then(() => resolve(false));
  });
  return { serves: await serving, output, mcp: new URL(`http://localhost:${port}/mcp`) };
}

const farDocument =
  'openapi: 3.1.0\ninfo: { title: Far, version: "1" }\nservers: [{ url: /v1 }]\npaths: { /things: { get: { operationId: list, responses: {} } } }\n';
const far = "https://far.example.com/openapi.yaml";

it("npm start works by a company's https proxy, with its own authority", { timeout: 120_000 }, async () => {
  const { asked, proxy } = await startCompany();
  const env = { HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: join(certificates, "authority.pem") };
  const { serves, output, mcp } = await startWith([far, "--open"], env);
  expect(serves, output).toBe(true);
  const client = await connect(mcp, undefined);
  const code = 'return (await api.get("/things")).data';
  const answer = await client.callTool({ name: "execute", arguments: { code } });
  await client.close();
  expect(JSON.stringify(answer)).toContain("far");
  expect(asked.filter((one) => !one.startsWith("CONNECT"))).toEqual([
    "GET https://far.example.com/openapi.yaml",
    "GET https://far.example.com/v1/things",
  ]);
  expect(asked.filter((one) => one !== "CONNECT far.example.com:443")).toHaveLength(2);
});

it.each<[string, (proxy: string) => Record<string, string>, RegExp]>([
  [
    "the authority",
    (proxy) => ({ HTTPS_PROXY: proxy }),
    /certificate is not trusted.*NODE_EXTRA_CA_CERTS=<file/,
  ],
  [
    "the proxy, by NO_PROXY",
    (proxy) => ({ HTTPS_PROXY: proxy, NO_PROXY: "far.example.com" }),
    /could not be read: .*HTTPS_PROXY names, unless NO_PROXY/,
  ],
  [
    "a proxy that listens",
    () => ({ HTTPS_PROXY: "http://127.0.0.1:9" }),
    /nothing listens.*HTTPS_PROXY names/,
  ],
  ["the name that is read", (proxy) => ({ ALL_PROXY: proxy }), /ALL_PROXY is not read: .*set HTTPS_PROXY/],
  ["its scheme", () => ({ HTTPS_PROXY: "127.0.0.1:9" }), /Write it like HTTPS_PROXY=http:\/\/127\.0\.0\.1:9/],
])("without %s it says what to set", async (_, environment, sentence) => {
  const { asked, proxy } = await startCompany();
  const { serves, output } = await startWith([far, "--open"], environment(proxy));
  expect(output).toMatch(sentence);
  expect(output).not.toMatch(/\n\s+at /);
  expect(serves).toBe(false);
  expect(asked).toEqual([]);
});

it("npm start reads a document and calls its API by the proxy", { timeout: 120_000 }, async () => {
  const proxy = await startProxy();
  const folder = await mkdtemp(join(tmpdir(), "isogate-proxied-"));
  const document = join(folder, "far.yaml");
  await writeFile(
    document,
    'openapi: 3.1.0\ninfo: { title: Far, version: "1" }\npaths: { /things: { post: { operationId: make, requestBody: { content: { application/json: { schema: {} } } }, responses: {} } } }\n',
  );
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "../../../src/cli/main.ts"),
      document,
      "--server=http://far.example.com/v1",
      "--open",
    ],
    {
      env: { ...process.env, ISOGATE_HOME: join(folder, "home"), PORT: String(port), HTTP_PROXY: proxy.url },
    },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        output += String(text);
        if (output.includes("Ctrl-C")) resolve();
      });
    void ended.then(() => reject(new Error(output)));
  });
  const client = await connect(new URL(`http://localhost:${port}/mcp`), undefined);
  const code = 'return (await api.post("/things", { body: { name: "x" } })).data';
  const answer = await client.callTool({ name: "execute", arguments: { code } });
  await client.close();
  expect(JSON.stringify(answer), output).toContain("the proxy");
  expect(proxy.asked).toEqual([
    expect.objectContaining({
      method: "POST",
      url: "http://far.example.com/v1/things",
      body: '{"name":"x"}',
    }),
  ]);
});
