/** The README's table and the sentences below it: only the text between two markers. */
import type { Figures } from "../figure.ts";
import { apisIn, count, pretty, round, verdict } from "./format.ts";

const markers = { begin: "<!-- figures -->", end: "<!-- /figures -->" };

/** @returns the README with the text between its markers replaced */
export async function withTable(readme: string, figures: Figures): Promise<string> {
  const [before, rest] = readme.split(markers.begin);
  const after = rest?.split(markers.end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`README.md needs ${markers.begin} and ${markers.end}, where the table goes.`);
  const said = [whoWins(figures), howFast(figures), wholeCall(figures), whatIsMissed(figures)]
    .filter(Boolean)
    .join(" ");
  const parts = [markers.begin, tokensTable(figures), said, markers.end];
  return pretty(before + parts.filter(Boolean).join("\n\n") + after, "markdown");
}

/** Names the APIs for which plain tools cost less. */
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

/** The smallest API, the one in the middle and the largest. */
function tokensTable(figures: Figures): string {
  const all = apisIn(figures).filter(({ key }) => `${key}.tokens.listed` in figures);
  const chosen = all.filter((_, index) => [0, all.length >> 1, all.length - 1].includes(index));
  if (chosen.length === 0) return "";
  const rows = chosen.map(({ key, label, operations }) => {
    const [isogate, each, document] = ["listed", "oneToolEach", "document"].map((name) => {
      const figure = figures[`${key}.tokens.${name}`];
      return figure === undefined ? "–" : count(figure.value);
    });
    return `| ${label}, ${count(operations)} operations | **${isogate}** | ${each} | ${document} |`;
  });
  return [
    "| tokens before the first call | isogate | a tool for every operation | the OpenAPI document |",
    "| --- | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

/** Against what others do, where they were run. */
function howFast(figures: Figures): string {
  const compared = apisIn(figures).flatMap(({ key, label }) => {
    const [literal, codemode] = ["overLiteral", "overCodemode"].map(
      (name) => figures[`${key}.search.${name}`]?.value,
    );
    return literal === undefined || codemode === undefined
      ? []
      : [{ label, literal: round(literal), codemode: round(codemode) }];
  });
  const [first, ...others] = compared;
  if (!first) return "";
  const more = others.map(
    ({ label, ...times }) => `; on ${label}, ${times.literal} and ${times.codemode} times`,
  );
  return `On ${first.label} a search is ${first.literal} times faster than with the document pasted into the code and ${first.codemode} times faster than with \`openApiMcpServer\` of \`@cloudflare/codemode\`${more.join("")}.`;
}

/** The whole call, also where it is the slower one. */
function wholeCall(figures: Figures): string {
  const of = (key: string) => figures[`${key}.call.execute1.over`]?.value;
  const times = apisIn(figures).flatMap(({ key, label }) => {
    const over = of(key);
    return over === undefined ? [] : [`${round(over)} times as long on ${label}`];
  });
  return times.length === 0
    ? ""
    : `Beside that server, a whole \`execute\` with one request takes ${times.join(", ")}.`;
}

function whatIsMissed(figures: Figures): string {
  const bound = Object.values(figures).filter(({ must }) => must !== null);
  const missed = bound.filter((figure) => verdict(figure) === "missed");
  return bound.length === 0
    ? ""
    : `All figures are in [docs/figures.md](docs/figures.md); ${missed.length} of ${bound.length} bounds are missed.`;
}
