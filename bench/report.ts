/** What the bench writes: the figures as JSON, the same for people, the plot, and the README's table. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Figure, Figures } from "./figure.ts";
import { plot } from "./plot.ts";

const root = join(import.meta.dirname, "..");
const places = {
  json: join(root, "docs/figures.json"),
  page: join(root, "docs/figures.md"),
  plot: join(root, "docs/context.svg"),
  readme: join(root, "README.md"),
};
const markers = { begin: "<!-- figures -->", end: "<!-- /figures -->" };

export async function readFigures(): Promise<Figures> {
  return JSON.parse(await readFile(places.json, "utf8").catch(() => "{}")) as Figures;
}

/** Writes all four. What a person reads is made from the JSON alone: test/docs/figures.test.ts sees that it is so. */
export async function writeReport(figures: Figures): Promise<void> {
  await writeFile(places.json, await pretty(JSON.stringify(figures), "json"));
  await writeFile(places.page, await figuresPage(figures));
  await writeFile(places.plot, contextPlot(figures));
  await writeFile(places.readme, await withTable(await readFile(places.readme, "utf8"), figures));
}

export async function figuresPage(figures: Figures): Promise<string> {
  return pretty(
    `# Figures\n\nMade by \`npm run bench\`. Ratios are of one run on one machine; \`must\` has to hold, \`aim\` is where it should go.\n\n` +
      `![Tokens in a model's context, by the number of operations](context.svg)\n\n${whoWins(figures)}\n\n${table(figures)}`,
    "markdown",
  );
}

/** All figures, a line each, as Markdown. */
export function table(all: Figures): string {
  const rows = Object.entries(all).map(
    ([name, figure]) =>
      `| ${name} | ${round(figure.value)} ${figure.unit} | ${bound(figure, figure.must)} | ${bound(figure, figure.aim)} | ${verdict(figure)} |`,
  );
  return ["| figure | measured | must | aim | |", "| --- | --- | --- | --- | --- |", ...rows, ""].join("\n");
}

/** @returns the README with the table between its markers replaced */
export async function withTable(readme: string, figures: Figures): Promise<string> {
  const [before, rest] = readme.split(markers.begin);
  const after = rest?.split(markers.end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`README.md needs ${markers.begin} and ${markers.end}, where the table goes.`);
  return pretty(`${before}${markers.begin}\n\n${readmeTable(figures)}\n\n${markers.end}${after}`, "markdown");
}

/** APIs of the table, by the prefix of their figures, as they are called there. */
const shown: [string, string][] = [
  ["alertmanager", "Alertmanager"],
  ["demo", "the demo API"],
  ["stripe", "Stripe"],
  ["github", "GitHub"],
  ["cloudflare", "Cloudflare"],
  ["msgraph", "Microsoft Graph"],
];

function readmeTable(figures: Figures): string {
  const rows = apisIn(figures).map(({ key, label, operations }) => {
    const tokens = (name: string) => count(figures[`${key}.tokens.${name}`]?.value);
    return `| ${label} | ${count(operations)} | **${tokens("listed")}** | ${tokens("oneToolEachMinimal")} | ${tokens("oneToolEach")} | ${tokens("document")} |`;
  });
  const speed = figures["github.search.overLiteral"];
  const rival = figures["github.search.overCodemode"];
  return [
    "| tokens in the model's context | operations | isogate | a tool each, minimal | a tool each | the document |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows,
    "",
    [
      whoWins(figures),
      ...(speed && rival
        ? [
            `A search over GitHub's document takes 1/${round(speed.value)} of the time that it takes with the dereferenced document pasted into the code, and 1/${round(rival.value)} of \`@cloudflare/codemode\`'s \`openApiMcpServer\`, in the same run.`,
          ]
        : []),
    ].join(" "),
  ].join("\n");
}

/** Where plain tools cost less, it is said. */
export function whoWins(figures: Figures): string {
  const lost = apisIn(figures).filter(
    ({ key, listed }) => (figures[`${key}.tokens.oneToolEachMinimal`]?.value ?? Infinity) < listed,
  );
  return lost.length === 0
    ? ""
    : `For ${lost.map(({ label, operations }) => `${label} (${count(operations)} operations)`).join(" and ")} plain tools with minimal schemas cost fewer tokens: for an API of that size, use those.`;
}

/** Tokens over operations, for the APIs of the table. */
export function contextPlot(figures: Figures): string {
  const apis = apisIn(figures).toSorted((a, b) => a.operations - b.operations);
  const line = (label: string, color: string, name: string) => ({
    label,
    color,
    points: apis.map(({ key, operations }) => ({
      x: operations,
      y: figures[`${key}.tokens.${name}`]?.value ?? 1,
    })),
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

function apisIn(figures: Figures) {
  return shown.flatMap(([key, label]) => {
    const operations = figures[`${key}.operations`]?.value;
    const listed = figures[`${key}.tokens.listed`]?.value;
    return operations === undefined || listed === undefined ? [] : [{ key, label, operations, listed }];
  });
}

async function pretty(text: string, parser: "json" | "markdown"): Promise<string> {
  return format(text, { ...(await resolveConfig(places.page)), parser });
}

function bound({ direction }: Figure, value: number | null): string {
  if (value === null) return "";
  return `${direction === "lower" ? "≤" : "≥"} ${value}`;
}

function verdict({ value, must, aim, direction }: Figure): string {
  if (must === null && aim === null) return "";
  const holds = (limit: number | null) =>
    limit === null || (direction === "lower" ? value <= limit : value >= limit);
  return holds(must) ? (holds(aim) ? "reached" : "holds") : "missed";
}

function round(value: number): string {
  return value >= 100 ? count(value) : value.toPrecision(3);
}

function count(value: number | undefined): string {
  return value === undefined ? "" : Math.round(value).toLocaleString("en-US");
}
