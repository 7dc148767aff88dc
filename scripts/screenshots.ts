/** `npm run screenshots`: pictures of every page of the console and of the login, dark and light, on a phone and on a desk. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { launchBrowser } from "./lib/browser.ts";
import { tour, tourEntry } from "./lib/console-tour.ts";
import { loginTour, tourSecret } from "./lib/login-tour.ts";
import type { ConfiguredApi } from "./lib/apis.ts";
import { startExample } from "./lib/example.ts";
import { commandLine } from "./lib/command-line.ts";

const help = `npm run screenshots [-- --out <folder>] [--only <name>]

Starts the server with the bundled APIs, leaves some runs in it, and writes a picture of every page of the console and
of the login to the folder (default: screenshots), dark and light, 375 and 1440 pixels wide. Needs a Chromium.`;

const { values } = commandLine("npm run screenshots", help, {
  options: {
    out: { type: "string", default: "screenshots" },
    only: { type: "string" },
  },
});

const ownName = "edge_mine";

/** The demo API once more, called with everybody's own credential. */
function withOwnCredential(configured: ConfiguredApi[]): ConfiguredApi[] {
  const demo = configured.find(({ name }) => name === "demo")!;
  const fields = { bearerAuth: "API token", accountKey: "Account key" };
  const credential = { from: "user" as const, fields, help: "https://example.com/tokens", check: "/account" };
  return [{ ...demo, name: ownName, file: { ...demo.file, title: "Edge platform (your own)", credential } }];
}

const out = resolve(values.out);
await mkdir(out, { recursive: true });
const stateFolder = await mkdtemp(join(tmpdir(), "isogate-screenshots-"));
const example = await startExample(stateFolder, {
  entry: tourEntry,
  more: withOwnCredential,
  secrets: { ISOGATE_SECRET: tourSecret },
});
const browser = await launchBrowser();
try {
  const first = await browser.newPage();
  const stops = [...(await tour(first, example.origin)), ...(await loginTour(example.origin, ownName))];
  await first.close();
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [375, 1440]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
      for (const { name, path, act } of stops) {
        if (values.only !== undefined && values.only !== name) continue;
        await page.goto(example.origin + path);
        await act?.(page);
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
