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

describe("the README's tables", () => {
  const page = "<!-- figures -->old<!-- /figures -->";
  const searched: Figures = {
    "github.operations": higher(1_223, ""),
    "github.search.overEmpty": lower(2, ""),
    "github.search.overLiteral": higher(20, ""),
    "github.search.overCodemode": higher(80, ""),
  };
  const alone: Figures = {
    "msgraph.operations": higher(22_361, ""),
    "msgraph.search.overEmpty": lower(4, ""),
  };

  it("have a row for each API that was searched, and none for one that was not", async () => {
    const readme = await withTable(page, searched);
    expect(readme).toMatch(/\| GitHub +\| +1,223 \| +\*\*2 x\*\* \| +20 x slower \| +80 x slower \|/);
    expect(readme).not.toContain("Microsoft Graph");
    expect(readme).not.toContain("old");
  });

  it("have a dash where a rival was not run, and say why", async () => {
    const readme = await withTable(page, { ...searched, ...alone });
    expect(readme).toMatch(/\| Microsoft Graph +\| +22,361 \| +\*\*4 x\*\* \| +– \| +– \|/);
    expect(readme).toContain("–: not run, because");
  });

  it("are left out where nothing was measured", async () => {
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
