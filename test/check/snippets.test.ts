/** Programs as models write them: the check blocks no right one, and reports nearly all wrong ones with the way out. */
import { expect, test } from "vitest";
import { reactionTo } from "./fixture/measure.ts";
import { rightSnippets } from "./snippets/right.ts";
import { afterwards } from "./snippets/snippet.ts";
import { wrongSnippets as all } from "./snippets/wrong.ts";

const wrongSnippets = all.filter(({ wrong }) => !afterwards.has(wrong));

const minutes = 60_000;

test("the set is large enough to mean something", () => {
  expect(rightSnippets.length).toBeGreaterThanOrEqual(120);
  expect(wrongSnippets.length).toBeGreaterThanOrEqual(55);
});

test("no right program is blocked or warned about", { timeout: 5 * minutes }, async () => {
  const faulted: string[] = [];
  for (const snippet of rightSnippets) {
    const { became, said } = await reactionTo(snippet);
    if (became !== "passed") faulted.push(`${snippet.api}, ${snippet.style}: ${became}: ${said}`);
  }
  expect(faulted).toEqual([]);
});

test(
  "what is wrong is reported with what would be right, most of it before anything runs",
  { timeout: 5 * minutes },
  async () => {
    const silent: string[] = [];
    let blocked = 0;
    for (const snippet of wrongSnippets) {
      const { became, said } = await reactionTo(snippet);
      if (became === "blocked") blocked++;
      if (!said.includes(snippet.says))
        silent.push(`${snippet.api}, ${snippet.wrong}: ${snippet.code}\n${said}`);
    }
    expect(silent).toEqual([]);
    expect(blocked).toBeGreaterThanOrEqual(45);
  },
);
