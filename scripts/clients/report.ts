/** `docs/clients.md`: what each client program can do, as it was seen. */
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { features, type Cell, type Feature } from "./driver.ts";

export const reportPath = join(import.meta.dirname, "../../docs/clients.md");

export interface Result {
  name: string;
  version: string;
  features: Partial<Record<Feature, Cell>>;
}

const columns = Object.keys(features) as Feature[];

const introduction = `# Clients

Real programs against a real server, in a network without an outside: \`npm run clients\` installs them, runs them and writes
this page. The models of agents are played by a stand-in that asks for the tool calls and keeps what it is sent. A dash means
that the program has no such feature, or that it was not tried.

${columns.map((column) => `- **${column}**: ${features[column]}`).join("\n")}

`;

export function tableOf(results: readonly Result[]): string;
export function tableOf(results: readonly Result[], asPage: true): Promise<string>;
export function tableOf(results: readonly Result[], asPage = false): string | Promise<string> {
  const rows = results.map(({ name, version, features: cells }) => [
    name.includes(version) ? name : `${name} ${version}`,
    ...columns.map((column) => words(cells[column])),
  ]);
  const lines = [["client", ...columns], columns.concat("open" as Feature).map(() => "---"), ...rows];
  const table = lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  if (!asPage) return table;
  return resolveConfig(reportPath).then((options) =>
    format(`${introduction}${table}\n`, { ...options, parser: "markdown" }),
  );
}

function words(cell: Cell | undefined): string {
  if (cell === undefined) return "–";
  return `${cell.ok ? "✔" : "✘"}${cell.ok && cell.note ? ` ${cell.note}` : ""}`;
}
