/** A result belongs to the connection: a run that was granted more may have read what another connection may not. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Grant } from "../../../src/terms/scopes.ts";
import { record } from "./sample.ts";

const both: Grant = { access: { work: ["read", "write"], home: ["read"] } };
const narrowed: Grant = { access: { work: ["read"] }, tags: { work: { read: ["Zones"] } } };

it.each<[what: string, run: Grant, asks: Grant, given: boolean]>([
  ["the same grant", both, both, true],
  ["a wider grant", { access: { work: ["read"] } }, both, true],
  ["a connection for one of its APIs", both, { access: { work: ["read", "write"] } }, false],
  ["a connection for another API", { access: { work: ["read"] } }, { access: { home: ["read"] } }, false],
  [
    "a connection that may only write there",
    { access: { work: ["read"] } },
    { access: { work: ["write"] } },
    false,
  ],
  ["a connection for one tag", { access: { work: ["read"] } }, narrowed, false],
  ["a connection for the same tag", narrowed, narrowed, true],
  ["a connection for all tags", narrowed, { access: { work: ["read"] } }, true],
  ["a connection for other tags", narrowed, { ...narrowed, tags: { work: { read: ["Rules"] } } }, false],
  ["a connection for nothing", { access: { work: ["read"] } }, { access: {} }, false],
])("is given to %s or not", async (what, run, asks, given) => {
  const ledger = env.LEDGER.getByName(`recalled ${what}`);
  await ledger.endRun(record({ runId: "r1", ...run }), '"secret"');
  expect(await ledger.recall("r1", asks)).toBe(given ? '"secret"' : null);
  // The person reads all of their own.
  expect(await ledger.recall("r1")).toBe('"secret"');
});
