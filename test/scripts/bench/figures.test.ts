/** Figures that people read are those that the bench wrote, and no others. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { contextPlot } from "../../../scripts/bench/report/context-plot.ts";
import { figuresPage } from "../../../scripts/bench/report/page.ts";
import { whoWins, withTable } from "../../../scripts/bench/report/readme.ts";
import { sections } from "../../../scripts/bench/report/sections.ts";
import { readFigures } from "../../../scripts/bench/report/write.ts";
import { plot } from "../../../scripts/bench/report/plot.ts";
import { higher, lower, type Figures } from "../../../scripts/bench/figure.ts";
import { root } from "../../docs/pages.ts";

const read = (path: string) => readFile(join(root, path), "utf8");

it("the README's table, docs/figures.md and the plot are made from docs/figures.json", async () => {
  const figures = await readFigures();
  const readme = await read("README.md");
  expect(readme).toBe(await withTable(readme, figures));
  expect(await read("docs/figures.md")).toBe(await figuresPage(figures));
  expect(await read("docs/context.svg")).toBe(contextPlot(figures));
});

it("the README's first screen has no figure that the bench did not write", async () => {
  const readme = await read("README.md");
  const [before = "", rest = ""] = readme.split("<!-- figures -->");
  const [, after = ""] = rest.split("<!-- /figures -->");
  const screen = before + after.slice(0, after.indexOf("## "));
  const measured =
    screen.match(/\b[\d.,]+\s?(?:x|×|%|ms|s|MB|KB|tokens?|times|faster|seconds?)(?![\w/])/gi) ?? [];
  expect(measured).toEqual([]);
});

describe("the README's table", () => {
  const page = "<!-- figures -->old<!-- /figures -->";
  const tokens = (key: string, operations: number): Figures => ({
    [`${key}.operations`]: higher(operations, ""),
    [`${key}.tokens.listed`]: lower(700, ""),
    [`${key}.tokens.oneToolEach`]: lower(90 * operations, ""),
    [`${key}.tokens.document`]: lower(200 * operations, ""),
  });

  it("has the smallest, the middle and the largest of what was measured, and nothing of before", async () => {
    const figures = {
      ...tokens("msgraph", 20_000),
      ...tokens("powerdns", 30),
      ...tokens("stripe", 400),
      ...tokens("alertmanager", 9),
      ...tokens("github", 1_000),
    };
    const readme = await withTable(page, figures);
    const rows = [...readme.matchAll(/^\| ([A-Z][\w ]+), ([\d,]+) operations/gm)].map(([, api]) => api);
    expect(rows).toEqual(["Alertmanager", "Stripe", "Microsoft Graph"]);
    expect(readme).toMatch(/Stripe, 400 operations +\| +\*\*700\*\* \| +36,000 \| +80,000 \|/);
    expect(readme).not.toContain("old");
  });

  it("comes with how fast a search is, where the others were run", async () => {
    const readme = await withTable(page, {
      "github.operations": higher(1_223, ""),
      "github.search.overLiteral": higher(20, ""),
      "github.search.overCodemode": higher(80, ""),
      "msgraph.operations": higher(22_361, ""),
      "msgraph.search.overEmpty": lower(4, ""),
    });
    expect(readme).toMatch(/^On GitHub a search is 20 times faster .* and 80 times faster /m);
    expect(readme).not.toContain("Microsoft Graph");
  });

  it("says how many bounds are missed", async () => {
    const readme = await withTable(page, { one: lower(2, "", 1), two: lower(1, "", 3), three: lower(9, "") });
    expect(readme).toContain("1 of 2 bounds are missed");
  });

  it("is left out where nothing was measured", async () => {
    expect(await withTable(page, {})).not.toContain("|");
  });
});

describe("docs/figures.md", () => {
  it("has a section for every figure that is measured", async () => {
    const known = sections.filter(({ title }) => title !== "Further");
    const homeless = Object.keys(await readFigures()).filter(
      (key) => !known.some(({ keys }) => keys.test(key)),
    );
    expect(homeless).toEqual([]);
  });

  it("says for which APIs a bound is where not all have the same", async () => {
    const text = await figuresPage({
      "github.search.overEmpty": lower(2, "x", 3, 2),
      "msgraph.search.overEmpty": lower(7, "x", 6),
    });
    expect(text).toMatch(
      /\| search\.overEmpty \| +2 \| +\*\*7\*\* \| GitHub: ≤ 3; Microsoft Graph: ≤ 6 \| GitHub: ≤ 2 \| x +\|/,
    );
  });

  it("shows each figure once, and one that no section knows too", async () => {
    const figures = { "growth.apis5.tokens": lower(663, "tokens", 600), "new.thing": lower(7, "s") };
    const text = await figuresPage(figures);
    expect(text.match(/663/g)).toHaveLength(1);
    expect(text).toContain("**663**");
    expect(text).toMatch(/## Further\n+\| figure[^]*\| new\.thing \| 7 s/);
  });
});

it("says where a rival wins, and says nothing where none does", () => {
  const figures = (minimal: number): Figures => ({
    "demo.operations": lower(10, ""),
    "demo.tokens.listed": lower(700, ""),
    "demo.tokens.oneToolEachMinimal": lower(minimal, ""),
  });
  expect(whoWins(figures(300))).toContain("the demo API (10 operations)");
  expect(whoWins(figures(900))).toBe("");
});

it("draws every point within the picture, and labels apart", () => {
  const line = (label: string, y: number) => ({
    label,
    color: "#000",
    points: [
      { x: 9, y },
      { x: 11_422, y: y + 1 },
    ],
  });
  const svg = plot({ title: "a < b", xLabel: "x", yLabel: "y", lines: [line("one", 900), line("two", 901)] });
  const heights = [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)" font-weight="600" style/g)].map(([, y]) =>
    Number(y),
  );
  expect(Math.abs(heights[0]! - heights[1]!)).toBeGreaterThanOrEqual(16);
  for (const [, x, y] of svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)) {
    expect(Number(x)).toBeLessThan(760);
    expect(Number(y)).toBeLessThan(380);
  }
  expect(svg).toContain("a &lt; b");
});
