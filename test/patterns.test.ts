/**
 * No pattern of the host backtracks: each takes a number of steps that is at most proportional to the text, whatever the
 * text is. The guest's are left out: there a slow pattern costs only the run that caused it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";
import { checkSync } from "recheck";
import { transform } from "sucrase";
import { expect, it, vi } from "vitest";

const src = join(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !name.startsWith("sandbox/guest"))
  .toSorted();

interface Pattern {
  pattern: string;
  flags: string;
}

/** The regular expressions of a file, and how many it makes of texts. */
function patternsOf(file: string): { written: Pattern[]; made: number } {
  const text = readFileSync(join(src, file), "utf8");
  const { code } = transform(text, { transforms: ["typescript"], disableESTransforms: true });
  const written: Pattern[] = [];
  let made = 0;
  const onToken = ({ type, value }: { type: { label: string }; value?: unknown }) => {
    if (type.label === "regexp") written.push(value as Pattern);
    else if (type.label === "name" && value === "RegExp") made += 1;
  };
  parse(code, { ecmaVersion: "latest", sourceType: "module", onToken });
  return { written, made };
}

const patterns = new Map(files.map((file) => [file, patternsOf(file)]));

/** By the clock: on a busy machine the checker, and each part of it, needs longer than it allows itself. */
const patient = {
  timeout: 110_000,
  seedingTimeout: 30_000,
  incubationTimeout: 30_000,
  attackTimeout: 30_000,
};

/** A pattern that repeats nothing without end takes so many steps at each character, and no more. */
const repeats = (pattern: string) => /[*+]|,\}/.test(pattern);

const slow = (found: readonly Pattern[]) =>
  found.filter(
    ({ pattern, flags }) => repeats(pattern) && checkSync(pattern, flags, patient).status !== "safe",
  );

it("are told apart: those that backtrack, and those that do not", () => {
  expect(checkSync("(a+)+$", "").status).toBe("vulnerable");
  expect(checkSync(" +$", "").status).toBe("vulnerable");
  expect(checkSync("^ +", "").status).toBe("safe");
});

it.each(files.filter((file) => patterns.get(file)!.written.some(({ pattern }) => repeats(pattern))))(
  "%s has only patterns that take linear time",
  { timeout: 120_000 },
  (file) => {
    expect(slow(patterns.get(file)!.written)).toEqual([]);
  },
);

/** Files that make patterns of texts: when they are loaded, so that they can be looked at here. */
const makers = ["cli/api/access.ts", "gateway/read/content-type.ts", "terms/visible.ts"];

it("are made of texts by few files", () => {
  expect(files.filter((file) => patterns.get(file)!.made > 0)).toEqual(makers);
});

it.each(makers)("%s makes only patterns that take linear time", { timeout: 120_000 }, async (file) => {
  const made: Pattern[] = [];
  const Recorded = class extends RegExp {
    constructor(pattern: string, flags = "") {
      super(pattern, flags);
      made.push({ pattern, flags });
    }
  };
  vi.resetModules();
  vi.stubGlobal("RegExp", Recorded);
  await import(join(src, file)).finally(() => vi.unstubAllGlobals());
  expect(made).toHaveLength(patterns.get(file)!.made);
  expect(slow(made)).toEqual([]);
});
