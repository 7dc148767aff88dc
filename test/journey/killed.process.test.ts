/**
 * The server is killed (SIGKILL to the whole process group, so to workerd too) at each step of pause → approve →
 * resume, and started again on the same storage. Whatever happens, no deletion reaches the API twice.
 */
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connect, logIn } from "../setup/connect.ts";
import { AtTheConsole } from "./fixture/at-the-console.ts";
import { startCareful, type CarefulServer } from "./fixture/careful-server.ts";
import { deleteThree, makeRecords, pathOfLink } from "./fixture/three-records.ts";
import { readReply, type Reply } from "../setup/read-reply.ts";

let server: CarefulServer;
let client: Client;
let person: AtTheConsole;
let records: string[];
let code: string;

beforeAll(async () => {
  server = await startCareful();
  client = await connect(server.mcp, await logIn(server.mcp, ["demo:read", "demo:write", "demo:delete"]));
  person = new AtTheConsole(server.origin);
});
afterAll(() => server?.stop());
beforeEach(async () => {
  records = await makeRecords(client, 3);
  code = deleteThree(records);
  server.forget();
});

async function execute(text: string): Promise<Reply> {
  return readReply(await client.callTool({ name: "execute", arguments: { code: text } }));
}

async function until(what: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!what()) {
    if (Date.now() > deadline) throw new Error("it did not come to that");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function oneByOne(): string {
  const zone = /zone_id: "([^"]+)"/.exec(code)?.[1];
  return `const [first, ...others] = ${JSON.stringify(records)};
const remove = (id) => api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { zone_id: "${zone}", record_id: id } });
await remove(first);
await new Promise((resolve) => setTimeout(resolve, 3000));
for (const id of others) await remove(id);
return "all gone"`;
}

const timeoutMs = 240_000;

describe("a server that is killed", () => {
  it(
    "after the pause, and again after the approval, goes on with what was approved",
    async () => {
      const path = pathOfLink(await execute(code));
      await server.crash();
      expect((await person.open(path)).text).toContain("3 waiting");
      await person.send(path, { do: "approve-listed" });
      await server.crash();
      expect((await execute(code)).result).toEqual(records);
      expect(server.deletions()).toHaveLength(3);
    },
    timeoutMs,
  );

  it(
    "after an approved request was sent and before it was answered, says that its outcome is unknown",
    async () => {
      const path = pathOfLink(await execute(code));
      await person.send(path, { do: "approve-listed" });
      const release = server.hold();
      const lost = execute(code).catch(() => "lost");
      await until(() => server.deletions().length === 3);
      await server.crash();
      release();
      expect(await lost).toBe("lost");
      const reply = await execute(code);
      expect(reply.error?.kind, JSON.stringify(reply)).toBe("outcome-unknown");
      expect(server.deletions()).toHaveLength(3);
      const { text } = await person.open(path);
      expect(text).toContain("Sent, outcome unknown");
      expect(text).toContain("It had no effect: send it again");
      // They did happen, as the person can see in the API, and says of each.
      for (const request of await person.requestsOf(path))
        await person.send(path, { do: "took-effect", request });
      expect((await person.open(path)).text).toContain("Took effect");
      const told = await execute(code);
      expect(told.error?.message, JSON.stringify(told)).toContain("found in the API that it took effect");
      expect(server.deletions()).toHaveLength(3);
    },
    timeoutMs,
  );

  it(
    "sends again what the person says did not happen, once",
    async () => {
      const [id] = records;
      const single = code.replace(JSON.stringify(records), JSON.stringify([id]));
      const path = pathOfLink(await execute(single));
      await person.send(path, { do: "approve-listed" });
      const release = server.hold();
      const lost = execute(single).catch(() => "lost");
      await until(() => server.deletions().length === 1);
      await server.crash();
      release();
      await lost;
      await execute(single);
      const [request] = await person.requestsOf(path);
      await person.send(path, { do: "send-again", request: request! });
      // The demo API had deleted it after all, and says so: sent once more, as the person wanted.
      expect((await execute(single)).error?.message).toContain("404");
      expect(server.deletions()).toHaveLength(2);
    },
    timeoutMs,
  );

  it(
    "between two approved requests, sends the second and answers the first from what was answered",
    async () => {
      const slow = oneByOne();
      const path = pathOfLink(await execute(slow));
      await person.send(path, { do: "allow-program" });
      const lost = execute(slow).catch(() => "lost");
      await until(() => server.deletions().length === 1);
      // The answer is recorded before the code has it; the code now waits three seconds.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await server.crash();
      expect(await lost).toBe("lost");
      expect((await execute(slow)).result).toBe("all gone");
      expect(server.deletions()).toHaveLength(3);
    },
    timeoutMs,
  );

  it(
    "in the middle of a run that writes leaves a record that is interrupted and names every write that left",
    async () => {
      const zone = /zone_id: "([^"]+)"/.exec(code)?.[1];
      const marker = `kill-${Date.now()}`;
      const writes = `for (let n = 0; n < 40; n += 1) {
  await api.post("/zones/{zone_id}/dns-records", { path: { zone_id: "${zone}" },
    body: { type: "TXT", name: "${marker}-" + n + ".harborlight.example", content: "x", ttl: 300 } });
  await new Promise((resolve) => setTimeout(resolve, 200));
}`;
      const lost = execute(writes).catch(() => "lost");
      const posts = () =>
        server.arrived.filter(({ method, body }) => method === "POST" && body.includes(marker));
      await until(() => posts().length >= 3);
      await server.crash();
      expect(await lost).toBe("lost");
      const arrived = posts().length;
      const path = /href="(\/runs\/r[a-z0-9]+)"/.exec((await person.open("/runs")).text)?.[1] ?? "";
      let text = "";
      for (
        const deadline = Date.now() + 60_000;
        Date.now() < deadline && !text.includes("Interrupted</span>");
      ) {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        ({ text } = await person.open(path));
      }
      expect(text).toContain("Interrupted</span>");
      expect(text).toContain(marker);
      const named = [...text.matchAll(/<strong\s*>Create a DNS record<\/strong\s*>/g)].length;
      expect(named).toBeGreaterThanOrEqual(arrived);
      // One may have been stored and not have left any more.
      expect(named).toBeLessThanOrEqual(arrived + 1);
      expect((await person.open("/runs?outcome=interrupted")).text).toContain(path);
    },
    timeoutMs,
  );
});
