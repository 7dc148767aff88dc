/** The conformance results as the page in `docs/`. Pure. */
import { parse } from "yaml";
import type { Scenario, SuiteResult } from "./suite.ts";

export interface Subject {
  title: string;
  words: string;
  results: SuiteResult[];
}

export function report(version: string, subjects: Subject[]): string {
  return `${[
    "# Conformance",
    "",
    `Made by \`npm run conformance\` with \`@modelcontextprotocol/conformance\` ${version}; \`npm test\` runs the same.`,
    "The suite logs in nowhere, so both servers run with `--open`, behind the same endpoint, checks and MCP handler.",
    ...subjects.flatMap(section),
  ].join("\n")}\n`;
}

function section({ title, words, results }: Subject): string[] {
  return [
    "",
    `## ${title}`,
    "",
    words,
    "",
    "| revision | scenarios that count | passed | failed as expected | failed |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...results.map(row),
    "",
    ...expectedTable(results),
    ...notScored(results),
  ];
}

function expectedTable(results: SuiteResult[]): string[] {
  const rows = results.flatMap(({ revision, expected }) =>
    [...reasonsOf(expected)].map(([name, reason]) => `| ${revision} | \`${name}\` | ${reason} |`),
  );
  return ["| revision | fails as expected | because |", "| --- | --- | --- |", ...rows];
}

function row({ revision, scenarios, expected: text }: SuiteResult): string {
  const reasons = reasonsOf(text);
  const counting = scenarios.filter(({ notScored: why }) => why === undefined);
  // An entry names a scenario, or one check of it.
  const excused = new Set([...reasons.keys()].map((entry) => entry.split(":")[0]));
  const expected = counting.filter(({ name }) => excused.has(name));
  const failed = counting.filter((scenario) => scenario.failed > 0 && !excused.has(scenario.name));
  const passed = counting.length - expected.length - failed.length;
  return `| ${revision} | ${counting.length} | ${passed} | ${expected.length} | ${failed.length} |`;
}

function notScored(results: SuiteResult[]): string[] {
  const lines = results.flatMap(({ revision, scenarios }) => {
    const others = scenarios.filter(({ notScored: why }) => why !== undefined);
    const words = (list: Scenario[]) => list.map(({ name }) => `\`${name}\``).join(", ") || "none";
    const failing = others.filter(({ failed }) => failed > 0);
    const passing = others.filter(({ failed }) => failed === 0);
    return [`- ${revision}: passed ${words(passing)}; failed ${words(failing)}.`];
  });
  return ["", "Run and not counted by the suite (extensions, and what it added later):", "", ...lines];
}

/** Each entry of the YAML file with the comment above it. */
function reasonsOf(text: string): Map<string, string> {
  const { server } = parse(text) as { server: string[] };
  const lines = text.split("\n").map((line) => line.trim());
  return new Map(
    server.map((name) => {
      const above = lines[lines.indexOf(`- ${name}`) - 1] ?? "";
      if (!above.startsWith("# ")) throw new Error(`${name} is expected to fail without a reason.`);
      return [name, above.slice(2)];
    }),
  );
}
