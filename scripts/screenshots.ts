/** `npm run screenshots`: pictures of every page of the console, dark and light, on a phone and on a desk. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { launchBrowser } from "./lib/browser.ts";
import { tour, tourEntry } from "./lib/console-tour.ts";
import { startExample } from "./lib/example.ts";

const help = `npm run screenshots [-- --out <folder>] [--only <name>]

Starts the server with the bundled APIs, leaves some runs in it, and writes a picture of every page of the console to
the folder (default: screenshots), dark and light, 375 and 1440 pixels wide. Needs a Chromium.`;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "screenshots" },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const out = resolve(values.out);
await mkdir(out, { recursive: true });
const stateFolder = await mkdtemp(join(tmpdir(), "isogate-screenshots-"));
const example = await startExample(stateFolder, tourEntry);
const browser = await launchBrowser();
try {
  const first = await browser.newPage();
  const stops = await tour(first, example.origin);
  await first.close();
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [375, 1440]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      for (const { name, path } of stops) {
        if (values.only !== undefined && values.only !== name) continue;
        await page.goto(example.origin + path);
        const wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        if (Number(wider) > 0) console.warn(`! ${name} is ${String(wider)} px wider than ${width}`);
        await page.screenshot({ path: join(out, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
      await page.close();
    }
  }
  console.log(`${stops.length * 4} pictures in ${out}`);
} finally {
  await browser.close();
  await example.stop();
  await rm(stateFolder, { recursive: true, force: true });
}
