/** `plan: true`: reads are real, writes are listed as they would be sent, and the person approves all of it at once. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connect, logIn } from "../setup/connect.ts";
import { AtTheConsole } from "./fixture/at-the-console.ts";
import { startCareful, type CarefulServer } from "./fixture/careful-server.ts";
import { deleteThree, makeRecords } from "./fixture/three-records.ts";
import { readReply, type Reply } from "../setup/read-reply.ts";

let server: CarefulServer;
let client: Client;
let person: AtTheConsole;
let records: string[];

beforeAll(async () => {
  server = await startCareful();
  client = await connect(server.mcp, await logIn(server.mcp, ["demo:read", "demo:write", "demo:delete"]));
  person = new AtTheConsole(server.origin);
});
afterAll(() => server?.stop());
beforeEach(async () => {
  records = await makeRecords(client, 3);
  server.forget();
});

async function execute(code: string, plan?: boolean): Promise<Reply> {
  const call = { name: "execute", arguments: { code, ...(plan && { plan }) } };
  return readReply(await client.callTool(call));
}

function pageOf({ plan }: Reply): string {
  return new URL(/https?:\/\/\S+\/approvals\/[\w-]+/.exec(plan!.next)![0]).pathname;
}

describe("a plan", () => {
  it("reads for real, sends no write, answers writes with an example, and lists them as they would be sent", async () => {
    const code = `const { data: { items: [zone] } } = await api.get("/zones");
const { status, data } = await api.post("/zones/{zone_id}/dns-records", { path: { zone_id: zone.id },
  body: { type: "TXT", name: "planned." + zone.name, content: "x", ttl: 300 } });
const gone = await api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { zone_id: zone.id, record_id: "${records[0]}" } });
return { zone: zone.name, status, id: typeof data.id, gone: gone.status }`;
    const reply = await execute(code, true);
    expect(reply.result, JSON.stringify(reply)).toMatchObject({ status: 201, id: "string", gone: 204 });
    expect(server.arrived.map(({ method }) => method)).toEqual(["GET"]);
    expect(reply.plan?.notSent).toHaveLength(2);
    expect(reply.plan?.notSent[0]).toMatch(/^createDnsRecord: POST http\S+\/dns-records \{"type":"TXT"/);
    expect(reply.plan?.notSent[1]).toMatch(/^deleteDnsRecord: DELETE /);
    const { text } = await person.open(pageOf(reply));
    expect(text).toContain("Plan of");
    expect(text).toContain("planned.");
    await person.send(pageOf(reply), { do: "drop" });
  });

  it("is approved at once in the console: then the same code does just that, each request once", async () => {
    const code = deleteThree(records);
    const planned = await execute(code, true);
    expect(planned.result).toEqual(records);
    expect(server.deletions()).toEqual([]);
    await person.send(pageOf(planned), { do: "approve-listed" });
    expect(server.deletions()).toEqual([]);
    expect((await execute(code)).result).toEqual(records);
    expect(server.deletions()).toHaveLength(3);
  });

  it("that nobody approved changes nothing: the run asks as ever", async () => {
    const code = deleteThree(records);
    await execute(code, true);
    expect((await execute(code)).error?.kind).toBe("needs-approval");
    expect(server.deletions()).toEqual([]);
  });

  it("made again replaces the one before", async () => {
    const code = deleteThree(records);
    const first = await execute(code, true);
    const second = await execute(code, true);
    expect(pageOf(second)).not.toBe(pageOf(first));
    expect((await person.open(pageOf(first))).text).toContain("Dropped");
    await person.send(pageOf(second), { do: "approve-listed" });
    expect((await execute(code)).result).toEqual(records);
    expect(server.deletions()).toHaveLength(3);
  });

  it("needs only reading, and says what the run would need besides", async () => {
    const reader = await connect(server.mcp, await logIn(server.mcp, ["demo:read"], "Codex"));
    const run = { code: deleteThree(records) };
    const reply = readReply(await reader.callTool({ name: "execute", arguments: { ...run, plan: true } }));
    expect(reply.error, JSON.stringify(reply)).toBeUndefined();
    expect(server.deletions()).toEqual([]);
    expect(reply.plan?.notSent).toHaveLength(3);
    expect(reply.plan?.next).toContain(
      'codex mcp login with the name of this server) and to tick "Delete" under "',
    );
    const refused = readReply(await reader.callTool({ name: "execute", arguments: run }));
    expect(refused.error?.kind).toBe("needs-scope");
    expect(server.deletions()).toEqual([]);
    await reader.close();
  });
});

describe("a long run", () => {
  it("tells a client that wants to know how many requests are done and what is under way", async () => {
    const asking = new Client({ name: "progress", version: "1" });
    const login = await logIn(server.mcp, ["demo:read", "demo:write", "demo:delete"]);
    await asking.connect(new StreamableHTTPClientTransport(server.mcp, { authProvider: login }));
    const told: { progress: number; message?: string | undefined }[] = [];
    const code = `for (let n = 0; n < 4; n += 1) { await api.get("/zones"); await new Promise((resolve) => setTimeout(resolve, 700)); } return "done"`;
    const answer = await asking.callTool(
      { name: "execute", arguments: { code } },
      { onprogress: ({ progress, message }) => told.push({ progress, message }) },
    );
    expect(readReply(answer).result).toBe("done");
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(told.map(({ progress }) => progress)).toEqual(told.map(({ progress }) => progress).toSorted());
    expect(told.at(-1)?.message).toMatch(/^\d requests done/);
    await asking.close();
  });
});
