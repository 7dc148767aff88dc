/** What the bench writes: the figures as JSON, the same for people, the plot, and the README's tables. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figures } from "../figure.ts";
import { contextPlot } from "./context-plot.ts";
import { pretty } from "./format.ts";
import { figuresPage } from "./page.ts";
import { withTable } from "./readme.ts";

const root = join(import.meta.dirname, "../../..");
const places = {
  json: join(root, "docs/figures.json"),
  page: join(root, "docs/figures.md"),
  plot: join(root, "docs/context.svg"),
  readme: join(root, "README.md"),
};

export async function readFigures(): Promise<Figures> {
  return JSON.parse(await readFile(places.json, "utf8").catch(() => "{}")) as Figures;
}

/** Writes all four. What a person reads is made from the JSON alone: test/scripts/bench/figures.test.ts sees that it is so. */
export async function writeReport(figures: Figures): Promise<void> {
  await writeFile(places.json, await pretty(JSON.stringify(figures), "json"));
  await writeFile(places.page, await figuresPage(figures));
  await writeFile(places.plot, contextPlot(figures));
  await writeFile(places.readme, await withTable(await readFile(places.readme, "utf8"), figures));
}
