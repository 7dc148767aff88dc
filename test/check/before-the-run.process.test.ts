/** The check as a client sees it: over real HTTP, in front of the demo API. */
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import { beforeAll, expect, inject, test } from "vitest";
import { MemoryOAuthClient, walkLogin } from "../../scripts/demo/oauth-client.ts";
import { readReply, type Reply } from "../setup/read-reply.ts";

const url = new URL("/mcp", inject("origin"));
let client: Client;

beforeAll(async () => {
  const provider = new MemoryOAuthClient("check test");
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  await expect(new Client({ name: "check", version: "1" }).connect(transport)).rejects.toThrow(
    UnauthorizedError,
  );
  if (!provider.authorizationUrl) throw new Error("the client was not sent to log in");
  await transport.finishAuth(await walkLogin(provider.authorizationUrl));
  client = new Client({ name: "check", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider: provider }));
});

async function execute(code: string): Promise<Reply> {
  return readReply(await client.callTool({ name: "execute", arguments: { code } }));
}

test("refuses an unknown path before the requests in front of it are sent", async () => {
  const { text, isError, requests } = await execute(`await apis.demo.get("/zones");
return (await apis.demo.get("/dns_records")).data`);
  expect(isError).toBe(true);
  expect(text).toContain("Nothing was run or sent. The API has no operation GET /dns_records (line 2).");
  expect(text).toContain('apis.demo.get("/zones/{zone_id}/dns-records"');
  expect(requests).toBeUndefined();
});

test("refuses a wrong value and lists the allowed ones", async () => {
  const { text } = await execute(
    `return (await apis.demo.get("/zones", { query: { status: "live" } })).data`,
  );
  expect(text).toContain(
    'bad-arguments: Nothing was run or sent. Wrong arguments for listZones (line 1): query.status: "live" is not one of "active", "pending".',
  );
});

test("says which APIs there are when there is no such one", async () => {
  const { text } = await execute(`return (await apis.demos.get("/zones")).data`);
  expect(text).toContain("apis.demos: there are 2 APIs");
  expect(text).toContain("apis.demo");
});

test("blocks an unknown body member once and sends it when the same code comes again", async () => {
  const code = `return (await apis.demo.patch("/access-rules/{access_rule_id}", { path: { access_rule_id: "none" }, body: { comment: "${Date.now()}" } })).data`;
  const first = await execute(code);
  expect(first.text).toContain("body.comment is not known; known are mode, notes, expires_at");
  expect(first.text).toContain("send the same code again");
  expect(first.requests).toBeUndefined();
  const second = await execute(code);
  expect(second.text).not.toContain("Nothing was run");
  expect(second.requests).toHaveLength(1);
});

test("refuses one that only shows in the run once as well, and sends it when the same code comes again", async () => {
  const code = `return (await apis.demo.patch("/access-rules/{access_rule_id}", { path: { access_rule_id: "none" }, body: JSON.parse('{"comment":"${Date.now()}"}') })).data`;
  const first = await execute(code);
  expect(first.text).toContain("body.comment is not known; known are mode, notes, expires_at");
  expect(first.text).toContain("send the same code again");
  expect(first.requests).toBeUndefined();
  const second = await execute(code);
  expect(second.text).not.toContain("is not known");
  expect(second.requests).toHaveLength(1);
});

test("leaves a call with check: false alone", async () => {
  const { requests } = await execute(
    `return (await apis.demo.patch("/access-rules/{access_rule_id}", { path: { access_rule_id: "none" }, body: { comment: "x" }, check: false })).data`,
  );
  expect(requests).toHaveLength(1);
});

test("says with a failed run what the answer had", async () => {
  const { isError, error } = await execute(`const { data } = await apis.demo.get("/zones");
return data.zones.map((zone) => zone.name)`);
  expect(isError).toBe(true);
  expect(error?.next).toMatch(/The answer of listZones has: .*data has: items, next_cursor/);
});

test("says nothing with a run that went well", async () => {
  const reply = await execute(`const { data } = await apis.demo.get("/zones");
return [data.items.length, data.total]`);
  expect(reply.result).toEqual([expect.any(Number), null]);
  expect(reply.warnings).toBeUndefined();
});
