/** A connection that is ended while its code is running: what the code sends from then on is refused. */
import { describe, expect, inject, it } from "vitest";
import { OAuthClient } from "./fixture/oauth-client.ts";
import { readReply } from "../setup/read-reply.ts";

const origin = inject("origin");
const server = (request: Request) => fetch(request);

/** Asks again and again, for half a minute at most, and tells how often it was answered before it was refused. */
const code = `
  const answered = [];
  for (let turn = 0; turn < 120; turn++) {
    try {
      answered.push((await apis.demo.get("/zones")).status);
    } catch (error) {
      return { answered: answered.length, kind: error.failure?.kind, message: error.message };
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return { answered: answered.length };`;

interface Reply {
  result: { answered: number; kind?: string; message?: string };
  requests: string[];
}

async function runUntilRefused(client: OAuthClient, token: string, revoke: () => Promise<unknown>) {
  const running = client.call(token, "/mcp", {}, "execute", { code });
  // The run has to be under way: its first request is in no way held back by this.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await revoke();
  const text = await (await running).text();
  const line = text.startsWith("{") ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? text);
  return readReply((JSON.parse(line) as { result: unknown }).result) as Reply;
}

describe.concurrent("a connection that is ended in the middle of a run", () => {
  const want = {
    kind: "denied",
    message: expect.stringContaining("this connection was ended during the run") as unknown,
  };

  it("sends nothing more: the grant of a client", async () => {
    const client = new OAuthClient(origin, server);
    const { access_token, refresh_token } = await client.logIn();
    const reply = await runUntilRefused(client, access_token, () => client.token({ token: refresh_token }));
    expect(reply.result).toMatchObject(want);
    expect(reply.result.answered).toBeGreaterThan(0);
    expect(reply.requests.at(-1)).toBe("listZones: denied (revoked connections)");
    expect((await client.call(access_token, "/mcp", {}, "execute", { code: "1" })).status).toBe(401);
  });

  it("sends nothing more: an access token", async () => {
    const form = (fields: Record<string, string>) =>
      fetch(`${origin}/tokens`, {
        method: "POST",
        headers: { Accept: "application/json", Origin: origin },
        body: new URLSearchParams(fields),
      });
    const made = await form({ name: "to be ended", days: "1", scope: "demo:read" });
    const { token, record } = (await made.json()) as { token: string; record: { id: string } };
    const client = new OAuthClient(origin, server);
    const reply = await runUntilRefused(client, token, () => form({ revoke: record.id }));
    expect(reply.result).toMatchObject(want);
    expect(reply.result.answered).toBeGreaterThan(0);
  });

  it("sends nothing more: a connection that an operator ended", async () => {
    const client = new OAuthClient(origin, server);
    const { access_token } = await client.logIn();
    const grant = access_token.split(":")[1]!;
    const token = crypto.randomUUID();
    const end = async () => {
      const ended = await fetch(`${origin}/users/end`, {
        method: "POST",
        headers: { Accept: "application/json", Origin: origin, Cookie: `isogate-form=${token}` },
        body: new URLSearchParams({ token, user: "local", connection: grant }),
      });
      expect([ended.status, await ended.json()]).toEqual([200, {}]);
    };
    const reply = await runUntilRefused(client, access_token, end);
    expect(reply.result).toMatchObject(want);
    expect(reply.result.answered).toBeGreaterThan(0);
    expect((await client.call(access_token, "/mcp", {}, "execute", { code: "1" })).status).toBe(401);
  });

  it("leaves the runs of other connections alone", async () => {
    const [one, other] = [new OAuthClient(origin, server), new OAuthClient(origin, server)];
    const [ended, going] = await Promise.all([one.logIn(), other.logIn()]);
    const short = code.replace("120", "16");
    const running = other.call(going.access_token, "/mcp", {}, "execute", { code: short });
    await one.token({ token: ended.refresh_token });
    expect(await (await running).text()).toContain('\\"answered\\":16');
  });
});
