/** The Chromium of this machine, headless and quiet, driven by playwright-core (which brings none of its own). */
import { access } from "node:fs/promises";
import { chromium, type Browser } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** @throws Error that says how to get a Chromium, if there is none. CHROMIUM names one in another place. */
export async function launchBrowser(): Promise<Browser> {
  const candidates = process.env.CHROMIUM === undefined ? places : [process.env.CHROMIUM];
  for (const executablePath of candidates) {
    const there = await access(executablePath).then(
      () => true,
      () => false,
    );
    if (there) return chromium.launch({ executablePath, args: quiet });
  }
  throw new Error(
    `No Chromium at ${candidates.join(", ")}. Install one (Debian: apt-get install chromium), or name it in CHROMIUM.`,
  );
}
