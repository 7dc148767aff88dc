/**
 * Every page in every state of the tour, in a real Chromium: what a screen reader finds on it, that nothing moves while it
 * loads, that it is small, that it fits at every width and at 200 % zoom, and that the button that decides is in view.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserMissing, launchBrowser } from "../../scripts/screenshots/browser.ts";
import { emptyPages, tour, type Stop } from "../../scripts/screenshots/console-tour.ts";
import type { Example } from "../../scripts/screenshots/example.ts";
import { loginTour } from "../../scripts/screenshots/login-tour.ts";
import { startTourServer } from "../../scripts/screenshots/sample-apis.ts";

/** Of HTML, styles, scripts and pictures, before compression. The playground has an editor. */
const maxPageBytes = 120_000;
const isPlayground = (name: string) => name.startsWith("playground");

/** As high as a finger needs it, in pixels. */
const minTouch = 40;

interface View {
  width: number;
  height: number;
  colorScheme: "light" | "dark";
  /** Looks at it with axe, too. */
  axe?: true;
}

/** The theme decides on contrast, the width on what is beside what: two of them show all four. 720 is 1440 at 200 %. */
const views: View[] = [
  { width: 375, height: 760, colorScheme: "light", axe: true },
  { width: 1440, height: 900, colorScheme: "dark", axe: true },
  { width: 720, height: 450, colorScheme: "light" },
  { width: 320, height: 640, colorScheme: "dark" },
];

/** Where the words of a button end in the window, in pixels. */
interface Ends {
  words: string;
  top: number;
  bottom: number;
  right: number;
}

interface Seen {
  /** Name of the page and width of the window. */
  at: string;
  name: string;
  bytes: number;
  /** Layout shifts that no input of a person caused. */
  shift: number;
  /** Pixels that the page is wider than the window. */
  overflow: number;
  findings: string[];
  /** Buttons that are too low for a finger. */
  low: string[];
  /** Blocked by the policy, thrown by a script, not found, asked by a dialog. */
  said: string[];
  title: string;
  /** Where the first button that allows or approves ends, and what folds out beside it in the bar. */
  decides: (Ends & { more: Ends[] }) | undefined;
  outline: string;
}

let stateFolder: string;
let example: Example;
let browser: Browser;
let axe: string;
const seen = new Map<View, Seen[]>();

const missing = browserMissing();
/** Some two hundred pages on a machine that may be busy. */
const timeoutMs = 900_000;

beforeAll(async () => {
  if (missing) return;
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  stateFolder = await mkdtemp(join(tmpdir(), "isogate-every-page-"));
  example = await startTourServer(stateFolder);
  browser = await launchBrowser();
  for (const view of views) seen.set(view, await lookAt(emptyPages, view));
  const page = await browser.newPage();
  const stops = [...(await tour(page, example.origin)), ...(await loginTour(example.origin))];
  await page.close();
  for (const view of views) seen.get(view)?.push(...(await lookAt(stops, view)));
}, timeoutMs);

afterAll(async () => {
  await browser?.close();
  await example?.stop();
  if (stateFolder) await rm(stateFolder, { recursive: true, force: true });
});

const everything = () => [...seen.values()].flat();
const seenAt = (width: number) => [...seen].find(([view]) => view.width === width)?.[1] ?? [];

async function lookAt(stops: readonly Stop[], view: View): Promise<Seen[]> {
  const { width, height, colorScheme } = view;
  const page = await browser.newPage({ colorScheme, viewport: { width, height } });
  await page.addInitScript(`
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push(one.value);
    }).observe({ type: "layout-shift", buffered: true });
  `);
  const said: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/\b40[04]\b/.test(message.text())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const all: Seen[] = [];
  for (const { name, path, act } of stops) {
    await page.goto(example.origin + path, { waitUntil: "networkidle" });
    await act?.(page);
    const decides = await decidingOn(page);
    const [shift, overflow, bytes] = (await page.evaluate(`[
      window.shifts.reduce((sum, one) => sum + one, 0),
      document.documentElement.scrollWidth - innerWidth,
      [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
        .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
    ]`)) as [number, number, number];
    const low = (await page.evaluate(`[...document.querySelectorAll("button, a.button, summary.button")]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < ${minTouch})
      .map((one) => one.outerHTML.slice(0, 90))`)) as string[];
    const title = await page.title();
    const outline = outlineOf(await page.locator("body").ariaSnapshot());
    const findings = view.axe ? await axeFindings(page) : [];
    const at = `${name} at ${width}`;
    all.push({
      at,
      name,
      bytes,
      shift,
      overflow,
      findings,
      low,
      said: said.splice(0),
      title,
      decides,
      outline,
    });
  }
  await page.close();
  return all;
}

/** What axe finds on a page, as one line each. */
async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
  return violations.map(({ id, impact, nodes }) => `${id} (${impact}) ${nodes[0]?.html.slice(0, 200)}`);
}

async function decidingOn(page: Page): Promise<Seen["decides"]> {
  const button = page
    .locator("main :is(.bar, article.card > .decide) button", { hasText: /^\s*(?:Allow|Approve)\b/ })
    .first();
  if ((await button.count()) === 0 || page.url().endsWith("/parts")) return undefined;
  return { ...(await endOf(button)), more: await foldedOut(page) };
}

async function endOf(button: Locator): Promise<Ends> {
  const { x, y, width, height } = (await button.boundingBox())!;
  const words = (await button.innerText()).replaceAll(/\s+/g, " ").trim();
  return { words, top: y, bottom: y + height, right: x + width };
}

/** What the menu of the bar offers: to allow the whole program is among it. */
async function foldedOut(page: Page): Promise<Ends[]> {
  const menu = page.locator(".bar details.menu");
  if ((await menu.count()) === 0) return [];
  await menu.locator("summary").click();
  const ends: Ends[] = [];
  for (const button of await menu.getByRole("button").all()) ends.push(await endOf(button));
  await page.keyboard.press("Escape");
  return ends;
}

/** Places and headings of the accessibility tree, as a person walks through them; without what differs every time: tokens of one second are in no order. */
function outlineOf(snapshot: string): string {
  return snapshot
    .split("\n")
    .filter((line) =>
      /^\s*- (?:heading|banner|navigation|main|search|form|region|table|list|status|alert)\b(?: "|:|$)/.test(
        line,
      ),
    )
    .filter((line) => !/^\s*- list:?$/.test(line))
    .map((line) =>
      line
        .replace(/:.*$/, "")
        .replaceAll(/\br[a-z2-9]{12}\b/g, "<run>")
        .replaceAll(/Access token “.*”/g, "Access token “…”"),
    )
    .join("\n");
}

describe.skipIf(missing)("every page", () => {
  it("has nothing that axe finds, and axe finds what is wrong", async () => {
    expect(everything().flatMap(({ at, findings }) => findings.map((one) => `${at}: ${one}`))).toEqual([]);
    const page = await browser.newPage();
    await page.goto(`${example.origin}/runs`);
    await page.evaluate("document.querySelector('.find').replaceWith(document.createElement('input'))");
    expect((await axeFindings(page)).join()).toContain("label (critical)");
    await page.close();
  });

  it("fits into 320 and 375 px, into 1440 px, and there at 200 % zoom", () => {
    expect(
      everything()
        .filter(({ overflow }) => overflow > 0)
        .map(({ at }) => at),
    ).toEqual([]);
  });

  it("has no button on a phone that is too low for a finger", () => {
    const low = [320, 375].flatMap(seenAt).flatMap(({ at, low: all }) => all.map((one) => `${at}: ${one}`));
    expect(low).toEqual([]);
    // On a desk there is less need, and more to see.
    expect(seenAt(1440).some(({ low: all }) => all.length > 0)).toBe(true);
  });

  it("has nothing that is blocked, thrown, or run that others wrote", () => {
    expect(everything().flatMap(({ at, said }) => said.map((one) => `${at}: ${one}`))).toEqual([]);
    expect(
      everything()
        .filter(({ title }) => title.includes("owned"))
        .map(({ at }) => at),
    ).toEqual([]);
  });

  it("stands still while it loads", () => {
    expect(
      everything()
        .filter(({ shift }) => shift > 0)
        .map(({ at, shift }) => `${at}: ${shift}`),
    ).toEqual([]);
  });

  it(`has at most ${maxPageBytes} bytes`, () => {
    const large = everything().filter(({ name, bytes }) => bytes > maxPageBytes && !isPlayground(name));
    expect(large.map(({ at, bytes }) => `${at}: ${bytes}`)).toEqual([]);
    expect(Math.min(...everything().map(({ bytes }) => bytes))).toBeGreaterThan(5_000);
  });

  it("is told by a screen reader as this list says: places, headings and what speaks up by itself", async () => {
    const told = seenAt(1440).map(({ name, outline }) => `## ${name}\n${outline}\n`);
    await expect(told.join("\n")).toMatchFileSnapshot("./outlines.txt");
    for (const { at, outline, name } of seenAt(1440)) {
      expect(outline.match(/heading .*\[level=1\]/g), at).toHaveLength(1);
      expect(outline, at).toMatch(/^- main$/m);
      if (!/^(?:consent|login)/.test(name)) expect(outline, at).toMatch(/^\s+- navigation "Main"$/m);
    }
  });
});

describe.skipIf(missing)("the button that decides", () => {
  /** Pages of the tour that ask for a decision, with its words. */
  const deciding: Record<string, string> = {
    approvals: "Approve this request",
    "approval-asking": "Approve this request",
    "seeded-paused": "Approve these 3: 3 deletes",
    "seeded-plan": "Approve these 2: 1 write, 1 delete",
    "seeded-long": "Approve this request, though not all of it is shown",
    "seeded-several": "Approve these 12: 3 writes, 9 deletes",
    "seeded-programProposed": "Allow this program",
    "seeded-programChanged": "Allow version 2",
    consent: "Allow",
    "consent-tags": "Allow",
    "consent-paste": "Allow",
    "consent-paste-accounts": "Allow",
    "consent-problem": "Allow",
  };

  it.each(views)("is in view without scrolling at $width × $height", ({ width, height }) => {
    const found = seenAt(width).filter(({ decides }) => decides);
    expect(Object.fromEntries(found.map(({ name, decides }) => [name, decides!.words]))).toEqual(deciding);
    const hidden = found.filter(({ decides }) => decides!.bottom > height || decides!.right > width);
    expect(hidden.map(({ at }) => at)).toEqual([]);
    const offered = found.flatMap(({ at, decides }) => decides!.more.map((one) => ({ at, ...one })));
    expect(offered.map(({ words }) => words)).toContain("Allow this program until this run has ended");
    const cut = offered.filter(({ top, bottom, right }) => top < 0 || bottom > height || right > width);
    expect(cut).toEqual([]);
  });
});

describe.skipIf(missing)("a page for", () => {
  it.each(["/runs", "/runs/rgoing", "/approvals", "/"])(
    "people who want no motion stands still: %s",
    async (path) => {
      const page = await browser.newPage();
      await page.goto(example.origin + path);
      const moving = () => page.evaluate("document.getAnimations().length");
      await page.emulateMedia({ reducedMotion: "reduce" });
      expect(await moving()).toBe(0);
      expect(
        await page.evaluate(
          "[...document.querySelectorAll('*')].filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length",
        ),
      ).toBe(0);
      await page.close();
    },
  );

  it("paper has the whole run and nothing to press", async () => {
    const page = await browser.newPage();
    const path = everything().find(({ name }) => name === "run-pictures");
    expect(path).toBeDefined();
    await page.goto(`${example.origin}/runs?text=chart`);
    await page.locator(".runs a").first().click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("button:visible, input:visible, nav:visible, a.button:visible").count()).toBe(
      0,
    );
    const cut = await page.evaluate(
      "[...document.querySelectorAll('pre, .tree, .scroll')].filter((one) => one.scrollHeight > one.clientHeight + 2 || one.scrollWidth > one.clientWidth + 2).length",
    );
    expect(cut).toBe(0);
    await page.getByText("4 requests", { exact: true }).waitFor();
    await page.locator("img").waitFor();
    const sheet = await page.pdf({ format: "A4" });
    expect(sheet.byteLength).toBeGreaterThan(20_000);
    await page.close();
  });
});
