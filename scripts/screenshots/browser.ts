/** The Chromium of this machine, headless and quiet, driven by playwright-core (which brings none of its own). */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const candidates =
  process.env.CHROMIUM === undefined
    ? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    : [process.env.CHROMIUM];

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const advice = `No Chromium at ${candidates.join(", ")}. Install one (Debian: apt-get install chromium), or name it in CHROMIUM.`;

/** @throws Error that says how to get a Chromium, if it is missing. CHROMIUM names one in another place. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = candidates.find((path) => existsSync(path));
  if (!executablePath) throw new Error(advice);
  return chromium.launch({ executablePath, args: quiet });
}

/**
 * Whether to skip the tests of the pages: on a person's machine without a Chromium, with a message. In CI they run, and
 * fail without one.
 */
export function browserMissing(): boolean {
  const missing = !process.env.CI && !candidates.some((path) => existsSync(path));
  if (missing) console.warn(`The tests of the pages are left out. ${advice}`);
  return missing;
}
