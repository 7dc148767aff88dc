/** What a failure tells the model to do can be done. */
import { expect, it } from "vitest";
import { ApiFile } from "../../src/terms/api-file.ts";
import { budgetNames, budgets } from "../../src/terms/budgets.ts";
import { describeFailure, fixedLimits, type FixedLimit } from "../../src/terms/failure.ts";

const reached = (limit: keyof typeof budgets | FixedLimit) =>
  describeFailure({ kind: "limit-reached", limit, value: 1, unit: "of it" }).next;
const withBudgets = (given: Record<string, number>) =>
  ApiFile.safeParse({ source: "x.json", budgets: given });

it.for(budgetNames)("names the budget %s, which a file can set", (name) => {
  expect(reached(name)).toContain(`raise "${name}" under "budgets" in the API file`);
  expect(withBudgets({ [name]: 1 }).success).toBe(true);
});

it.for(Object.keys(fixedLimits) as FixedLimit[])("does not send anybody to a file for %s", (limit) => {
  expect(reached(limit)).not.toMatch(/file|operator|budget/);
});

it("takes no budget that nobody keeps, and no run that outlives what is known of it", () => {
  expect(withBudgets({ cpuMs: 1 }).success).toBe(false);
  expect(withBudgets({ runMs: budgets.runMs.most }).success).toBe(true);
  for (const wrong of [0, -1, 0.5, NaN, Infinity])
    expect(withBudgets({ requests: wrong }).success).toBe(false);
  expect(withBudgets({ runMs: budgets.runMs.most + 1 }).success).toBe(false);
});

it.for(["upstream-unreachable", "outcome-unknown"] as const)(
  "ends its sentence before the next one: %s",
  (kind) => {
    for (const message of ["the connection was lost", "It was lost."])
      expect(describeFailure({ kind, message }).sentence).toMatch(/[^.]\.$/);
  },
);
