/** docs/context.svg: tokens over operations, for the APIs that are known by name. */
import type { Figures } from "../figure.ts";
import { apisIn } from "./format.ts";
import { plot } from "./plot.ts";

export function contextPlot(figures: Figures): string {
  const line = (label: string, color: string, name: string) => ({
    label,
    color,
    points: apisIn(figures).flatMap(({ key, operations }) => {
      const tokens = figures[`${key}.tokens.${name}`]?.value;
      return tokens === undefined ? [] : [{ x: operations, y: tokens }];
    }),
  });
  return plot({
    title: "Tokens in a model's context before its first call",
    xLabel: "operations of the API",
    yLabel: "o200k tokens",
    lines: [
      line("a tool for each operation", "#c2410c", "oneToolEach"),
      line("the same, minimal", "#b58900", "oneToolEachMinimal"),
      line("isogate's two tools", "#0969da", "listed"),
    ],
  });
}
