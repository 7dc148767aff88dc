/**
 * The console in a real Chromium: usable by keyboard alone and without a script; files come and go; pages of what is going
 * keep themselves fresh. What holds for every page: every-page.process.test.ts.
 */
import { readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserMissing, launchBrowser } from "../../scripts/screenshots/browser.ts";
import { tour, writeCode, type Stop } from "../../scripts/screenshots/console-tour.ts";
import { loginTour } from "../../scripts/screenshots/login-tour.ts";
import type { Example } from "../../scripts/screenshots/example.ts";
import { startTourServer } from "../../scripts/screenshots/sample-apis.ts";

let stateFolder: string;
let example: Example;
let browser: Browser;
let stops: Stop[];

const missing = browserMissing();

beforeAll(async () => {
  if (missing) return;
  stateFolder = await mkdtemp(join(tmpdir(), "isogate-console-"));
  example = await startTourServer(stateFolder);
  browser = await launchBrowser();
  const page = await browser.newPage();
  stops = [...(await tour(page, example.origin)), ...(await loginTour(example.origin))];
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
    if (message.type() === "error" && !/\b40[04]\b/.test(message.text())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return said;
}

describe.skipIf(missing)("a page", () => {
  it("says the same without a script", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(example.origin + pathOf("seeded-paused"));
    await page.getByRole("button", { name: "Approve", exact: true }).first().waitFor();
    await context.close();
  });
});

describe.skipIf(missing)("the decision", () => {
  it("is never about more than was read: what comes is announced, shown when asked for, and marked", async () => {
    const page = await browser.newPage();
    await page.goto(example.origin + pathOf("seeded-plan"));
    const named = () => page.locator("form[aria-label=Decision] input[name=request]").count();
    const before = await named();
    // As if the page had been opened before its last request came.
    await page.evaluate(`{
      const last = [...document.querySelectorAll(".request")].at(-1);
      document.querySelector('form[aria-label=Decision] input[value^="' + last.dataset.key + '"]').remove();
      last.remove();
    }`);
    await page.evaluate("document.getElementById('main').dataset.version = ''");
    await page.getByText("This page has changed since you opened it.").waitFor({ timeout: 15_000 });
    expect(await named()).toBe(before - 1);
    await page.getByRole("button", { name: "Show what is new" }).click();
    await page.getByText("New since you opened this page").waitFor();
    expect(await named()).toBe(before);
    await page.close();
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
    const link = page.locator(".runs a").first();
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
      .getByRole("button", { name: "Approve", exact: true });
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
    await page.locator(".editor .cm-content").focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("return operations.length > 0");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Run");
    await page.keyboard.press("Enter");
    await page.locator("#reply").waitFor({ state: "attached" });
    expect(await page.locator("#reply").textContent()).toMatch(/\n\ntrue$/);
    // From within the editor, too, and the page is not loaded again for it.
    await page.evaluate("window.sameDocument = true");
    await writeCode(page, "return 6 * 7");
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => page.locator("#reply").textContent(), { timeout: 10_000 }).toMatch(/\n\n42$/);
    expect(await page.evaluate("window.sameDocument")).toBe(true);
    await page.close();
  });

  it("marks what is not seen in code, where it stands", async () => {
    const page = await browser.newPage();
    const code = 'return "\u202e\u3164\u200b\u{e0041}\u00a0";';
    await page.goto(`${example.origin}/playground?tool=execute&code=${encodeURIComponent(code)}`);
    await expect
      .poll(() => page.locator(".editor .cm-line").first().textContent(), { timeout: 10_000 })
      .toBe('return "⟨U+202E⟩⟨U+3164⟩⟨U+200B⟩⟨U+E0041⟩⟨U+00A0⟩";');
    expect(await page.locator("#code").inputValue()).toBe(code);
    await page.close();
  });

  it("completes operations of the document and shows what the check finds at its line", async () => {
    const page = await browser.newPage();
    await page.goto(`${example.origin}/playground`);
    await page.check("input[name=tool][value=execute]");
    await writeCode(page, "");
    await page.keyboard.type('await apis.demo.get("/zones/{zone_id}/dns');
    await page.locator(".cm-completionLabel", { hasText: "/zones/{zone_id}/dns-records" }).first().waitFor();
    await writeCode(page, "");
    await page.keyboard.type('apis.demo.post("/zones/{zone_id}/dns-records", { body: { pro');
    await page.locator(".cm-completionLabel", { hasText: "proxied" }).first().waitFor();
    await writeCode(page, "");
    await page.keyboard.type("each");
    await page.locator(".cm-completionLabel", { hasText: "each" }).first().waitFor();
    const said = complaints(page);
    await writeCode(page, 'const a = 1;\nreturn apis.demo.get("/zoness");');
    await page.locator(".cm-lint-marker-error").waitFor();
    // Drawn by the style sheet: the page's policy loads no picture for it.
    const drawn = await page.evaluate(
      "getComputedStyle(document.querySelector('.editor').shadowRoot.querySelector('.cm-lint-marker-error')).content",
    );
    expect(drawn).toBe("normal");
    expect(said).toEqual([]);
    await page.getByRole("button", { name: /^Line 2: The API has no operation/ }).waitFor();
    await page.close();
  });
});

describe.skipIf(missing)("a run of the playground", () => {
  it("says what it has requested, and is stopped by its person: it sends nothing more", async () => {
    const page = await browser.newPage();
    await page.goto(`${example.origin}/playground`);
    await page.check("input[name=tool][value=execute]");
    await writeCode(
      page,
      'for (;;) { await apis.demo.get("/zones"); await new Promise((go) => setTimeout(go, 300)); }',
    );
    await page.keyboard.press("Control+Enter");
    await page.getByText(/[1-9] requests? so far/).waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "Stop" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("This run was stopped by its user.").first().waitFor({ timeout: 20_000 });
    expect(await page.evaluate("document.activeElement.id")).toBe("run");
    const sent = async () => {
      await page.goto(example.origin + path);
      return page.locator("tbody tr").count();
    };
    const path = (await page.locator('#answer a[href^="/runs/"]').first().getAttribute("href")) ?? "";
    const before = await sent();
    await new Promise((later) => setTimeout(later, 1_500));
    expect(await sent()).toBe(before);
    await page.close();
  }, 90_000);
});

describe.skipIf(missing)("a run under way", () => {
  it("is ended on its own page: who waits for it is told, and its page says so", async () => {
    const [waiting, page] = [await browser.newPage(), await browser.newPage()];
    await waiting.goto(`${example.origin}/playground`);
    await waiting.check("input[name=tool][value=execute]");
    await writeCode(
      waiting,
      'for (;;) { await apis.demo.get("/zones"); await new Promise((go) => setTimeout(go, 300)); }',
    );
    await waiting.keyboard.press("Control+Enter");
    await waiting.getByText(/[1-9] requests? so far/).waitFor({ timeout: 20_000 });
    await page.goto(`${example.origin}/runs?outcome=running`);
    await page.locator("a.line").first().click();
    await page.locator("summary", { hasText: "End this run" }).click();
    await page.getByRole("button", { name: "End this run" }).click();
    await page.getByText("This run was stopped by its user.").first().waitFor({ timeout: 20_000 });
    await waiting.getByText("This run was stopped by its user.").first().waitFor({ timeout: 20_000 });
    await Promise.all([waiting.close(), page.close()]);
  }, 90_000);
});

describe.skipIf(missing)("code that is being written", () => {
  it("is there again after a reload and a look at another page, and a link shows its own", async () => {
    const page = await browser.newPage();
    const code = page.locator("#code");
    await page.goto(`${example.origin}/playground`);
    await page.check("input[name=tool][value=execute]");
    await page.check("input[name=access][value=write]");
    await writeCode(page, "// half written");
    await page.reload();
    expect(await code.inputValue()).toBe("// half written");
    expect(await page.isChecked("input[name=access][value=write]")).toBe(true);
    await page.goto(`${example.origin}/apis`);
    await page.goto(`${example.origin}/playground`);
    expect(await code.inputValue()).toBe("// half written");
    // What code may do is ticked anew.
    expect(await page.isChecked("input[name=access][value=write]")).toBe(false);
    await page.goto(`${example.origin}/playground?tool=execute&code=return+1`);
    expect(await code.inputValue()).toBe("return 1");
    await page.close();
  });
});

describe.skipIf(missing)("a page that cannot reach the server", () => {
  it("says so, and is true again when it can", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${example.origin}/runs`);
    await context.setOffline(true);
    await page.getByText("The server cannot be reached.").waitFor({ timeout: 30_000 });
    await context.setOffline(false);
    await expect.poll(() => page.locator("#stale").count(), { timeout: 30_000 }).toBe(0);
    await context.close();
  }, 90_000);
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
    await writeCode(
      page,
      `const text = await files["list.csv"].text(); await file("<script>alert(1)</script>" + text, "made.html"); return text`,
    );
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator("#reply").waitFor({ state: "attached" });
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
      await page.locator("summary", { hasText: `Delete ${name}` }).click();
      await page.getByRole("button", { name: `Delete ${name}` }).click();
      await page.getByText("The file was deleted.").waitFor();
      expect(await page.getByText(name).count()).toBe(0);
    }
    // Nothing that code wrote has run.
    expect(said.filter((one) => one.startsWith("dialog"))).toEqual([]);
    await page.close();
  });
});

describe.skipIf(missing)("a page of something that is going", () => {
  it("shows a run that has begun meanwhile, without being loaded again", async () => {
    const [watching, working] = [await browser.newPage(), await browser.newPage()];
    await watching.goto(`${example.origin}/runs`);
    await watching.evaluate("window.sameDocument = true");
    await working.goto(`${example.origin}/playground`);
    await writeCode(working, "return 'seen while watching'");
    await working.locator("#run").click();
    await working.locator("#reply").waitFor({ state: "attached" });
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
    await writeCode(working, slow);
    await working.locator("#run").click({ noWaitAfter: true });
    await watching.goto(`${example.origin}/runs`);
    await watching.bringToFront();
    const link = watching.locator(".runs li", { hasText: "for (let n = 0" }).locator("a").first();
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

describe.skipIf(missing)("a result that is longer than what its page shows", () => {
  it("is copied whole", async () => {
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    await page.goto(`${example.origin}/playground`);
    await writeCode(page, "return Array.from({ length: 800 }, (_, n) => ({ n, name: `row ${n}` }))");
    await page.keyboard.press("Control+Enter");
    await page.locator("#reply").waitFor({ state: "attached" });
    await page.locator('#answer a[href^="/runs/"]').first().click();
    await page.getByRole("button", { name: "Copy the result" }).click();
    await page.getByText("Copied").waitFor();
    const rows = JSON.parse(String(await page.evaluate("navigator.clipboard.readText()"))) as unknown[];
    expect(rows).toHaveLength(800);
    expect(rows.at(-1)).toEqual({ n: 799, name: "row 799" });
    await context.close();
  });
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
    expect(await page.locator("svg.bars rect").count()).toBe(500);
    expect(interactiveMs).toBeLessThan(1_000);
    expect(frameMs).toBeLessThan(200);
    await page.close();
  });
});

describe.skipIf(missing)("the number of waiting approvals", () => {
  it("follows on pages that show something else", async () => {
    const [watching, working] = [await browser.newPage(), await browser.newPage()];
    await watching.goto(`${example.origin}/apis`);
    const shown = async () => Number(await watching.locator("nav [data-waiting] b").textContent());
    const before = await shown();
    expect(before).toBeGreaterThan(0);
    await working.goto(example.origin + pathOf("seeded-plan"));
    await working.getByRole("form", { name: "Decision" }).locator("summary").click();
    await working.getByRole("button", { name: "Drop the run" }).click();
    await working.getByText("dropped").first().waitFor();
    await watching.bringToFront();
    await expect.poll(shown, { timeout: 15_000 }).toBeLessThan(before);
    expect(await watching.title()).not.toContain(`(${before})`);
    await Promise.all([watching.close(), working.close()]);
  });
});

describe.skipIf(missing)("a long list of runs", () => {
  it("brings older runs as a person scrolls to its end, and is live again at its top", async () => {
    await fetch(`${example.origin}/fill?runs=180`, { method: "POST" });
    const page = await browser.newPage();
    await page.goto(`${example.origin}/runs`);
    const rows = page.locator(".runs > li");
    expect(await rows.count()).toBe(50);
    await page.mouse.move(600, 400);
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 600);
          return page.locator("#older").count();
        },
        { timeout: 30_000, interval: 50 },
      )
      .toBe(0);
    expect(await rows.count()).toBeGreaterThan(180);
    const keys = await page.evaluate(
      "[...document.querySelectorAll('.runs > li')].map((row) => row.dataset.key)",
    );
    expect(new Set(keys as string[]).size).toBe(await rows.count());
    await page.mouse.wheel(0, -100_000);
    await expect.poll(() => rows.count(), { timeout: 15_000 }).toBe(50);
    await page.close();
  }, 90_000);
});
