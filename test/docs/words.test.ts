/** Phrases that stop a native reader stay out of the code and the documentation. Extend the list when you meet another. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./pages.ts";

/** Pattern → what to write instead. Only what is never right: each is matched in code too. */
const phrases: [pattern: RegExp, instead: string][] = [
  [/\bunless (?:it is |they are )?told\b/i, "the default, as in `Default: allow`"],
  [/\bwhoever\b/i, "the one who acts: a person, a caller, the operator"],
  [/\bstands? twice\b/i, "duplicate"],
  [/\bif it stays so\b/i, "if it keeps failing"],
  [/\bfor ever\b/i, "forever"],
  [/\banew\b/i, "again, or new"],
  [/\bwhat (?:it|he|they) (?:is|are|was|were) told\b/i, "its instructions, its input"],
  [/\b(?:comes?|came) to nothing\b/i, "has no effect, or fails"],
  [/\b(?:are|is) nothing to the\b/i, "does not need"],
  [/\bgo(?:es)? on without\b/i, "continue without"],
  [/\bgo(?:es)? on serving\b/i, "keeps serving"],
  [/\bis said (?:to the|in the|at the)\b/i, "the actor first: the message says"],
  [/\bwhat is left out is said\b/i, "the report lists what was left out"],
];

const folders = ["src", "scripts", "demo", "docs"];
const files = [
  ...folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,md,yaml,jsonc,mjs}`, { cwd: root })),
  "README.md",
  "CONTRIBUTING.md",
  "AGENTS.md",
  "CHANGELOG.md",
];

/** `file:line: "phrase": what to write instead`, also where a phrase runs over the end of a line of a comment. */
function found(file: string, text: string): string[] {
  // Each line break with its indentation and comment marker becomes one blank, so that an offset still gives a line.
  const plain = text.replaceAll(/\n[ \t]*(?:\*(?!\/)|\/\/|#)?[ \t]*/g, (gap) => " ".repeat(gap.length));
  return phrases.flatMap(([pattern, instead]) => {
    const spaced = new RegExp(pattern.source.replaceAll(" ", " +"), "gi");
    return [...plain.matchAll(spaced)].map((match) => {
      const line = text.slice(0, match.index).split("\n").length;
      return `${file}:${line}: "${match[0].replaceAll(/ +/g, " ")}": write ${instead}`;
    });
  });
}

it("names the line of a phrase, also of one that runs over its end", () => {
  expect(found("a.ts", "one\n * It is opened unless\n * told otherwise, by whoever asks.")).toEqual([
    'a.ts:2: "unless told": write the default, as in `Default: allow`',
    'a.ts:3: "whoever": write the one who acts: a person, a caller, the operator',
  ]);
  expect(found("a.ts", "renewal, forever, retold")).toEqual([]);
});

it("no file has a phrase of the list", () => {
  expect(files.length).toBeGreaterThan(400);
  expect(files.flatMap((file) => found(file, readFileSync(join(root, file), "utf8")))).toEqual([]);
});
