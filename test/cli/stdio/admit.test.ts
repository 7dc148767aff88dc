/** Clients of `--stdio` by their names: who comes again is the same connection, and many names do not use up what there is. */
import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { admitter } from "../../../src/cli/stdio/admit.ts";
import type { Admit } from "../../../src/cli/stdio/keeper.ts";

/** The page of access tokens, as src/auth/token-page.ts answers it. */
let tokens: { id: string; name: string; scopes: string[]; expiresAt: number }[];
let server: Server;
let admit: Admit;

beforeEach(async () => {
  tokens = [];
  let made = 0;
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => (body += String(text)));
    request.on("end", () => {
      const form = new URLSearchParams(body);
      const answer: Record<string, unknown> = {};
      if (form.has("revoke")) tokens = tokens.filter(({ id }) => id !== form.get("revoke"));
      else if (form.has("name")) {
        const record = {
          id: `t${made++}`,
          name: form.get("name")!,
          scopes: form.getAll("scope"),
          expiresAt: 0,
        };
        tokens.push(record);
        Object.assign(answer, { token: `secret-${record.id}`, record });
      }
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ tokens, ...answer }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  admit = admitter(`http://127.0.0.1:${port}`, ["demo"], mkdtempSync(join(tmpdir(), "isogate-admit-")));
});
afterEach(() => void server.close());

const come = (client: string, access = "read") => admit({ key: "k", kind: "x", access, client });

it("gives a client that comes again what it had, and another one with other access", async () => {
  const first = await come("Desk");
  expect((await come("Desk")).token).toBe(first.token);
  const more = await come("Desk", "read,write");
  expect(more.token).not.toBe(first.token);
  expect(tokens.map(({ scopes }) => scopes.join(" "))).toEqual(["demo:read", "demo:read demo:write"]);
});

it.each([
  ["less", "read,write", "read"],
  ["more", "read", "read,write"],
])(
  "ends a token that was in use when its client came with %s access, once nobody uses it",
  async (_, then, now) => {
    const [one, two] = [await come("Desk", then), await come("Desk", then)];
    const next = await come("Desk", now);
    const ids = () => tokens.map(({ id }) => `secret-${id}`);
    await one.leave();
    expect(ids()).toEqual([one.token, next.token]);
    await two.leave();
    expect(ids()).toEqual([next.token]);
    await next.leave();
    expect(ids()).toEqual([next.token]);
  },
);

it("ends those that were not used for longest once there are many, and none that is here", async () => {
  const here = await come("here");
  const gone = await come("gone");
  await gone.leave();
  const regular = await come("regular");
  for (let n = 0; n < 130; n++) {
    const { leave } = await come(`client ${n}`);
    await leave();
    if (n % 20 === 0) expect((await come("regular")).token).toBe(regular.token);
    expect(tokens.length).toBeLessThanOrEqual(50);
  }
  expect((await come("here")).token).toBe(here.token);
  expect((await come("client 129")).token).toBe(
    `secret-${tokens.find(({ name }) => name === "client 129")?.id}`,
  );
  expect((await come("gone")).token).not.toBe(gone.token);
}, 60_000);
