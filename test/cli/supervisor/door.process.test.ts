/** What the front tells the server of where a request was made, and how a browser comes to be believed. */
import { once } from "node:events";
import { createServer, request, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { placeHeader, type Place } from "../../../src/auth/this-machine.ts";
import { freePort } from "../../../src/cli/server/local-server.ts";
import { Door } from "../../../src/cli/supervisor/door.ts";
import { Front } from "../../../src/cli/supervisor/front.ts";

const reached: string[] = [];
const server = createServer((incoming, outgoing) => {
  reached.push(incoming.url ?? "");
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
  front = new Front({ port: (server.address() as AddressInfo).port, wasLost: async () => false }, door);
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

  it.for(["/cdn-cgix", "/docs/about-cdn-cgi", "/?to=/cdn-cgi/x", "/%zz"])("hands on %s", async (path) => {
    expect((await get(port, path)).status).toBe(200);
  });
});
