/** docs/figures.md: every figure, section by section. */
import type { Figure, Figures } from "../figure.ts";
import { bound, labelOf, pretty, round, verdict } from "./format.ts";
import { sections, type Section } from "./sections.ts";
import { whoWins } from "./readme.ts";

const head = `# Figures

Made by \`npm run bench\`, from one run on one machine: ratios say more than times. “must” has to hold (bold: it does
not), “aim” is where it should go. Cloudflare's document is in no npm package: its figures are there when the
run was given it (\`npm run bench -- --help\`). A rival is not run if the dereferenced document is too large.`;

export async function figuresPage(figures: Figures): Promise<string> {
  const plot = "![Tokens in a model's context, by the number of operations](context.svg)";
  const sizeOf = (api: string) => figures[`${api}.operations`]?.value ?? Number(api);
  const parts = sectionsOf(figures).map(
    ({ title, how, own }) => `## ${title}\n\n${how}\n\n${tables(own, sizeOf)}`,
  );
  return pretty([head, plot, whoWins(figures), ...parts].join("\n\n"), "markdown");
}

/** All figures, a line each. */
export function table(figures: Figures): string {
  const rows = Object.entries(figures).map(
    ([name, figure]) =>
      `| ${name} | ${round(figure.value)} ${figure.unit} | ${bound(figure, figure.must)} | ${bound(figure, figure.aim)} | ${verdict(figure)} |`,
  );
  return ["| figure | measured | must | aim | |", "| --- | --- | --- | --- | --- |", ...rows, ""].join("\n");
}

/** One figure, with the API that it is of and the name that it has for each API. */
interface Entry {
  key: string;
  figure: Figure;
  api: string | undefined;
  measure: string | undefined;
}

/** Each figure is in the first section that takes it; a section without figures is left out. */
function sectionsOf(figures: Figures): (Section & { own: Entry[] })[] {
  const left = new Map(Object.entries(figures));
  return sections.flatMap((section) => {
    const own: Entry[] = [];
    for (const [key, figure] of left) {
      const found = section.keys.exec(key);
      if (!found) continue;
      left.delete(key);
      own.push({ key, figure, api: found.groups?.["api"], measure: found.groups?.["measure"] });
    }
    return own.length > 0 ? [{ ...section, own }] : [];
  });
}

function tables(entries: Entry[], sizeOf: (api: string) => number): string {
  const single = entries.filter(({ api }) => api === undefined);
  const many = entries.filter(({ api }) => api !== undefined);
  return [
    ...(many.length > 0 ? [byApi(many, sizeOf)] : []),
    ...(single.length > 0 ? [table(Object.fromEntries(single.map(({ key, figure }) => [key, figure])))] : []),
  ].join("\n\n");
}

/** A row for each measure, a column for each API from the smallest on. */
function byApi(entries: Entry[], sizeOf: (api: string) => number): string {
  const apis = [...new Set(entries.map(({ api }) => api!))].toSorted((a, b) => sizeOf(a) - sizeOf(b));
  const rows = Map.groupBy(entries, ({ measure, figure: { unit } }) => `${measure} ${unit}`);
  return [
    `| figure | ${apis.map(columnOf).join(" | ")} | must | aim | unit |`,
    `| --- | ${apis.map(() => "---:").join(" | ")} | --- | --- | --- |`,
    ...[...rows.values()].map((row) => {
      const { measure, figure } = row[0]!;
      const cells = apis.map((api) => cell(row.find((entry) => entry.api === api)?.figure));
      return `| ${measure} | ${cells.join(" | ")} | ${boundOf(row, "must")} | ${boundOf(row, "aim")} | ${figure.unit} |`;
    }),
  ].join("\n");
}

/** The bound of a row, with the APIs that it is for where not all have the same. */
function boundOf(row: Entry[], name: "must" | "aim"): string {
  const groups = Map.groupBy(row, ({ figure }) => bound(figure, figure[name]));
  if (groups.size === 1) return [...groups.keys()].join();
  return [...groups]
    .filter(([text]) => text !== "")
    .map(([text, entries]) => `${entries.map(({ api }) => labelOf(api!)).join(", ")}: ${text}`)
    .join("; ");
}

/** Numbers of operations and of APIs stand as they are. */
function columnOf(api: string): string {
  return /^\d+$/.test(api) ? round(Number(api)) : labelOf(api);
}

function cell(figure: Figure | undefined): string {
  if (!figure) return "";
  return verdict(figure) === "missed" ? `**${round(figure.value)}**` : round(figure.value);
}
