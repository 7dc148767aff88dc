/** Pages whose store does not answer. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { consolePages } from "../../src/console/console.ts";
import { failingObjects } from "../store/failing.ts";
import { quietErrors } from "../store/down.ts";

quietErrors();

const LEDGER = failingObjects(env.LEDGER);

describe("a ledger that does not answer", () => {
  it("makes a page of the console 503, with a sentence", async () => {
    const person = { id: "faults", label: "n" };
    const asked = new Request("http://localhost:8484/runs");
    const page = await consolePages(asked, { ...env, LEDGER } as Env, createExecutionContext(), person);
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("Try again in a moment");
  });
});
