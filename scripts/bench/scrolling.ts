/**
 * What a person feels who scrolls through a whole page: gestures as a wheel makes them, which the browser itself carries
 * out, and in the page the time of each frame, the tasks that kept it busy, and what each part cost that came meanwhile.
 */
import type { Page } from "playwright-core";
import { median } from "./figure.ts";

/** A flick: as far as a hand goes at once, in pixels, and nine windows in a second, in pixels a second. */
const flick = 8_000;
const speed = 8_000;
/** Longer than the whole list takes on a busy machine. */
const deadlineMs = 100_000;
/** A person sees a longer frame as a hitch: three of a screen's 60 a second are lost. */
export const hitchMs = 50;

/** Times of frames are whole intervals of the screen, rounded: three of them are 50 or 50.1 ms. */
export const isHitch = (ms: number): boolean => ms > hitchMs + 1;

/** Observers of everything that a person would feel, from before the page is there. */
export const observing = `
  window.felt = { tasks: [], shift: 0, frames: [], appended: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) felt.tasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) felt.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
`;

/** From here on counts what scrolling does; what loading took is not its. */
const beginning = `
  performance.clearResourceTimings();
  performance.setResourceTimingBufferSize(10_000);
  felt.tasks = [];
  felt.shift = 0;
  let before;
  requestAnimationFrame(function frame(now) {
    if (before !== undefined) felt.frames.push(now - before);
    before = now;
    requestAnimationFrame(frame);
  });
  const parts = document.querySelector(".parts");
  const hasRows = ({ addedNodes }) => [...addedNodes].some(({ nodeName }) => nodeName === "UL");
  if (parts) new MutationObserver((all) => {
    if (all.some(hasRows)) felt.appended.push(performance.now());
  }).observe(parts, { childList: true, subtree: true });
`;

const ending = `({
  ...felt,
  rows: document.querySelectorAll(".runs > li, tbody tr").length,
  fetched: performance.getEntriesByType("resource")
    .filter(({ name }) => name.includes("before="))
    .map(({ startTime, responseEnd }) => [startTime, responseEnd]),
})`;

const atEnd =
  "!document.getElementById('older') && innerHeight + scrollY >= document.documentElement.scrollHeight - 2";

export interface Scrolled {
  rows: number;
  /** Times between frames, in ms. */
  frames: number[];
  /** Tasks of more than 50 ms, in ms. */
  tasks: number[];
  shift: number;
  /** Of each answer with further rows: until it was there, and from then until the first of its rows was in the page, in ms. */
  parts: { fetchMs: number; appendMs: number }[];
}

/**
 * Scrolls from the top of a page to its end, through all that it loads meanwhile.
 * @throws Error if it does not come to the end in time, or the end has not as many rows
 */
export async function scrollThrough(page: Page, url: string, rows: number): Promise<Scrolled> {
  await page.goto(url, { waitUntil: "networkidle" });
  await page.evaluate(`{${beginning}}`);
  const session = await page.context().newCDPSession(page);
  const began = performance.now();
  while (!(await page.evaluate(atEnd))) {
    if (performance.now() - began > deadlineMs) {
      const { rows: seen } = (await page.evaluate(ending)) as Scrolled;
      throw new Error(
        `${url} did not end within ${deadlineMs / 1_000} s: ${seen} of ${rows} rows were there`,
      );
    }
    await session.send("Input.synthesizeScrollGesture", {
      x: 720,
      y: 450,
      yDistance: -flick,
      speed,
      gestureSourceType: "mouse",
      preventFling: true,
    });
  }
  await session.detach();
  const felt = (await page.evaluate(ending)) as Scrolled & {
    appended: number[];
    fetched: [number, number][];
  };
  if (felt.rows < rows) throw new Error(`${url} ended after ${felt.rows} of ${rows} rows`);
  const parts = felt.fetched.flatMap(([from, to]) => {
    const at = felt.appended.find((one) => one >= to);
    return at === undefined ? [] : [{ fetchMs: to - from, appendMs: at - to }];
  });
  return { ...felt, parts };
}

/** As high as a line of the list of runs. */
const plainRow = "<li style='height: 38px'>Words, and nothing else</li>";

/**
 * The same through as many rows of plain text, which are all there from the beginning: what this browser on this machine
 * does to a page that does nothing.
 */
export async function scrollPlain(page: Page, rows: number): Promise<Scrolled> {
  const url = "http://plain.localhost/";
  const body = `<!doctype html><title>Plain</title><ul class="runs">${plainRow.repeat(rows)}</ul>`;
  await page.route(url, (route) => route.fulfill({ contentType: "text/html", body }));
  try {
    return await scrollThrough(page, url, rows);
  } finally {
    await page.unroute(url);
  }
}

/** In a line: frames, hitches, tasks and parts. */
export function scrolledInWords({ rows, frames, tasks, parts }: Scrolled): string {
  const seconds = frames.reduce((sum, one) => sum + one, 0) / 1_000;
  const hitches = frames.filter(isHitch);
  const of = (values: number[]) =>
    `${median(values).toFixed(0)} ms (worst ${Math.max(...values).toFixed(0)})`;
  return [
    `${rows} rows in ${seconds.toFixed(1)} s: a frame took ${of(frames)}`,
    `${hitches.length} of ${frames.length} more than ${hitchMs} ms`,
    `${tasks.length} tasks more than 50 ms${tasks.length > 0 ? ` (worst ${Math.max(...tasks).toFixed(0)})` : ""}`,
    ...(parts.length > 0
      ? [
          `each of ${parts.length} parts was fetched in ${of(parts.map(({ fetchMs }) => fetchMs))} and appended in ${of(parts.map(({ appendMs }) => appendMs))}`,
        ]
      : []),
  ].join("; ");
}
