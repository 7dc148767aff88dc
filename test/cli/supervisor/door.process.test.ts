/** What the front tells the server of where a request was made, and how a browser comes to be believed. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, request, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { connect, type AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeHeader, type Place } from "../../../src/auth/this-machine.ts";
import { freePort } from "../../../src/cli/server/local-server.ts";
import { Door } from "../../../src/cli/supervisor/door.ts";
import { Front } from "../../../src/cli/supervisor/front.ts";

const reached: string[] = [];
let received: IncomingMessage["headers"] = {};
const server = createServer((incoming, outgoing) => {
  reached.push(incoming.url ?? "");
  received = incoming.headers;
  outgoing.end(incoming.headers[placeHeader]);
});
let front: Front;
let door: Door;
let port: number;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = await freePort();
  door = new Door(port);
  await door.listen("127.0.0.1");
  front = new Front({ port: (server.address() as AddressInfo).port, wasLost: async () => false }, { door });
  await front.listen("127.0.0.1", port);
});
afterAll(async () => {
  await front.close();
  await door.close();
  server.closeAllConnections();
  server.close();
});

interface Answer {
  status: number | undefined;
  headers: IncomingMessage["headers"];
  text: string;
}

async function get(
  at: number,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Answer> {
  const sent = request({ host: "127.0.0.1", port: at, path, method, headers }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: (await answer.toArray()).join("") };
}

const place = async (headers?: Record<string, string>) =>
  JSON.parse((await get(port, "/", headers)).text) as Place;

async function doorPort(): Promise<number> {
  const told = await place();
  if (told.is !== "unproven") throw new Error(`it is ${told.is}`);
  return told.door;
}

describe("the door", () => {
  it("gives the browser a cookie that proves its place, and sends it back to where it was", async () => {
    const at = await doorPort();
    const to = "/authorize?client_id=a%26b&redirect_uri=http%3A%2F%2Flocalhost%3A1%2F&x=%C3%A4";
    const { status, headers } = await get(at, `/?${new URLSearchParams({ to })}`, {
      Host: `localhost:${at}`,
    });
    expect([status, headers.location]).toEqual([302, `http://localhost:${port}${to}`]);
    const [cookie = ""] = headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax$/);
    const pair = cookie.split(";")[0] ?? "";
    expect(await place({ Cookie: `a=b; ${pair}; c=d` })).toEqual({ is: "here" });
    expect(await place({ Cookie: pair, "X-Forwarded-For": "" })).toMatchObject({ is: "elsewhere" });
    for (const forged of [
      `${pair}x`,
      pair.slice(0, -1),
      `${pair.split("=")[0]}=`,
      `x${pair}`,
      pair.toUpperCase(),
    ])
      expect(await place({ Cookie: forged })).toMatchObject({ is: "unproven" });
  });

  it("leads to no other server", async () => {
    const at = await doorPort();
    for (const to of [
      "//evil.example/",
      "/\\evil.example",
      "/@evil.example/",
      "/%0d%0aSet-Cookie: a=b",
      "/\r\nA: b",
    ]) {
      const { headers } = await get(at, `/?${new URLSearchParams({ to })}`, { Host: `localhost:${at}` });
      expect([to, new URL(headers.location ?? "").origin, headers["a"]]).toEqual([
        to,
        `http://localhost:${port}`,
        undefined,
      ]);
    }
    for (const to of ["https://evil.example/", "@evil.example/", ".evil.example/", "1/", ""])
      expect((await get(at, `/?${new URLSearchParams({ to })}`, { Host: `localhost:${at}` })).status).toBe(
        403,
      );
  });

  it("is closed to a request under another name, through a proxy or with another method", async () => {
    const at = await doorPort();
    const own = { Host: `localhost:${at}` };
    for (const [headers, method] of [
      [{ Host: "rebound.example" }, "GET"],
      [{ Host: `rebound.example:${at}` }, "GET"],
      [{ Host: `localhost.rebound.example:${at}` }, "GET"],
      [{ Host: `localhost:${port}` }, "GET"],
      [{ Host: `192.168.1.7:${at}` }, "GET"],
      [{ ...own, "X-Real-IP": "203.0.113.9" }, "GET"],
      [own, "POST"],
      [own, "HEAD"],
    ] as const) {
      const answer = await get(at, "/?to=/", headers, method);
      expect([headers, answer.status, answer.headers["set-cookie"]]).toEqual([headers, 403, undefined]);
    }
  });
});

describe("the front", () => {
  it("sees a proxy in what the connection shows, and takes nobody's word for it", async () => {
    for (const headers of [
      { Via: "1.0 a" },
      { "CF-Connecting-IP": "127.0.0.1" },
      // Named in Connection, a header is taken out before the server sees it.
      { Connection: "x-forwarded-for", "X-Forwarded-For": "203.0.113.9" },
    ])
      expect([headers, await place(headers as unknown as Record<string, string>)]).toMatchObject([
        headers,
        { is: "elsewhere" },
      ]);
    expect(await place({ [placeHeader]: JSON.stringify({ is: "here" }) })).toMatchObject({ is: "unproven" });
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET / HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    expect((await socket.toArray()).join("")).toContain("(HTTP/1.0)");
  });

  it.for([
    "/cdn-cgi/handler/scheduled",
    "/cdn-cgi/local/scheduled",
    "/cdn-cgi/mf/scheduled?cron=x",
    "/cdn-cgi",
    "//cdn-cgi/handler/scheduled",
    "/a/../cdn-cgi/handler/scheduled",
    "/./cdn-cgi/handler/scheduled",
    "/%63dn-cgi/handler/scheduled",
    "/cdn%2Dcgi/handler/scheduled",
    "/a/%2e%2e/cdn-cgi/x",
    "/\\cdn-cgi/x",
    "/CDN-CGI/handler/scheduled",
    "http://localhost/cdn-cgi/handler/scheduled",
  ])("hands on nothing below /cdn-cgi/: %s", async (path) => {
    reached.length = 0;
    expect((await get(port, path)).status).toBe(404);
    expect(reached).toEqual([]);
  });

  it("hands on no header by which the local runtime takes orders: all that are in its source", async () => {
    const folder = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "..");
    const source = (
      await Promise.all(
        ["miniflare/dist/src/index.js", "miniflare/dist/src/workers/core/entry.worker.js"].map((file) =>
          readFile(join(folder, file), "utf8"),
        ),
      )
    ).join();
    const known = new Set(
      [...source.matchAll(/"((?:X-)?(?:MF|Miniflare)-[\w-]+)"/gi)].map(([, name = ""]) => name),
    );
    for (const name of ["MF-Original-URL", "MF-Route-Override", "MF-CF-Blob"]) expect(known).toContain(name);
    for (const name of [...known, "mf-original-url", "mF-oRIGINAL-uRL", "MF-Anything-New"]) {
      await get(port, "/", { [name]: "http://localhost/cdn-cgi/handler/scheduled", "X-Mine": "1" });
      expect(received["x-mine"]).toBe("1");
      expect(Object.keys(received)).not.toContain(name.toLowerCase());
    }
  });

  it.for(["/cdn-cgix", "/docs/about-cdn-cgi", "/?to=/cdn-cgi/x", "/%zz"])("hands on %s", async (path) => {
    expect((await get(port, path)).status).toBe(200);
  });
});

/** What a program says that is no browser. @returns the status, or 0 if the connection was closed without one */
function say(text: string): Promise<number> {
  return new Promise((resolve) => {
    let told = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(text, "latin1")));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on("data", (chunk) => (told += String(chunk)));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(Number(told.split(" ")[1] ?? 0)));
  });
}

const asks = (...lines: string[]) => ["GET / HTTP/1.1", ...lines, "Connection: close", "", ""].join("\r\n");
const post = (body: string, ...lines: string[]) =>
  [
    "POST /mcp HTTP/1.1",
    "Host: a",
    ...lines,
    `Content-Length: ${body.length}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");

describe("a host that is none", () => {
  it.each([
    "localhost:1/cdn-cgi/handler/scheduled#",
    "localhost/mcp?",
    "localhost\\mcp#",
    "localhost#.evil.example",
    "localhost?.evil.example",
    "localhost:1@evil.example",
    "evil.example@localhost",
    "localhost,evil.example",
    "local host",
    "%6cocalhost",
    "\xe2\x85\xbcocalhost",
    "localhost:1:2",
    "localhost:",
    "[::1",
    "[localhost]",
    "localhost:99999",
    "1.2.3.256",
    "1.2.3.4.5",
    "0x100000000",
    "[:::]",
    "[1:2]",
    "",
  ])("is refused, for the runtime would read the address from it: %j", async (host) => {
    reached.length = 0;
    expect(await say(asks(`Host: ${host}`))).toBe(400);
    expect(reached).toEqual([]);
  });

  it.each([
    "localhost",
    "LOCALHOST:8484",
    "127.0.0.1:1",
    "[::1]:65535",
    "[::ffff:127.0.0.1]",
    "a_b.example",
    "a.example.",
  ])("is not %s", async (host) => expect(await say(asks(`Host: ${host}`))).toBe(200));
});

describe("a request that no client sends", () => {
  it.each<[what: string, text: string, statuses: number[]]>([
    ["two hosts", asks("Host: localhost", "Host: evil.example"), [400]],
    ["the same host twice", asks("Host: localhost", "Host: localhost"), [400]],
    ["three hosts, one of them empty", asks("Host:", "Host: a", "hOST: b"), [400]],
    ["no host", asks("X: 1"), [400]],
    ["two credentials", asks("Host: a", "Authorization: Bearer 1", "Authorization: Bearer 2"), [200]],
    ["two content types", post("{}", "Content-Type: a/b", "Content-Type: c/d"), [200]],
    ["two expectations", post("{}", "Expect: 100-continue", "Expect: x"), [100, 400, 417]],
    ["a host that is of the connection only", asks("Host: a", "Connection: host"), [200, 400]],
    [
      "bytes that are no ASCII",
      "GET /\xff\xe4 HTTP/1.1\r\nHost: a\r\nX: \xff\r\nConnection: close\r\n\r\n",
      [200, 400],
    ],
    ["all of the server", "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [400]],
    ["an asterisk and more", "GET *@localhost/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [400]],
    ["a whole URL", "GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [200]],
    ["a tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", [0]],
    ["another protocol", asks("Host: a", "Upgrade: websocket", "Connection: Upgrade"), [200, 0]],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 0]],
    ["JSON nested deeply", post("[".repeat(500_000), "Content-Type: application/json"), [200]],
    ["the message null", post("null", "Content-Type: application/json"), [200]],
    ["a message without sense", post('{"method":1,"params":null}', "Content-Type: application/json"), [200]],
  ])("is answered or refused, and the server serves on: %s", async (_what, text, statuses) => {
    expect(statuses).toContain(await say(text));
    expect((await get(port, "/")).status).toBe(200);
  });
});
