/**
 * The console's pages in a real Chromium: how soon each is painted and how much it weighs, and whether a list of 10,000 runs
 * and a run with 500 requests scroll without a hitch.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { lower, median, type Chapter, type Figures, type Say } from "./figure.ts";
import {
  hitchMs,
  isHitch,
  observing,
  scrolledInWords,
  scrollPlain,
  scrollThrough,
  type Scrolled,
} from "./scrolling.ts";
import { launchBrowser } from "../screenshots/browser.ts";
import { tour } from "../screenshots/console-tour.ts";
import { startTourServer } from "../screenshots/sample-apis.ts";

const loads = 3;
const runs = 10_000;
const requests = 500;

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
  const painted: Painted[] = [];
  for (const { name, path } of stops) painted.push(await loaded(page, name, origin + path));
  const { ms: plainMs } = await loaded(
    page,
    "plain",
    "data:text/html,<title>plain</title><p>One line of text",
  );
  const others = painted.filter(({ name }) => name !== "playground");
  const slowest = worst(painted, ({ ms }) => ms);
  const largest = worst(others, ({ bytes }) => bytes);
  say(
    `first paint: ${slowest.name} is the slowest with ${slowest.ms.toFixed(0)} ms; a line of plain text: ${plainMs.toFixed(0)} ms`,
  );
  say(`largest page: ${largest.name} with ${(largest.bytes / 1_000).toFixed(0)} kB`);
  const plain = await scrollPlain(page, runs);
  say(`plain rows, for comparison: ${scrolledInWords(plain)}`);
  const list = await scrollThrough(page, `${origin}/runs`, runs);
  say(`runs: ${scrolledInWords(list)}`);
  const many = stops.find(({ name }) => name === "seeded-many")!;
  const each = await scrollThrough(page, `${origin + many.path}?each`, requests);
  say(`requests, one a line: ${scrolledInWords(each)}`);
  const shift = painted.reduce((sum, one) => sum + one.shift, 0) + list.shift + each.shift;
  return {
    "pages.firstPaint": lower(slowest.ms, "ms to the first paint of the slowest page", 100),
    "pages.plainPaint": lower(plainMs, "ms to the first paint of a line of plain text, beside it"),
    "pages.size": lower(largest.bytes / 1_000, "kB of the largest page but the playground", 120),
    "pages.shift": lower(shift, "of layout shift on all pages together", 0),
    "pages.runsScrolled": lower(hitches(list), `hitches (frames > ${hitchMs} ms) through 10,000 runs`, 0),
    "pages.runsFrame": lower(Math.max(...list.frames), "ms, the longest frame of them"),
    "pages.requestsScrolled": lower(hitches(each), `hitches through 500 requests`, 0),
    "pages.requestsFrame": lower(Math.max(...each.frames), "ms, the longest frame of them"),
    "pages.plainScrolled": lower(hitches(plain), "hitches through 10,000 rows of plain text, beside it"),
    "pages.plainFrame": lower(Math.max(...plain.frames), "ms, the longest frame of them"),
  };
}

const hitches = ({ frames }: Scrolled) => frames.filter(isHitch).length;

const worst = <T>(all: readonly T[], of: (one: T) => number): T =>
  all.reduce((found, one) => (of(one) > of(found) ? one : found));

interface Painted {
  name: string;
  /** Median of the loads. */
  ms: number;
  bytes: number;
  shift: number;
}

const firstPaint = `new Promise((resolve) => new PerformanceObserver((list) => {
  for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") resolve(startTime);
}).observe({ type: "paint", buffered: true }))`;

async function loaded(page: Page, name: string, url: string): Promise<Painted> {
  const times: number[] = [];
  // The first load fills caches: it is not counted.
  for (let load = 0; load <= loads; load += 1) {
    await page.goto(url);
    times.push((await page.evaluate(firstPaint)) as number);
  }
  // What moves, and what is loaded, after the first paint.
  await page.waitForLoadState("networkidle");
  const [bytes, shift] = (await page.evaluate(`[
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
    felt.shift,
  ]`)) as [number, number];
  return { name, ms: median(times.slice(1)), bytes, shift };
}
