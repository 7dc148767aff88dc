/**
 * DNS rebinding against the running server: a page's host name that suddenly resolves to this machine arrives with
 * that name in Host. Sent by hand, since no client lets one choose Host.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { expect, inject, it } from "vitest";

const { port } = new URL(inject("origin"));

async function statusOf(method: string, path: string, headers: string[]): Promise<number> {
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  const body = method === "GET" ? "" : "{}";
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...headers,
    "Connection: close",
    `Content-Length: ${body.length}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

const paths = [
  ["POST", "/mcp"],
  ["POST", "/mcp/demo"],
  ["GET", "/"],
  ["GET", "/runs"],
  ["GET", "/tokens"],
  ["POST", "/tokens"],
  ["GET", "/authorize"],
  ["POST", "/oauth/token"],
  ["POST", "/oauth/register"],
  ["GET", "/.well-known/oauth-authorization-server"],
  ["GET", "/.well-known/oauth-protected-resource/mcp"],
] as const;

it("answers no path under a host name that is not its own, whatever Origin says", async () => {
  const attempts = [
    ["Host: rebound.example"],
    [`Host: rebound.example:${port}`, `Origin: http://rebound.example:${port}`],
    [`Host: localhost.rebound.example:${port}`],
    [`Host: 192.168.1.7:${port}`],
    [`Host: 0.0.0.0:${port}`],
  ];
  for (const headers of attempts)
    for (const [method, path] of paths)
      expect([headers, path, await statusOf(method, path, headers)]).toEqual([headers, path, 421]);
});

it("does not take the name of a proxy for its own", async () => {
  for (const header of [
    "X-Forwarded-Host: localhost",
    "Forwarded: host=localhost",
    "X-Original-Host: localhost",
  ])
    expect(await statusOf("POST", "/mcp", ["Host: rebound.example", header])).toBe(421);
});

it("answers under its own names", async () => {
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`])
    expect(await statusOf("POST", "/mcp", [`Host: ${host}`])).toBe(401);
});
