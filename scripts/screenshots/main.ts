/** `npm run screenshots`: pictures of every page of the console and of the login, dark and light, on phones and on desks. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { tour, tourEntry } from "./console-tour.ts";
import { loginTour, ownName, tourSecret, withOwnCredential } from "./login-tour.ts";
import { startExample } from "./example.ts";
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
    const options = { entry: tourEntry, more: withOwnCredential, secrets: { ISOGATE_SECRET: tourSecret } };
    const example = await startExample(stateFolder, options);
    await photograph(browser, example.origin, resolve(values.out)).finally(() => example.stop());
  } finally {
    await browser.close();
    await rm(stateFolder, { recursive: true, force: true });
  }
}

async function photograph(browser: Browser, origin: string, out: string): Promise<void> {
  const first = await browser.newPage();
  const all = [...(await tour(first, origin)), ...(await loginTour(origin, ownName))];
  await first.close();
  const stops = all.filter(({ name }) => values.only === undefined || values.only === name);
  if (stops.length === 0)
    throw new Error(
      `Unknown page ${values.only}. Known: ${[...new Set(all.map(({ name }) => name))].join(", ")}.`,
    );
  await mkdir(out, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of widths) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      for (const { name, path, act } of stops) {
        await page.goto(origin + path);
        await act?.(page);
        const wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        if (Number(wider) > 0) console.warn(`! ${name} is ${String(wider)} px wider than ${width}`);
        await page.screenshot({ path: join(out, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
      await page.close();
    }
  }
  console.log(`${stops.length * 2 * widths.length} pictures in ${out}`);
}
