/** More access than the connection has: what the model is told, what the client is told, and the page that gives it. */
import { describe, expect, inject, it } from "vitest";
import { codeOf, makePkce, OAuthClient, type Tokens } from "./fixture/oauth-client.ts";
import { readReply } from "../setup/read-reply.ts";

const origin = inject("origin");
const newClient = () => new OAuthClient(origin, (request) => fetch(request));

const code = `
  const { data } = await apis.demo.get("/zones");
  const { id: zone, name } = data.items[0];
  const record = { type: "TXT", name: "step-up." + name, content: "made by a test", ttl: 300 };
  const made = await apis.demo.post("/zones/{zone_id}/dns-records", { path: { zone_id: zone }, body: record });
  await apis.demo.delete("/zones/{zone_id}/dns-records/{record_id}", {
    path: { zone_id: zone, record_id: made.data.id },
  });
  return made.status;`;

async function execute(client: OAuthClient, token: string) {
  const text = await (await client.call(token, "/mcp", {}, "execute", { code })).text();
  const line = text.startsWith("{") ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? text);
  return readReply((JSON.parse(line) as { result: unknown }).result);
}

describe("code that needs more than was granted", () => {
  it("is told every scope that it lacks, works after reconnecting with them, and nothing was widened before", async () => {
    const client = newClient();
    const { access_token } = await client.logIn({ scopes: ["demo:read"] });
    const refused = await execute(client, access_token);
    expect(refused.isError).toBe(true);
    expect(refused.error).toEqual({
      kind: "needs-scope",
      message: expect.stringContaining("needs the scope demo:write, which this connection was not given"),
      next: expect.stringMatching(
        /^Ask the user to log in again \(in the client that you use: .*\) and to tick "Write" under "Breakwater Edge" and "Delete" under "Breakwater Edge" on the page that opens\.$/,
      ) as string,
    });
    // The page comes back and says what the client needs now; the person ticks it.
    const pkce = await makePkce();
    const form = await client.ask(pkce, { scope: "demo:read demo:write demo:delete" });
    expect(form.ticked).toEqual(["demo:read"]);
    expect(form.text.match(/The client says that it needs this now/g)).toHaveLength(2);
    const ticked = ["demo:read", "demo:write", "demo:delete"];
    const redeemed = await client.redeem(codeOf(await client.approve(form, ticked)), pkce);
    const { access_token: wider } = (await redeemed.json()) as Tokens;
    const worked = await execute(client, wider);
    expect(worked.result).toBe(201);
  });

  it("is answered 403 with every scope to ask for where a token may do nothing at all", async () => {
    const client = newClient();
    const { access_token } = await client.logIn({ scopes: ["demo:read"] });
    const form = { name: "step-up", days: "1", scope: "demo:read" };
    const made = await fetch(`${origin}/tokens`, {
      method: "POST",
      headers: { Accept: "application/json", Origin: origin },
      body: new URLSearchParams(form),
    });
    const { token } = (await made.json()) as { token: string };
    const response = await client.call(token, "/mcp/github", {}, "search", { code: "1" });
    expect(response.status).toBe(403);
    expect(response.headers.get("WWW-Authenticate")).toMatch(
      /error="insufficient_scope".*scope="github:read"|scope="github:read".*error="insufficient_scope"/,
    );
    expect((await client.call(access_token, "/mcp/github")).status).toBe(401);
  });
});
