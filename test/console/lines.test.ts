/** Text as lines that wrap below themselves: the text stays as it was, and each line knows how far in it begins. */
import { raw } from "hono/html";
import { describe, expect, it } from "vitest";
import { codeDifference } from "../../src/console/parts/code-difference.ts";
import { highlight } from "../../src/console/parts/highlight.ts";
import { lines, maxIndent, preText } from "../../src/console/parts/lines.ts";
import { style } from "../../src/console/style.ts";

const texts = [
  "",
  "\n",
  "one",
  "one\ntwo\n",
  "\n\n  two in\n\n\tby a tab\n",
  "const a = `several\n  lines\n`; /* and\n a comment */\nreturn a;",
  `${" ".repeat(200)}far in`,
  Array.from({ length: 1_500 }, (_, n) => `  line ${n}`).join("\n"),
];

/** What a browser has as the text of the element. */
const textIn = (html: string) => html.replaceAll(/<[^>]*>/g, "");

describe.each(texts.map((text) => [JSON.stringify(text).slice(0, 40), text] as const))("%s", (_, text) => {
  it("is copied as it was", async () => {
    expect(textIn(String(await preText(text)))).toBe(text);
    expect(textIn(String(await highlight(text)))).toBe(text);
  });

  it("has an element for each of its first lines", async () => {
    const html = String(await lines([{ text }]));
    expect(html.match(/<span/g)?.length).toBe(Math.min(text.split("\n").length, 1_001));
  });
});

it.each([
  ["flush", undefined],
  ["  two", "i2"],
  ["\ttab", "i2"],
  [" \t three", "i4"],
  [`${" ".repeat(80)}far`, `i${maxIndent}`],
])("%j begins at %s", async (text, want) => {
  expect(/<span(?: class="(\w+)")?>/.exec(String(await lines([{ text }])))?.[1]).toBe(want);
  if (want) expect(style).toContain(`.${want} { --in: `);
});

it("shows a part of several lines as itself on each of them", async () => {
  const shown = lines([
    { text: "a " },
    { text: "b\n c", as: (text) => raw(`<b>${text}</b>`) },
    { text: " d" },
  ]);
  expect(String(await shown)).toBe(
    '<code class="lines"><span>a <b>b</b>\n</span><span class="i1"><b> c</b> d</span></code>',
  );
});

it("gives each line of a difference its sign, its element and its place", async () => {
  expect(String(await codeDifference("same\n  old\n", "same\n  new\n"))).toBe(
    '<pre tabindex="0"><code class="lines"><span class="i2">  same\n</span><del class="i4">-   old\n</del><ins class="i4">+   new\n</ins></code></pre>',
  );
});
