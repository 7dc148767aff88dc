/**
 * The console in a real Chromium: accessible, usable by keyboard alone, at both widths and in both themes; nothing that
 * others wrote runs; pages of what is going keep themselves fresh.
 */
import { readFile, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserMissing, launchBrowser } from "../../scripts/screenshots/browser.ts";
import { tour, tourEntry, type Stop } from "../../scripts/screenshots/console-tour.ts";
import { startExample, type Example } from "../../scripts/screenshots/example.ts";

let stateFolder: string;
let example: Example;
let browser: Browser;
let stops: Stop[];
let axe: string;

const missing = browserMissing();

beforeAll(async () => {
  if (missing) return;
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  stateFolder = await mkdtemp(join(tmpdir(), "isogate-console-"));
  example = await startExample(stateFolder, { entry: tourEntry });
  browser = await launchBrowser();
  const page = await browser.newPage();
  stops = await tour(page, example.origin);
  await page.close();
});

afterAll(async () => {
  await browser?.close();
  await example?.stop();
  if (stateFolder) await rm(stateFolder, { recursive: true, force: true });
});

/** The path of a page of the tour. */
function pathOf(name: string): string {
  const stop = stops.find((one) => one.name === name);
  if (!stop) throw new Error(`the tour has no ${name}`);
  return stop.path;
}

/** What the page complained about: blocked by the policy, thrown by the script, not found. */
function complaints(page: Page): string[] {
  const said: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("404")) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return said;
}

/** What axe finds on a page, as one line each. */
async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
  return violations.map(({ id, impact, nodes }) => `${id} (${impact}) ${nodes[0]?.html.slice(0, 200)}`);
}

/** Many pages on a machine that may be busy. */
const allPagesTimeoutMs = 240_000;

describe.skipIf(missing)("every page", () => {
  // The theme decides on contrast, the width on what is beside what: two pictures show all four.
  for (const { colorScheme, width } of [
    { colorScheme: "light", width: 375 },
    { colorScheme: "dark", width: 1440 },
  ] as const) {
    it(
      `has nothing that axe finds, ${colorScheme}, ${width} px wide`,
      async () => {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
        const findings: string[] = [];
        for (const { name, path } of stops) {
          await page.goto(example.origin + path);
          findings.push(...(await axeFindings(page)).map((finding) => `${name}: ${finding}`));
        }
        await page.goto(`${example.origin}/playground`);
        await page.evaluate("document.querySelector('label[for=code]').remove()");
        expect((await axeFindings(page)).join()).toContain("label (critical)");
        await page.close();
        expect(findings).toEqual([]);
      },
      allPagesTimeoutMs,
    );
  }

  it(
    "fits into 375 and 1440 px, and nothing of it is blocked, thrown or run that others wrote",
    async () => {
      const findings: string[] = [];
      for (const width of [375, 1440]) {
        const page = await browser.newPage({ viewport: { width, height: 900 } });
        const said = complaints(page);
        for (const { name, path } of stops) {
          await page.goto(example.origin + path);
          const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
          if (Number(overflow) > 0) findings.push(`${name}: ${String(overflow)} px too wide for ${width}`);
          if ((await page.title()).includes("owned")) findings.push(`${name}: ran a script of a run`);
        }
        findings.push(...said);
        await page.close();
      }
      expect(findings).toEqual([]);
    },
    allPagesTimeoutMs,
  );

  it("says the same without a script", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(example.origin + pathOf("seeded-paused"));
    await page.getByRole("button", { name: "Approve once" }).first().waitFor();
    await context.close();
  });
});

describe.skipIf(missing)("by keyboard alone", () => {
  it("a person skips to the content, filters the runs, and opens one", async () => {
    const page = await browser.newPage();
    await page.goto(`${example.origin}/runs`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.name")).toBe("text");
    await page.keyboard.type("slow");
    await page.keyboard.press("Enter");
    await page.waitForURL(/text=slow/);
    await page.goto(`${example.origin}/runs?text=promise+zone`);
    const link = page.locator("tbody a").first();
    await link.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\/r/);
    await page.close();
  });

  it("a person approves one request and rejects the others with a reason", async () => {
    const page = await browser.newPage();
    await page.goto(example.origin + pathOf("seeded-paused"));
    const approve = page
      .getByRole("form", { name: "Request 1" })
      .getByRole("button", { name: "Approve once" });
    await approve.focus();
    await page.keyboard.press("Enter");
    await page.getByText("2 waiting").first().waitFor();
    await page.getByLabel("Reason, for the model").focus();
    await page.keyboard.type("Only the first one.");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Decided. Tell the client to send the same code again").waitFor();
    expect(await page.getByText("Only the first one.").count()).toBe(2);
    await page.close();
  });

  it("runs code in the playground", async () => {
    const page = await browser.newPage();
    await page.goto(`${example.origin}/playground`);
    await page.locator("#code").focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("return operations.length > 0");
    await page.keyboard.press("Tab");
    for (let box = 0; box < 4; box += 1) await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Run");
    await page.keyboard.press("Enter");
    await page.locator("#reply").waitFor();
    expect(await page.locator("#reply").textContent()).toMatch(/\n\ntrue$/);
    await page.close();
  });
});

describe.skipIf(missing)("files", () => {
  it("are uploaded, read and made by code, downloaded without ever being shown, and deleted", async () => {
    const page = await browser.newPage();
    const said = complaints(page);
    await page.goto(`${example.origin}/files`);
    const list = { name: "list.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n") };
    await page.setInputFiles("input[type=file]", list);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByText("The file is there.").waitFor();
    await page.goto(`${example.origin}/playground`);
    await page.check("input[name=tool][value=execute]");
    await page.fill(
      "#code",
      `const text = await files["list.csv"].text(); await file("<script>alert(1)</script>" + text, "made.html"); return text`,
    );
    await page.getByRole("button", { name: "Run" }).click();
    const reply = (await page.locator("#reply").textContent()) ?? "";
    expect(reply).toMatch(/\n\na,b\n$/);
    const link = /made\.html \(text\/html, 29 bytes\): (\S+)/.exec(reply)?.[1] ?? "";
    expect(link.startsWith(`${example.origin}/files/`)).toBe(true);
    // The link of a reply is a download too, and leaves the page as it is.
    const [opened] = await Promise.all([
      page.waitForEvent("download"),
      page.goto(link).catch(() => undefined),
    ]);
    expect(opened.suggestedFilename()).toBe("made.html");
    expect(await readFile(await opened.path(), "utf8")).toBe("<script>alert(1)</script>a,b\n");
    await page.goto(`${example.origin}/files`);
    const [clicked] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "list.csv" }).click(),
    ]);
    expect(await readFile(await clicked.path(), "utf8")).toBe("a,b\n");
    for (const name of ["list.csv", "made.html"]) {
      await page.getByRole("button", { name: `Delete ${name}` }).click();
      await page.getByText("The file was deleted.").waitFor();
      expect(await page.getByText(name).count()).toBe(0);
    }
    expect(said).toEqual([]);
    await page.close();
  });
});

describe.skipIf(missing)("a page of something that is going", () => {
  it("shows a run that has begun meanwhile, without being loaded again", async () => {
    const [watching, working] = [await browser.newPage(), await browser.newPage()];
    await watching.goto(`${example.origin}/runs`);
    await watching.evaluate("window.sameDocument = true");
    await working.goto(`${example.origin}/playground`);
    await working.locator("#code").fill("return 'seen while watching'");
    await working.getByRole("button", { name: "Run" }).click();
    await working.locator("#reply").waitFor();
    await watching.bringToFront();
    await watching.getByText("seen while watching").first().waitFor({ timeout: 10_000 });
    expect(await watching.evaluate("window.sameDocument")).toBe(true);
    await Promise.all([watching.close(), working.close()]);
  });
});

describe.skipIf(missing)("a page of a run that is going", () => {
  it("shows its requests as they are made, and then how it ended", async () => {
    const [watching, working] = [await browser.newPage(), await browser.newPage()];
    await working.goto(`${example.origin}/playground`);
    await working.check("input[name=tool][value=execute]");
    const slow = `for (let n = 0; n < 6; n += 1) { await apis.demo.get("/zones"); await new Promise((resolve) => setTimeout(resolve, 1500)); } return "watched to its end"`;
    await working.fill("#code", slow);
    await working.getByRole("button", { name: "Run" }).click({ noWaitAfter: true });
    await watching.goto(`${example.origin}/runs`);
    await watching.bringToFront();
    const link = watching.locator("tbody tr", { hasText: "for (let n = 0" }).locator("a").first();
    await link.waitFor({ timeout: 20_000 });
    const path = await link.getAttribute("href");
    await watching.goto(example.origin + path);
    // A page that nobody looks at rests.
    await watching.bringToFront();
    expect(await watching.evaluate("document.hidden")).toBe(false);
    await watching.evaluate("window.sameDocument = true");
    await watching.getByText(/\d requests? so far/).waitFor({ timeout: 20_000 });
    const rows = watching.locator("tbody tr");
    const before = await rows.count();
    await expect.poll(() => rows.count(), { timeout: 20_000 }).toBeGreaterThan(before);
    await watching.getByText("watched to its end").first().waitFor({ timeout: 30_000 });
    await watching.getByText("6 requests").first().waitFor({ timeout: 20_000 });
    expect(await watching.evaluate("window.sameDocument")).toBe(true);
    await Promise.all([watching.close(), working.close()]);
  }, 120_000);
});

describe.skipIf(missing)("a page of a run with 500 requests", () => {
  it("is interactive at once", async () => {
    const page = await browser.newPage();
    // The best of a few: what else this machine does is not the page's.
    let interactiveMs = Infinity;
    let frameMs = Infinity;
    for (let load = 0; load < 4; load += 1) {
      await page.goto(example.origin + pathOf("seeded-many"));
      interactiveMs = Math.min(
        interactiveMs,
        Number(await page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")),
      );
      frameMs = Math.min(
        frameMs,
        Number(
          await page.evaluate(`new Promise((resolve) => {
            const from = performance.now();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
          })`),
        ),
      );
    }
    expect(await page.locator("svg.bar").count()).toBe(500);
    expect(interactiveMs).toBeLessThan(1_000);
    expect(frameMs).toBeLessThan(200);
    await page.close();
  });
});
