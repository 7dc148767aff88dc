/**
 * Last Tuesday, in a real Chromium: a run on a real server, which is then deployed again with another document and other rules
 * over other data. Looking back at the run says request by request what differs, and writes nothing.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startDemoApi, type DemoApi } from "../../demo/server.ts";
import { browserMissing, launchBrowser } from "../../scripts/screenshots/browser.ts";
import { runInPlayground } from "../../scripts/screenshots/console-tour.ts";
import { configuredApis, prepareApi } from "../../src/cli/apis.ts";
import { freePort, startLocalServer, type LocalServer } from "../../src/cli/server/local-server.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";

const missing = browserMissing();
const token = "demo-secret-8f2c61d09b";

const code = `// Block an attacker
const { data } = await api.get("/zones");
const path = { zone_id: data.items[0].id };
const rules = await api.call("listFirewallRules").catch(() => undefined);
await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value: "192.0.2.66" } } });
await api.patch("/zones/{zone_id}/settings", { path, body: { security_level: "high" } });
await api.get("/zones/{zone_id}/settings", { path });
await api.get("/analytics/summary");
return data.items.length;`;

let folder: string;
let demo: DemoApi;
let browser: Browser;
let page: Page;
let server: LocalServer;
let port: number;

/** Deploys the demo API as its document and its API file are now. */
async function start(change: (document: string) => string, file: Partial<ApiFile> = {}): Promise<void> {
  const source = join(folder, "openapi.yaml");
  await writeFile(
    source,
    change(await readFile(join(import.meta.dirname, "../../demo/openapi.yaml"), "utf8")),
  );
  const configured = (await configuredApis()).find(({ name }) => name === "demo")!;
  const api = await prepareApi({
    ...configured,
    folder,
    file: { ...configured.file, source, server: demo.url, ...file },
  });
  server = await startLocalServer({
    host: "127.0.0.1",
    port,
    apis: [api],
    secrets: { DEMO_TOKEN: token },
    stateFolder: join(folder, "state"),
    config: inject("worker"),
  });
}

const replaced = (text: string, was: string, is: string) => {
  expect(text).toContain(was);
  return text.replace(was, is);
};

/** One operation has gone, one is elsewhere, one takes another member. */
function ofToday(document: string): string {
  const kept = document.replace(/\n {2}\/analytics\/summary:\n[^]*?\n(?=components:)/, "\n");
  expect(kept.length).toBeLessThan(document.length);
  const moved = replaced(kept, "\n  /firewall-rules:\n", "\n  /firewall/rules:\n");
  return replaced(
    moved,
    "                browser_check: {",
    "                hsts: { type: boolean }\n                browser_check: {",
  );
}

async function upstream(path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(demo.url + path, {
    headers,
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
}

beforeAll(async () => {
  if (missing) return;
  folder = await mkdtemp(join(tmpdir(), "isogate-look-back-"));
  demo = await startDemoApi({ port: 0, token });
  port = await freePort();
  await start((document) => document);
  browser = await launchBrowser();
  page = await browser.newPage();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await demo?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** What the line of a request says, without what differs every time. */
const line = async (path: string) =>
  (await page.locator("tr", { hasText: path }).first().innerText()).replaceAll(/\s+/g, " ").trim();

describe.skipIf(missing)("last Tuesday", () => {
  it("is looked back at over another document, other rules and other data", async () => {
    const path = await runInPlayground(page, server.origin, {
      tool: "execute",
      access: ["write", "delete"],
      code,
    });
    await page.goto(server.origin + path!);
    await page.getByText("Sent 6 requests").waitFor();

    await server.stop();
    expect((await upstream("/zones", { name: "since-last-tuesday.example" })).status).toBe(201);
    const before = await (await upstream("/audit-log")).text();
    await start(ofToday, {
      policy: [{ effect: "ask", operation: "updateZoneSettings", reason: "Settings are everybody's." }],
      // Loosened: today's file takes a write for a read.
      access: { createAccessRule: "read" },
    });

    await page.goto(server.origin + path!);
    await page.getByRole("button", { name: "Compare with today" }).click();
    await page.getByRole("heading", { level: 1, name: "Then and today" }).waitFor();

    await page.getByText("Today this code would be refused before it runs.").waitFor();
    await page
      .getByText(/The API has no operation GET \/analytics\/summary/)
      .first()
      .waitFor();
    await page.getByText("The document has changed. Its rules have changed:").waitFor();
    await page
      .getByText("+ New: A rule of this API asks a person: “operation updateZoneSettings”.")
      .waitFor();

    expect(await line("GET /v1/zones")).toMatch(
      /Changed answer Then it was sent, and answered 200 \(549 B\)\. Today it is answered 200 \(7\d\d B\)\.$/,
    );
    expect(await line("GET /v1/firewall-rules")).toMatch(
      /Moved Takes other arguments Changed answer Then it was sent, and answered 200 .* Today the operation is at .*\/v1\/firewall\/rules, it takes other arguments, and it is answered 404/,
    );
    expect(await line("POST /v1/access-rules")).toMatch(
      /Other access Then it was sent, and answered 201 .* Today it counts as a read, and was a write, and it would be sent\./,
    );
    expect(await line("PATCH /v1/zones")).toMatch(
      /Takes other arguments Decided differently Then it was sent, and answered 200 .* \(the connection has write access, and no rule holds it back\)\. Today it takes other arguments, and it would wait for a person: rule 1 of this API asks a person: “operation updateZoneSettings”\./,
    );
    expect(await line("GET /v1/analytics/summary")).toMatch(
      /Operation gone No longer made Then it was sent, and answered 200 .* Today the document has no such operation any more, and the code did not get that far\./,
    );
    expect(await page.getByText("1 request is the same").count()).toBe(1);
    await page.getByText("1 request is the same").click();
    expect(await line("GET /v1/zones/")).toMatch(/Same/);

    // Nothing was written, and nothing waits for a decision.
    expect(await (await upstream("/audit-log")).text()).toBe(before);
    await page.goto(`${server.origin}/approvals`);
    await page.getByText("Nothing waits for you").waitFor();
  });

  it("is a run of its own, that leads to what differs and can be looked at again", async () => {
    await page.goto(`${server.origin}/runs`);
    await page.locator(".runs a").first().click();
    await page.getByText("This compared an earlier run with today").waitFor();
    await page.getByRole("link", { name: "See what differs" }).click();
    await page.getByRole("heading", { level: 1, name: /^Then and today/ }).waitFor();
    const first = page.url();
    await page.getByRole("button", { name: "Compare again" }).click();
    await page.waitForURL((url) => url.href !== first && url.pathname.endsWith("/differences"));
    await page.getByText("Today this code would be refused before it runs.").waitFor();
  });
});
