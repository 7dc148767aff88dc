/** Each property with a fixed seed: the same few hundred inputs in every run of the tests. `npm run fuzz` takes others. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { properties } from "../../../scripts/fuzz/properties.ts";

it.each(properties)("holds: %s", async (_name, property) => {
  const details = await fc.check(property, { seed: 20_261_120, numRuns: 300 });
  const report = `${fc.defaultReportMessage(details as never)}\n${String(details.errorInstance)}`;
  expect(details.failed ? report : "").toBe("");
});
