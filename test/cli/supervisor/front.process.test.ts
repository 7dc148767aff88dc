/** The front between clients and the server: what passes it arrives as it was sent, at once, and whole. */
import { once } from "node:events";
import { Agent, createServer, request, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { Front } from "../../../src/cli/supervisor/front.ts";
import { freePort } from "../../../src/cli/server/local-server.ts";

async function frontOf(listener: RequestListener, wasLost = async () => false) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const front = new Front({ port: (server.address() as AddressInfo).port, wasLost });
  const port = await freePort();
  await front.listen("127.0.0.1", port);
  onTestFinished(async () => {
    await front.close();
    server.closeAllConnections();
    server.close();
  });
  return { front, url: `http://127.0.0.1:${port}`, port };
}

const echo: RequestListener = async (incoming, outgoing) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  outgoing.setHeader("content-type", "application/json");
  outgoing.end(
    JSON.stringify({
      method: incoming.method,
      url: incoming.url,
      headers: incoming.headers,
      bytes: body.length,
      sum: body.reduce((sum, byte) => (sum + byte) % 65_521, 0),
    }),
  );
};

interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  bytes: number;
  sum: number;
}

describe("the front", () => {
  it("changes neither Host nor Origin nor the path, and says who is calling itself", async () => {
    const { port } = await frontOf(echo);
    const sent = request({
      port,
      path: "/a%2Fb/../c?x=%20&y",
      method: "DELETE",
      headers: {
        Host: "evil.example:1",
        Origin: "https://page.example",
        "CF-Connecting-IP": "203.0.113.9",
        "isogate-call": "0".repeat(32),
        Cookie: "a=b; c=d",
      },
    }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const seen = JSON.parse((await answer.toArray()).join("")) as Echo;
    expect(seen).toMatchObject({ method: "DELETE", url: "/a%2Fb/../c?x=%20&y" });
    expect(seen.headers).toMatchObject({
      host: "evil.example:1",
      origin: "https://page.example",
      cookie: "a=b; c=d",
    });
    expect(seen.headers["cf-connecting-ip"]).toMatch(/127\.0\.0\.1$/);
    expect(seen.headers["isogate-call"]).toMatch(/^[0-9a-f]{32}$/);
    expect(seen.headers["isogate-call"]).not.toBe("0".repeat(32));
  });

  it.for([0, 1, 1024 * 1024, 1024 * 1024 + 1, 20_000_000])("hands on a body of %i bytes", async (bytes) => {
    const { url } = await frontOf(echo);
    const body = Buffer.alloc(bytes, 7);
    for (const sent of [body, new Blob([body]).stream()]) {
      const answer = await fetch(url, {
        method: "PUT",
        body: sent as BodyInit,
        duplex: "half",
      } as RequestInit);
      expect(await answer.json()).toMatchObject({ bytes, sum: (7 * bytes) % 65_521 });
    }
  });

  it("hands on each event when it comes", async () => {
    let go = () => {};
    const { url } = await frontOf(async (_incoming, outgoing) => {
      outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.flushHeaders();
      await new Promise<void>((resolve) => (go = resolve));
      outgoing.write("data: 1\n\n");
      await new Promise<void>((resolve) => (go = resolve));
      outgoing.end("data: 2\n\n");
    });
    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    go();
    expect((await reader.read()).value).toBe("data: 1\n\n");
    go();
    expect((await reader.read()).value).toBe("data: 2\n\n");
    expect((await reader.read()).done).toBe(true);
  });

  it("keeps status, cookies and answers without a body as they are", async () => {
    const { url } = await frontOf((incoming, outgoing) => {
      outgoing.appendHeader("Set-Cookie", "a=1").appendHeader("Set-Cookie", "b=2");
      outgoing.writeHead(incoming.method === "HEAD" ? 200 : 302, { Location: "/next" }).end();
    });
    const answer = await fetch(url, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/next"]);
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
  });

  it("leaves it to a client to close an idle connection, and lets go of it when it ends itself", async () => {
    const { front, port } = await frontOf(echo);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async () => {
      const sent = request({ port, agent }).end();
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      const { localPort } = answer.socket;
      await answer.toArray();
      return { isReused: sent.reusedSocket, localPort };
    };
    const first = await ask();
    // Longer than Node keeps one by itself, which is 5 s.
    await sleep(7_000);
    expect(await ask()).toEqual({ isReused: true, localPort: first.localPort });
    const began = performance.now();
    await front.close();
    expect(performance.now() - began).toBeLessThan(500);
  });

  it("takes a request back when its client hangs up", async () => {
    let gone = false;
    const { url } = await frontOf((incoming, outgoing) => {
      outgoing.on("close", () => (gone = true));
      incoming.resume();
    });
    const controller = new AbortController();
    const answer = fetch(url, { signal: controller.signal });
    await sleep(100);
    controller.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => gone).toBe(true);
  });

  it("lets requests wait while there is no server", async () => {
    const { front, url } = await frontOf(echo);
    front.hold();
    const answer = fetch(url, { method: "POST", body: "x" });
    await sleep(100);
    expect(front.underWay).toEqual([]);
    front.release();
    expect(await (await answer).json()).toMatchObject({ bytes: 1 });
  });

  it("says so when the server breaks off and nothing was lost with it", async () => {
    const { url } = await frontOf((_incoming, outgoing) => outgoing.destroy());
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining("Try it again")]);
  });

  it("hands on an error that the server gives", async () => {
    const { url } = await frontOf((_incoming, outgoing) => outgoing.writeHead(500).end("broken"));
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([500, "broken"]);
  });

  it("cuts an answer that has begun and cannot be finished", async () => {
    const { front, url } = await frontOf((_incoming, outgoing) => {
      outgoing.writeHead(200, { "content-type": "application/json" });
      outgoing.write('{"half":');
    });
    const answer = await fetch(url);
    const [exchange] = front.underWay;
    exchange?.answer({ status: 503, headers: {}, body: "lost" });
    await expect(answer.text()).rejects.toThrow();
  });

  it("ends a stream that has begun with a last event", async () => {
    const { front, url } = await frontOf((_incoming, outgoing) => {
      outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.write("data: 1\n\n");
    });
    const answer = await fetch(url);
    await sleep(50);
    const [exchange] = front.underWay;
    expect(exchange?.streaming).toBe(true);
    exchange?.answer({ status: 200, headers: {}, body: "data: lost\n\n" });
    expect(await answer.text()).toBe("data: 1\n\ndata: lost\n\n");
  });
});
