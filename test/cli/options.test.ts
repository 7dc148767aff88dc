import { expect, it } from "vitest";
import { optionMeant } from "../../src/cli/command-line.ts";
import { optionsOf } from "../../src/cli/options.ts";
import { commandFor, type Subcommand } from "../../src/cli/places.ts";

const subcommands = Object.keys(optionsOf) as Subcommand[];
const takes = (subcommand: Subcommand, option: string) => Object.hasOwn(optionsOf[subcommand], option);

it.each(subcommands)("an option that %s does not have, and others have: they are named", (subcommand) => {
  const own = [...Object.keys(optionsOf[subcommand]), "help"];
  const foreign = new Set(subcommands.flatMap((other) => Object.keys(optionsOf[other])));
  for (const option of foreign) {
    if (takes(subcommand, option)) continue;
    const others = subcommands.filter((other) => takes(other, option)).map((other) => commandFor(other));
    const said = ` It is an option of ${others.join(", ")}.`;
    expect(optionMeant(own, [`--${option}`], "")).toBe(said);
    expect(optionMeant(own, [`--${option}=x`], "")).toBe(said);
  }
  for (const option of own) expect(optionMeant(own, [`-${option}`], "")).toBe(` Did you mean --${option}?`);
});
