/**
 * The console's pages in a real Chromium: how soon each is painted and how much it weighs, and whether a list of 10,000 runs
 * and a run with 500 requests scroll without a hitch.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { lower, median, type Chapter, type Figures, type Say } from "./figure.ts";
import { launchBrowser } from "../screenshots/browser.ts";
import { tour } from "../screenshots/console-tour.ts";
import { startTourServer } from "../screenshots/sample-apis.ts";

const loads = 5;
const runs = 10_000;

/** Observers of everything that a person would feel, from before the page is there. */
const observing = `
  window.felt = { longest: 0, shift: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) felt.longest = Math.max(felt.longest, duration);
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) felt.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
`;

interface Felt {
  longest: number;
  shift: number;
}

export const pages: Chapter = async (say) => {
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-bench-pages-"));
  const browser = await launchBrowser();
  const server = await startTourServer(stateFolder);
  try {
    return await measure(browser, server.origin, say);
  } finally {
    await server.stop();
    await browser.close();
    await rm(stateFolder, { recursive: true, force: true });
  }
};

async function measure(browser: Browser, origin: string, say: Say): Promise<Figures> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(observing);
  const stops = (await tour(page, origin)).filter(({ act }) => !act);
  await fetch(`${origin}/fill?runs=${runs}`, { method: "POST" });
  const painted: { name: string; ms: number; bytes: number; shift: number }[] = [];
  for (const { name, path } of stops) {
    const times: number[] = [];
    let last = { ms: 0, bytes: 0, shift: 0 };
    for (let load = 0; load <= loads; load += 1) {
      last = await loaded(page, origin + path);
      if (load > 0) times.push(last.ms);
    }
    painted.push({ ...last, name, ms: median(times) });
  }
  const others = painted.filter(({ name }) => name !== "playground");
  const slowest = worst(painted, ({ ms }) => ms);
  const largest = worst(others, ({ bytes }) => bytes);
  say(`first paint: ${slowest.name} is the slowest with ${slowest.ms.toFixed(0)} ms`);
  say(`largest page: ${largest.name} with ${(largest.bytes / 1_000).toFixed(0)} kB`);
  const [list, listed] = await scrolled(page, `${origin}/runs`);
  say(`${listed} rows of runs were scrolled through; the longest task took ${list.longest.toFixed(0)} ms`);
  const many = stops.find(({ name }) => name === "seeded-many")!;
  const [each] = await scrolled(page, `${origin + many.path}?each`);
  say(`500 requests, one a line: the longest task took ${each.longest.toFixed(0)} ms`);
  const shift = painted.reduce((sum, one) => sum + one.shift, 0) + list.shift + each.shift;
  return {
    "pages.firstPaint": lower(slowest.ms, "ms to the first paint of the slowest page", 100),
    "pages.size": lower(largest.bytes / 1_000, "kB of the largest page but the playground", 120),
    "pages.shift": lower(shift, "of layout shift on all pages together", 0),
    "pages.runsScrolled": lower(list.longest, "ms, the longest task while 10,000 runs are scrolled", 50),
    "pages.requestsScrolled": lower(each.longest, "ms, the longest task while 500 requests are", 50),
  };
}

const worst = <T>(all: readonly T[], of: (one: T) => number): T =>
  all.reduce((found, one) => (of(one) > of(found) ? one : found));

async function loaded(page: Page, url: string): Promise<{ ms: number; bytes: number; shift: number }> {
  await page.goto(url, { waitUntil: "networkidle" });
  return (await page.evaluate(`({
    ms: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    bytes: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
    shift: felt.shift,
  })`)) as { ms: number; bytes: number; shift: number };
}

/** A flick of the wheel in each frame, 12,000 pixels a second, until the page has no more. @returns what was felt, and the rows at the end */
async function scrolled(page: Page, url: string): Promise<[Felt, rows: number]> {
  await page.goto(url, { waitUntil: "networkidle" });
  await page.mouse.move(720, 450);
  // What loading took is not scrolling's.
  await page.evaluate("felt.longest = 0");
  for (;;) {
    await page.mouse.wheel(0, 200);
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
    const isAtEnd = await page.evaluate(
      "!document.getElementById('older') && innerHeight + scrollY >= document.documentElement.scrollHeight - 2",
    );
    if (isAtEnd) break;
  }
  const rows = await page.locator(".runs > li, tbody tr").count();
  return [(await page.evaluate("felt")) as Felt, rows];
}
