/** The README's tables: what stands between its two markers, and nothing else of it. */
import type { Figures } from "../figure.ts";
import { apisIn, count, pretty, round, type MeasuredApi } from "./format.ts";

const markers = { begin: "<!-- figures -->", end: "<!-- /figures -->" };

/** @returns the README with the tables between its markers replaced */
export async function withTable(readme: string, figures: Figures): Promise<string> {
  const [before, rest] = readme.split(markers.begin);
  const after = rest?.split(markers.end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`README.md needs ${markers.begin} and ${markers.end}, where the tables go.`);
  const said = [whoWins(figures), whoIsMissing(figures)].filter(Boolean).join(" ");
  const parts = [markers.begin, tokensTable(figures), searchTable(figures), said, markers.end];
  return pretty(before + parts.filter(Boolean).join("\n\n") + after, "markdown");
}

/** Where plain tools cost less, it is said. */
export function whoWins(figures: Figures): string {
  const lost = apisIn(figures).filter(({ key }) => {
    const [listed, minimal] = ["listed", "oneToolEachMinimal"].map(
      (name) => figures[`${key}.tokens.${name}`]?.value,
    );
    return listed !== undefined && minimal !== undefined && minimal < listed;
  });
  return lost.length === 0
    ? ""
    : `For ${lost.map(({ label, operations }) => `${label} (${count(operations)} operations)`).join(" and ")} plain tools with minimal schemas cost fewer tokens: for an API of that size, use those.`;
}

function tokensTable(figures: Figures): string {
  return tableOf(
    "| tokens in the model's context | operations | isogate | a tool each, minimal | a tool each | the document |",
    apisIn(figures).filter(({ key }) => `${key}.tokens.listed` in figures),
    ({ key }) => {
      const tokens = (name: string) => valueOf(figures, `${key}.tokens.${name}`, "");
      return [
        `**${tokens("listed")}**`,
        tokens("oneToolEachMinimal"),
        tokens("oneToolEach"),
        tokens("document"),
      ];
    },
  );
}

/** Searches against an empty isolate and against what others do; a rival that was not run has a dash. */
function searchTable(figures: Figures): string {
  return tableOf(
    "| time of a search, in one run | operations | against an empty isolate | document pasted into the code | `openApiMcpServer` of `@cloudflare/codemode` |",
    searchedIn(figures),
    ({ key }) => [
      `**${valueOf(figures, `${key}.search.overEmpty`, " x")}**`,
      valueOf(figures, `${key}.search.overLiteral`, " x slower"),
      valueOf(figures, `${key}.search.overCodemode`, " x slower"),
    ],
  );
}

function whoIsMissing(figures: Figures): string {
  const alone = searchedIn(figures).filter(({ key }) => !(`${key}.search.overLiteral` in figures));
  return alone.length === 0 ? "" : "–: not run, because the document is too large dereferenced.";
}

function searchedIn(figures: Figures): MeasuredApi[] {
  return apisIn(figures).filter(({ key }) => `${key}.search.overEmpty` in figures);
}

function tableOf(header: string, apis: MeasuredApi[], cells: (api: MeasuredApi) => string[]): string {
  if (apis.length === 0) return "";
  const columns = header.split("|").length - 2;
  return [
    header,
    `| --- |${" ---: |".repeat(columns - 1)}`,
    ...apis.map((api) => `| ${[api.label, count(api.operations), ...cells(api)].join(" | ")} |`),
  ].join("\n");
}

function valueOf(figures: Figures, key: string, unit: string): string {
  const figure = figures[key];
  return figure === undefined ? "–" : round(figure.value) + unit;
}
