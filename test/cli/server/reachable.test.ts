/** The look at the servers of the APIs at the start. */
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { unreachable } from "../../../src/cli/server/reachable.ts";

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it("finds nothing wrong with a server that listens, and sends it nothing", async () => {
  let received = 0;
  const port = await listening(createServer((socket) => socket.on("data", () => (received += 1))));
  expect(await unreachable(`http://127.0.0.1:${port}/v1`)).toBeUndefined();
  expect(received).toBe(0);
});

it("names a port where nothing listens", async () => {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  expect(await unreachable(`http://127.0.0.1:${port}`)).toBe("nothing listens there");
  expect(await unreachable(`https://localhost:${port}`)).toBe("nothing listens there");
});

it("names a server that speaks http where the URL says https", async () => {
  const port = await listening(createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
  expect(await unreachable(`https://127.0.0.1:${port}`)).toContain("does not speak https on this port");
});

it("waits a second for a server that says nothing", async () => {
  const port = await listening(createServer(() => {}));
  const began = Date.now();
  expect(await unreachable(`https://127.0.0.1:${port}`)).toBe("it does not answer");
  expect(Date.now() - began).toBeLessThan(3_000);
});

it("names a host name that does not exist", async () => {
  expect(await unreachable("https://nowhere.invalid")).toMatch(/host name was not found|does not answer/);
});
