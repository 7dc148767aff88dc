/**
 * No pattern of the host backtracks: each takes a number of steps that is at most proportional to the text, whatever the
 * text is. The guest's are left out: there a slow pattern costs only the run that caused it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";
import { checkSync } from "recheck";
import { transform } from "sucrase";
import { expect, it } from "vitest";

const src = join(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !name.startsWith("sandbox/guest"))
  .toSorted();

function patternsOf(file: string): { pattern: string; flags: string }[] {
  const text = readFileSync(join(src, file), "utf8");
  const { code } = transform(text, { transforms: ["typescript"], disableESTransforms: true });
  const found: { pattern: string; flags: string }[] = [];
  const onToken = ({ type, value }: { type: { label: string }; value?: unknown }) => {
    if (type.label === "regexp") found.push(value as { pattern: string; flags: string });
  };
  parse(code, { ecmaVersion: "latest", sourceType: "module", onToken });
  return found;
}

/** By the clock: on a busy machine the checker needs longer than it allows itself. */
const patient = { timeout: 110_000 };

it("are told apart: those that backtrack, and those that do not", () => {
  expect(checkSync("(a+)+$", "").status).toBe("vulnerable");
  expect(checkSync(" +$", "").status).toBe("vulnerable");
  expect(checkSync("^ +", "").status).toBe("safe");
});

it.each(files)("%s has only patterns that take linear time", { timeout: 120_000 }, (file) => {
  const slow = patternsOf(file).filter(
    ({ pattern, flags }) => checkSync(pattern, flags, patient).status !== "safe",
  );
  expect(slow).toEqual([]);
});
