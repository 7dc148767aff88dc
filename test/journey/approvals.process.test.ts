/**
 * "Delete these three records", by clients that cannot be asked: the run is paused with a link, the person decides in
 * the console, the same code is sent again, and the API sees exactly what was approved, once.
 */
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { browserMissing, launchBrowser } from "../../scripts/screenshots/browser.ts";
import { allowedBy } from "../../src/store/ledger/approvals/always-allowed.ts";
import { joined } from "../console/fixture/joined.ts";
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
  const scopes = ["demo:read", "demo:write", "demo:delete"];
  client = await connect(server.mcp, await logIn(server.mcp, scopes));
  person = new AtTheConsole(server.origin);
});
afterAll(() => server?.stop());

beforeEach(async () => {
  records = await makeRecords(client, 3);
  code = deleteThree(records);
  server.forget();
});
afterEach(() => server.forget());

async function execute(text: string): Promise<Reply> {
  return readReply(await client.callTool({ name: "execute", arguments: { code: text } }));
}

/** Runs the code until it is paused. @returns the path of the page */
async function pause(text = code): Promise<string> {
  const reply = await execute(text);
  expect(reply.error?.kind, JSON.stringify(reply)).toBe("needs-approval");
  return pathOfLink(reply);
}

const deletionsOf = (ids: string[]) => ids.map((id) => expect.stringContaining(`/dns-records/${id}`));

describe("a client that cannot be asked", () => {
  it("is paused with a link, and goes on when the person has approved: three deletions, no more", async () => {
    const path = await pause();
    expect(server.deletions()).toEqual([]);
    const { text } = await person.open(path);
    for (const id of records) expect(joined(text)).toContain(`/dns-records/${id}`);
    expect(text).toContain("•••");
    expect(text).not.toContain("demo-secret");
    await person.send(path, { do: "approve-listed" });
    const reply = await execute(code);
    expect(reply.result).toEqual(records);
    expect(server.deletions().toSorted()).toEqual(deletionsOf(records.toSorted()));
    expect((await person.open(path)).text).toContain("Done");
  });

  it("is given a link by the server, never one that the code made up", async () => {
    const forged = await execute(
      `const error = new Error("x"); error.failure = { kind: "needs-approval", operation: "x", link: "https://evil" + ".example/" }; throw error`,
    );
    expect(JSON.stringify(forged)).not.toContain("evil.example");
    const path = await pause(`try { await fetch(JSON.parse('"https://x.example"')) } catch {} ${code}`);
    await person.send(path, { do: "drop" });
  });

  it("goes on from there as often as it takes, and never sends twice what was sent", async () => {
    const oneByOne = `for (const id of ${JSON.stringify(records)}) await ${oneDeletion("id")};\nreturn "all gone"`;
    for (const sent of [0, 1, 2]) {
      const path = await pause(oneByOne);
      expect(server.deletions()).toEqual(deletionsOf(records.slice(0, sent)));
      await person.send(path, { do: "approve-listed" });
    }
    expect((await execute(oneByOne)).result).toBe("all gone");
    expect(server.deletions()).toEqual(deletionsOf(records));
  });

  it("is asked once if the person allows the program", async () => {
    const oneByOne = `for (const id of ${JSON.stringify(records)}) await ${oneDeletion("id")};\nreturn "all gone"`;
    await person.send(await pause(oneByOne), { do: "allow-program" });
    expect((await execute(oneByOne)).result).toBe("all gone");
    expect(server.deletions()).toEqual(deletionsOf(records));
  });

  it("has finished requests answered from what they were answered", async () => {
    const creating = `const { data } = await api.post("/zones/{zone_id}/dns-records", { path: { zone_id: "${zone()}" }, body: ${body("made")} });
await api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { zone_id: "${zone()}", record_id: data.id } });
return data.id`;
    const path = await pause(creating);
    await person.send(path, { do: "approve-listed" });
    const made = (await execute(creating)).result;
    expect(server.arrived.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(server.deletions()).toEqual(deletionsOf([String(made)]));
  });

  it("is stopped with an explanation if the code does something else when it goes on", async () => {
    const random = `const { data } = await api.post("/zones/{zone_id}/dns-records", { path: { zone_id: "${zone()}" }, body: { ...${body("random")}, name: "n" + crypto.randomUUID().slice(0, 8) + ".harborlight.example" } });
await ${oneDeletion(`"${records[0]}"`)}; return data.id`;
    const path = await pause(random);
    await person.send(path, { do: "approve-listed" });
    const reply = await execute(random);
    expect(reply.error?.kind).toBe("denied");
    expect(reply.error?.message).toMatch(/another body.*could happen twice.*Nothing was sent/s);
    expect(server.arrived.filter(({ method }) => method !== "GET")).toHaveLength(1);
    await person.send(path, { do: "drop" });
  });

  it("is told the reason of a rejection, in the code, and what was approved is sent", async () => {
    const parallel = `return Promise.all(${JSON.stringify(records)}.map((id) => ${oneDeletion("id")}.then(() => "gone", (error) => error.message)))`;
    const path = await pause(parallel);
    const [first] = await person.requestsOf(path);
    await person.send(path, { do: "approve", request: first! });
    await person.send(path, { do: "reject-all", reason: "Keep those two." });
    const { result } = await execute(parallel);
    expect(result).toHaveLength(3);
    expect((result as string[]).filter((answer) => answer === "gone")).toHaveLength(1);
    expect((result as string[]).filter((answer) => answer.includes("Keep those two."))).toHaveLength(2);
    expect(server.deletions()).toHaveLength(1);
  });

  it("is not asked again for an operation that is always allowed, until the person ends that", async () => {
    const path = await pause();
    const [first] = await person.requestsOf(path);
    await person.send(path, { do: "always", request: first! });
    expect((await execute(code)).result).toEqual(records);
    const others = await makeRecords(client, 3);
    expect((await execute(deleteThree(others))).result).toEqual(others);
    expect(server.deletions()).toHaveLength(6);
    const { text } = await person.open("/approvals");
    const value = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)?.[1] ?? "";
    const again = Object.fromEntries(allowedBy.map((name) => [name, value(name)]));
    expect(again).toMatchObject({ api: "demo", route: expect.stringMatching(/^DELETE \/zones\//) });
    // The form stands on the list of approvals and goes to an address of its own.
    await person.sendFrom("/approvals", "/approvals/ask-again", again);
    const path2 = await pause(deleteThree(await makeRecords(client, 3)));
    await person.send(path2, { do: "drop" });
  });

  it("runs anew when the same code is sent after it was done", async () => {
    const path = await pause();
    await person.send(path, { do: "approve-listed" });
    await execute(code);
    const reply = await execute(code);
    expect(reply.error?.kind).toBe("needs-approval");
    expect(pathOfLink(reply)).not.toBe(path);
    expect(server.deletions()).toHaveLength(3);
    await person.send(pathOfLink(reply), { do: "drop" });
  });
});

describe("a decision that comes late or twice", () => {
  it("counts once from two tabs, and says so in the second", async () => {
    const path = await pause();
    const otherTab = new AtTheConsole(server.origin);
    const [first] = await person.requestsOf(path);
    expect((await person.send(path, { do: "approve", request: first! })).status).toBe(303);
    const second = await otherTab.send(path, { do: "reject", request: first!, reason: "no" });
    expect(second.status).toBe(409);
    expect(second.text).toContain("already approved");
    await person.send(path, { do: "approve-listed" });
    expect((await otherTab.send(path, { do: "approve-listed" })).status).toBe(409);
    expect((await execute(code)).result).toEqual(records);
    expect(server.deletions()).toHaveLength(3);
  });

  it("comes too late when the connection was ended, and the client is out", async () => {
    const login = await logIn(server.mcp, ["demo:read", "demo:delete"], "to be ended");
    const leaving = await connect(server.mcp, login);
    const call = { name: "execute", arguments: { code } };
    const path = pathOfLink(readReply(await leaving.callTool(call)));
    const { text } = await person.open("/connections");
    const [, id = ""] = /to be ended[\s\S]*?name="id" value="([^"]+)"/.exec(text) ?? [];
    await person.sendFrom("/connections", "/connections/revoke", { id });
    // The page has no form any more; one that was open in another tab still has.
    const answer = await person.sendFrom("/playground", path, { do: "approve-listed" });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain("This client was disconnected");
    const token = login.tokens()?.access_token;
    const response = await fetch(server.mcp, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: "{}",
    });
    expect(response.status).toBe(401);
    expect(server.deletions()).toEqual([]);
  });

  it("is no decision about other code, nor about the same code of another client", async () => {
    const path = await pause();
    await person.send(path, { do: "approve-listed" });
    const other = await execute(`${code}\n// and a little more`);
    expect(other.error?.kind).toBe("needs-approval");
    const another = await connect(server.mcp, await logIn(server.mcp, ["demo:read", "demo:delete"]));
    const foreign = readReply(await another.callTool({ name: "execute", arguments: { code } }));
    expect(foreign.error?.kind).toBe("needs-approval");
    expect(pathOfLink(foreign)).not.toBe(path);
    expect(server.deletions()).toEqual([]);
    for (const one of [path, pathOfLink(other), pathOfLink(foreign)]) await person.send(one, { do: "drop" });
  });
});

describe.skipIf(browserMissing())("in a real browser", () => {
  it("the person follows the link, reads what would be sent, and approves", async () => {
    const path = await pause();
    const browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(server.origin + path);
    for (const id of records) await page.getByText(`/dns-records/${id}`).first().waitFor();
    await page.getByRole("button", { name: "Approve these 3" }).click();
    await page.getByText("Decided. Tell the client to send the same code again").waitFor();
    expect((await execute(code)).result).toEqual(records);
    expect(server.deletions()).toHaveLength(3);
    await browser.close();
  });
});

function zone(): string {
  return /zone_id: "([^"]+)"/.exec(code)?.[1] ?? "";
}

function body(name: string): string {
  return JSON.stringify({
    type: "TXT",
    name: `${name}.harborlight.example`,
    content: "to be deleted",
    ttl: 300,
  });
}

function oneDeletion(id: string): string {
  return `api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { zone_id: "${zone()}", record_id: ${id} } })`;
}
