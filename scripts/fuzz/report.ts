/** The figures of `npm run fuzz` as Markdown. */
import { format } from "prettier";

export interface Figures {
  firstSeed: number;
  minutes: number;
  /** Times that every property had its turn. */
  rounds: number;
  properties: Map<string, { inputs: number; cpuMs: number }>;
  /** Names of the properties that broke. */
  failures: string[];
}

export async function fuzzReport({
  firstSeed,
  minutes,
  rounds,
  properties,
  failures,
}: Figures): Promise<string> {
  const rows = [...properties].map(([name, { inputs, cpuMs }]) => {
    const outcome = failures.includes(name) ? "**broken**" : "holds";
    return `| \`${name}\` | ${inputs.toLocaleString("en")} | ${(cpuMs / 1_000).toFixed(1)} | ${outcome} |`;
  });
  const all = [...properties.values()].reduce((sum, { inputs }) => sum + inputs, 0);
  const text = [
    "# Fuzzing",
    "",
    "`scripts/fuzz/properties/` has the properties that must hold for every input. `npm test` tries each with the same few",
    "hundred inputs every time. `npm run fuzz -- --minutes N` tries new ones for N minutes and prints the command that",
    "reproduces a failure. `npm run fuzz -- --minutes N --write` writes this table.",
    "",
    `${minutes} minutes, ${rounds} rounds, ${all.toLocaleString("en")} inputs, first seed ${firstSeed}: ` +
      (failures.length === 0 ? "nothing broke." : `${failures.length} properties broke.`),
    "",
    "| property | inputs | CPU seconds | outcome |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  return format(text, { parser: "markdown", printWidth: 110 });
}
