/** `npm run screenshots`: pictures of every page of the console and of the login, dark and light, on phones and on desks. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { emptyPages, tour, type Stop } from "./console-tour.ts";
import { loginTour } from "./login-tour.ts";
import { startTourServer } from "./sample-apis.ts";
import { commandLine } from "../../src/cli/command-line.ts";

const help = `npm run screenshots [-- --out <folder>] [--only <name>]

Starts the server with the bundled APIs, leaves some runs in it, and writes a picture of every page of the console and
of the login to the folder (default: screenshots), dark and light, 320, 375, 1440 and 1920 pixels wide. Needs a Chromium.`;

const { values } = commandLine("npm run screenshots", help, {
  options: {
    out: { type: "string", default: "screenshots" },
    only: { type: "string" },
  },
});

/** The narrowest phone in use and a usual one; a laptop and a wide screen. */
const widths = [320, 375, 1440, 1920];
const lowest = 900;

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  // Before the server: a missing Chromium is reported at once, and nothing is left running.
  const browser = await launchBrowser();
  const stateFolder = await mkdtemp(join(tmpdir(), "isogate-screenshots-"));
  try {
    const example = await startTourServer(stateFolder);
    await walk(browser, example.origin, resolve(values.out)).finally(() => example.stop());
  } finally {
    await browser.close();
    await rm(stateFolder, { recursive: true, force: true });
  }
}

async function walk(browser: Browser, origin: string, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const wanted = (stops: Stop[]) =>
    stops.filter(({ name }) => values.only === undefined || values.only === name);
  const made = await photograph(browser, origin, out, wanted(emptyPages));
  const first = await browser.newPage();
  const all = [...(await tour(first, origin)), ...(await loginTour(origin))];
  await first.close();
  const count = made + (await photograph(browser, origin, out, wanted(all)));
  if (count === 0) {
    const known = [...emptyPages, ...all].map(({ name }) => name);
    throw new Error(`Unknown page ${values.only}. Known: ${known.join(", ")}.`);
  }
  console.log(`${count} pictures in ${out}`);
}

/** @returns how many pictures were made */
async function photograph(browser: Browser, origin: string, out: string, stops: Stop[]): Promise<number> {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of widths) {
      const page = await browser.newPage({ colorScheme });
      for (const { name, path, act } of stops) {
        await page.setViewportSize({ width, height: lowest });
        await page.goto(origin + path);
        await act?.(page);
        const [wider, high] = (await page.evaluate(
          "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight]",
        )) as [number, number];
        if (wider > 0) console.warn(`! ${name} is ${wider} px wider than ${width}`);
        // As high as the page: what stays at the edge of the window would stand in the middle of the picture.
        await page.setViewportSize({ width, height: Math.max(lowest, high) });
        await page.screenshot({ path: join(out, `${name}-${colorScheme}-${width}.png`) });
      }
      await page.close();
    }
  }
  return stops.length * 2 * widths.length;
}
