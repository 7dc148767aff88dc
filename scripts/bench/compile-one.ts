/** Reads and compiles the document of one API, given as JSON, and prints what that took. */
import { prepareApi, type ConfiguredApi } from "../../src/cli/apis.ts";

export interface Compiled {
  seconds: number;
  /** The most memory that the process held at any time. */
  megabytes: number;
}

const api = JSON.parse(process.argv[2] ?? "") as ConfiguredApi;
const began = performance.now();
await prepareApi(api);
const seconds = (performance.now() - began) / 1_000;
console.log(
  JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1_024 } satisfies Compiled),
);
