/** Figures that people read are those that the bench wrote, and no others. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { contextPlot, figuresPage, readFigures, whoWins, withTable } from "../../bench/report.ts";
import { plot } from "../../bench/plot.ts";
import { lower, type Figures } from "../../bench/figure.ts";
import { root } from "./pages.ts";

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
