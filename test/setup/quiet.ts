/**
 * What a run of the tests does not print, each pattern with its reason: everything else on the screen means something.
 * What a test expects to be logged it catches itself (logged.ts).
 */
import { stripVTControlCharacters } from "node:util";
import type { Plugin } from "vite";

const patterns = {
  /** The record of each run and request, one line of JSON: what a deployment's log consists of (src/gateway/record). */
  stdout: /^\{"event\.name":"isogate\.(?:run|request|refresh)",.*\}$/,
  /** The identity provider of the tests keeps what it knows in memory, under keys that are not secret. */
  stderr:
    /^oidc-provider WARNING: .*(?:development-only in-memory adapter|development-only signing keys) .*$/,
};

/** @returns false where every line is one of these */
export function onConsoleLog(log: string, type: "stdout" | "stderr"): boolean {
  const lines = stripVTControlCharacters(log).trim().split("\n");
  return !lines.every((line) => patterns[type].test(line));
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
