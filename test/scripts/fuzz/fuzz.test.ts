/** Each property with a fixed seed: the same few hundred inputs in every run of the tests. `npm run fuzz` takes others. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { properties } from "../../../scripts/fuzz/properties.ts";

it.each(properties)("holds: %s", async (name, property) => {
  // Those that measure time take inputs so large that a few are enough here.
  const numRuns = name.startsWith("time.") ? 10 : 300;
  const details = await fc.check(property, { seed: 20_261_120, numRuns, endOnFailure: true });
  const report = `${fc.defaultReportMessage(details as never)}\n${String(details.errorInstance)}`;
  expect(details.failed ? report : "").toBe("");
});
