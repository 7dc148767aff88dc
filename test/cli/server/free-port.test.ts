import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { freePort, freePortLike } from "../../../src/cli/server/local-server.ts";

/** Linux: `net.ipv4.ip_local_port_range` begins at 32,768; IANA's dynamic ports (RFC 6335, clause 6) at 49,152. */
const firstOfTheSystem = 32_768;

test.for([
  ["any", freePort],
  ["any that was kept", () => freePortLike(0)],
  ["one that the system gave once", () => freePortLike(35_363)],
  ["the first of the system's", () => freePortLike(firstOfTheSystem)],
  ["a well-known one", () => freePortLike(8080)],
] as const)("%s: a port that the system gives to nobody", async ([, choose]) => {
  const port = await choose();
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(firstOfTheSystem);
});

test("the port of before while it is free, and another one while somebody has it", async () => {
  const before = await freePort();
  expect(await freePortLike(before)).toBe(before);
  const taken = createServer().listen(before, "127.0.0.1");
  await once(taken, "listening");
  const other = await freePortLike(before);
  await once(taken.close(), "close");
  expect(other).not.toBe(before);
  expect(other).toBeLessThan(firstOfTheSystem);
});
