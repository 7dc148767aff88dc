/**
 * What a run of the tests does not print, each pattern with its reason: everything else on the screen means something.
 * What a test expects to be logged it catches itself (logged.ts).
 */
import type { Plugin } from "vite";

/** The record of each run and request, one line of JSON: what a deployment's log consists of (src/gateway/record). */
const record = /^\{"event\.name":"isogate\.(?:run|request|refresh)",.*\}$/;

/** @returns false where all of it is the record of what tests did */
export function onConsoleLog(log: string, type: "stdout" | "stderr"): boolean {
  return (
    type === "stderr" ||
    !log
      .trimEnd()
      .split("\n")
      .every((line) => record.test(line))
  );
}

/** A package that was published with a map and without what the map is of; nothing here is mapped to it. */
const missingSources = /^Sourcemap for ".*node_modules.*" points to missing source files$/;

/** Takes that warning out of the logger that Vitest gives each project. */
export const withoutMapWarnings: Plugin = {
  name: "without-map-warnings",
  configResolved({ logger }) {
    const { warnOnce } = logger;
    logger.warnOnce = (message, options) => void (missingSources.test(message) || warnOnce(message, options));
  },
};
