/** `npm run scale`: what isogate costs and where it meets a limit, at 1, 1,000 and 1,000,000 users; writes docs/scale.md. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { commandLine } from "../../src/cli/command-line.ts";
import { counted } from "./counted.ts";
import { scalePage } from "./page.ts";
import type { ScaleInputs } from "./usage.ts";

/** Everything that the page is computed from. Change it and run the command again. */
export const inputs: ScaleInputs = {
  users: [1, 1_000, 1_000_000],
  /** Assumed: a person who works with it every day. */
  use: {
    daysAMonth: 22,
    sessionsADay: 4,
    callsASession: 6,
    /** The rest are searches. */
    executeShare: 0.65,
    requestsAnExecute: 4,
    /** Of what a day has, in its busiest hour. */
    busiestHourShare: 0.15,
    /** Time from the call to the answer, most of it spent waiting for the API. */
    callSeconds: 1.5,
  },
  /** What one call takes: rows are counted by a test, the rest is read off the code. */
  call: {
    workerRequests: 1,
    /** Reading the access token (workers-oauth-provider). */
    kvReads: 1,
    /** The run itself and, for an execute, the check of types in an isolate that is kept. */
    dynamicWorkerRequests: { search: 1, execute: 2 },
    /** `LOADER.load`: always a new one. */
    dynamicWorkersLoaded: 1,
    /** The end of the run; its beginning too if it takes longer than 250 ms. */
    ledgerRequests: 2,
    ...counted,
    /** Assumed from local figures (docs/figures.md): a production machine is not measured yet. */
    hostCpuMs: 6,
    isolateCpuMs: { search: 20, execute: 15 },
    ledgerSeconds: 0.01,
    ledgerKilobytes: 8,
  },
  session: {
    /** Discovery, list of tools, refresh of the token. */
    workerRequests: 4,
    kvReads: 6,
    kvWrites: 2,
  },
  host: {
    /** Calls that an isolate of the Worker serves before it is replaced; assumed. */
    callsAnIsolate: 2_000,
    /** Each isolate reads the manifest this often while it is busy (src/store/catalogs.ts). */
    manifestSeconds: 5,
    /** The same for the shapes of answers that were seen (src/learned/known.ts). */
    shapesSeconds: 60,
    catalogsAnIsolate: 2,
    /** Isolates over the world that are busy at the same time, for each call in flight; assumed. */
    callsInFlightAnIsolate: 4,
  },
  /** US dollars; Cloudflare's public pages as read in November 2026. Check them before you rely on the sums. */
  prices: {
    base: 5,
    workerRequests: { included: 10e6, per: 1e6, price: 0.3 },
    cpuMs: { included: 30e6, per: 1e6, price: 0.02 },
    dynamicWorkers: { included: 1_000, per: 1, price: 0.002 },
    durableObjectRequests: { included: 1e6, per: 1e6, price: 0.15 },
    durableObjectGbSeconds: { included: 400_000, per: 1e6, price: 12.5 },
    rowsRead: { included: 25e9, per: 1e6, price: 0.001 },
    rowsWritten: { included: 50e6, per: 1e6, price: 1 },
    storedGb: { included: 5, per: 1, price: 0.2 },
    kvReads: { included: 10e6, per: 1e6, price: 0.5 },
    kvWrites: { included: 1e6, per: 1e6, price: 5 },
    r2Reads: { included: 10e6, per: 1e6, price: 0.36 },
  },
};

if (process.argv[1] === import.meta.filename) {
  const help = "npm run scale: computes docs/scale.md from the inputs at the top of scripts/scale/main.ts.";
  commandLine("npm run scale", help, {});
  const page = await scaleDocument();
  await writeFile(join(import.meta.dirname, "../../docs/scale.md"), page);
  console.log(page);
}

/** The page as it stands in docs/. */
export async function scaleDocument(): Promise<string> {
  const options = await resolveConfig(import.meta.filename);
  return format(scalePage(inputs), { ...options, parser: "markdown" });
}
