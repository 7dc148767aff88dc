/**
 * "Block attackers every quarter of an hour", in minutes: proposed by a client, allowed by a person in a real Chromium, run by the
 * server itself, which is killed and started again in between.
 */
import type { Client } from "@modelcontextprotocol/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserMissing, launchBrowser } from "../../scripts/screenshots/browser.ts";
import { connect, logIn } from "../setup/connect.ts";
import { readReply, type Reply } from "../setup/read-reply.ts";
import { startCareful, type CarefulServer } from "./fixture/careful-server.ts";

const missing = browserMissing();

let server: CarefulServer;
let client: Client;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (missing) return;
  server = await startCareful({ policy: [{ effect: "ask", access: "write" }] });
  client = await connect(server.mcp, await logIn(server.mcp, ["demo:read", "demo:write"]));
  browser = await launchBrowser();
  page = await browser.newPage({ timezoneId: "Asia/Kolkata" });
  // As Firefox calls it. Chromium says Asia/Calcutta, and so does the list of the server.
  await page.addInitScript(() => {
    const { resolvedOptions } = Intl.DateTimeFormat.prototype;
    Intl.DateTimeFormat.prototype.resolvedOptions = function () {
      return { ...resolvedOptions.call(this), timeZone: "Asia/Kolkata" };
    };
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function execute(given: Record<string, unknown>): Promise<Reply> {
  return readReply(await client.callTool({ name: "execute", arguments: given }));
}

const blockAttackers = `// Block who attacks
const rules = await api.pages("/access-rules").all();
const known = new Set(rules.map((rule) => rule.target.value));
const events = await api.pages("/firewall-events", { query: { max_bot_score: 29, limit: 500 } }).all();
const fresh = [...new Set(events.map((event) => event.client_ip))].filter((ip) => !known.has(ip)).slice(0, input.most);
for (const value of fresh)
  await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value } } });
state.blocked = (state.blocked ?? 0) + fresh.length;
return state.blocked;`;

const writes = () => server.arrived.filter(({ method }) => method === "POST");
const reads = () => server.arrived.filter(({ path }) => path.includes("/firewall-events"));

const timeoutMs = 240_000;

describe.skipIf(missing)("block attackers", () => {
  let link: string;

  it("is proposed, and runs nothing before it is allowed", async () => {
    const keep = { name: "block attackers", every: "1 minute", input: { most: 3 } };
    const reply = await execute({ code: blockAttackers, keep });
    expect(reply.error, reply.text).toBeUndefined();
    link = /http:\S+\/programs\/[\w-]+/.exec(reply.text)?.[0] ?? "";
    expect(link).toContain(server.origin);
    expect((await execute({ code: `return await run("block attackers")` })).error?.message).toContain(
      `waits for the user to allow it: ${link}`,
    );
    expect(server.arrived).toEqual([]);
  });

  it(
    "is allowed on a page that says what it may do, then runs by itself, once for each attacker, also after a crash",
    async () => {
      await page.goto(link);
      await page.getByRole("heading", { name: "block attackers", level: 1 }).waitFor();
      const text = await page.locator("main").innerText();
      expect(text).toContain("every minute");
      expect(text).toContain("it runs without asking you again");
      expect(text).toContain("GET /firewall-events");
      expect(text).toContain("POST /access-rules");
      expect(text).toContain("Block who attacks");
      await page.getByRole("button", { name: "Allow this program" }).click();
      await page.getByText("Allowed. It runs without asking you").waitFor();
      await expect.poll(() => writes().length, { timeout: 30_000 }).toBe(3);
      // A crash before the last answer is in the ledger is another matter: the run would wait for its user.
      const done = page.getByLabel("Runs, newest first").getByText("Done");
      await expect.poll(async () => (await page.goto(link), done.count()), { timeout: 30_000 }).toBe(1);
      const before = reads().length;
      await server.crash();
      await expect.poll(() => reads().length, { timeout: 100_000 }).toBeGreaterThan(before);
      await expect.poll(() => writes().length, { timeout: 60_000 }).toBe(6);
      const blocked = writes().map(
        ({ body }) => (JSON.parse(body) as { target: { value: string } }).target.value,
      );
      expect(new Set(blocked).size).toBe(blocked.length);
    },
    timeoutMs,
  );

  it("is found and run by its name, by code of its connection", async () => {
    const found = await readReply(
      await client.callTool({ name: "search", arguments: { code: `return find("block attackers")[0]` } }),
    );
    expect(found.result).toMatchObject({ program: "block attackers" });
    await page.goto(link);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("It runs no more until you resume it").waitFor();
    const refused = await execute({ code: `return await run("block attackers", { most: 1 })` });
    expect(refused.error?.message).toContain("It is paused: You paused it.");
  });

  it(
    "asks again for another version: its page shows what is new, in the time zone of the browser",
    async () => {
      const code = blockAttackers.replace("return state.blocked", "return fresh");
      await execute({ code, keep: { name: "block attackers", every: "0 9 * * *", input: { most: 1 } } });
      await page.goto(server.origin + "/approvals");
      await page.getByRole("link", { name: "Review the program" }).click();
      await page.getByText("What changes from version 1").waitFor();
      const text = await page.locator("main").innerText();
      expect(text).toContain("+ return fresh;");
      expect(text).toContain("- return state.blocked;");
      expect(text).toContain("0 9 * * *");
      // Nobody was asked for one with the version before, which had no fixed times.
      expect(await page.getByLabel("Time zone").inputValue()).toBe("Asia/Kolkata");
      await page.getByRole("button", { name: "Allow version 2" }).click();
      await page.getByText("Asia/Kolkata").first().waitFor();
      await page.goto(server.origin + "/programs");
      await page.getByText("Days and times in Asia/Kolkata").waitFor();
      expect(await page.locator(".calendar time").first().innerText()).toBe("09:00");
      // What its user chose stays, whatever the browser says, and whichever name the zone has in the list.
      await execute({
        code: `${code} // 3`,
        keep: { name: "Block Attackers", every: "0 10 * * *", input: { most: 1 } },
      });
      await page.goto(link);
      expect(await page.getByLabel("Time zone").inputValue()).toBe("Asia/Kolkata");
    },
    timeoutMs,
  );

  it("is deleted", async () => {
    await page.goto(link);
    await page.getByText("Delete …").click();
    await page.getByRole("button", { name: "Delete this program" }).click();
    await page.getByText("The program was deleted").waitFor();
    await page.getByText("No program is kept yet").waitFor();
  });
});
