import { expect, it } from "vitest";
import { commandLine, optionMeant } from "../../src/cli/command-line.ts";
import { optionsOf, variablesOf } from "../../src/cli/options.ts";
import { commandFor, type Subcommand } from "../../src/cli/places.ts";

const subcommands = Object.keys(optionsOf) as Subcommand[];
const takes = (subcommand: Subcommand, option: string) => Object.hasOwn(optionsOf[subcommand], option);
/** As a person would write the variable if it were an option. */
const optionLike = (variable: string) => variable.toLowerCase().replaceAll("_", "-");

it.each(subcommands)("an option that %s does not have, and others have: they are named", (subcommand) => {
  const own = [...Object.keys(optionsOf[subcommand]), "help"];
  const variables = variablesOf[subcommand];
  const foreign = new Set(subcommands.flatMap((other) => Object.keys(optionsOf[other])));
  for (const option of foreign) {
    if (takes(subcommand, option) || variables.some((variable) => optionLike(variable) === option)) continue;
    const others = subcommands.filter((other) => takes(other, option)).map((other) => commandFor(other));
    const said = ` It is an option of ${others.join(", ")}.`;
    expect(optionMeant(own, [`--${option}`], variables)).toBe(said);
    expect(optionMeant(own, [`--${option}=x`], variables)).toBe(said);
  }
  for (const option of own)
    expect(optionMeant(own, [`-${option}`], variables)).toBe(` Did you mean --${option}?`);
});

it.each(subcommands)("what is empty is named before %s does anything", (subcommand) => {
  const config = { allowPositionals: true, options: optionsOf[subcommand] } as const;
  const given =
    (...args: string[]) =>
    () =>
      commandLine(commandFor(subcommand), "", config, args);
  const variable = " If it comes from a variable, that is not set.";
  const taking = Object.entries<{ type: string }>(optionsOf[subcommand]).filter(
    ([, { type }]) => type === "string",
  );
  for (const [option] of taking)
    for (const args of [[`--${option}=`], [`--${option}`, ""], [`--${option}= `]])
      expect(given(...args)).toThrow(`--${option} is empty.${variable}`);
  for (const args of [[""], ["x", " "]]) expect(given(...args)).toThrow(`An argument is empty.${variable}`);
  expect(given("x")).not.toThrow();
});

it.each(subcommands)("a variable that %s reads, written as an option: it is named", (subcommand) => {
  const own = [...Object.keys(optionsOf[subcommand]), "help"];
  const variables = variablesOf[subcommand];
  expect(variables).toContain("ISOGATE_HOME");
  for (const variable of variables) {
    const option = optionLike(variable);
    if (own.includes(option)) continue;
    const said = ` It is set in the environment: ${variable}=… before the command.`;
    for (const written of [`--${option}`, `--${option}=x`, `--${variable}`])
      expect(optionMeant(own, [written], variables)).toBe(said);
  }
});
