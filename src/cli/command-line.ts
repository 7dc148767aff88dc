/** What all commands share: reading options, answering `--help`, and one sentence about an option that is wrong. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearestNames } from "../request/nearest.ts";
import { visibleLine } from "../terms/visible.ts";
import { subcommandsWith, variablesOf } from "./options.ts";
import { commandFor, type Subcommand } from "./places.ts";

/**
 * @param command as a person types it, without options: `npm run api`
 * @param config its options besides `--help`
 * @param args what was typed after the command
 * @returns only if the command has something to do; otherwise it has printed and exits
 * @throws Error that names what is empty
 */
export function commandLine<const Config extends ParseArgsConfig>(
  command: string,
  help: string,
  config: Config,
  args: string[] = process.argv.slice(2),
): ReturnType<typeof parseArgs<Config>> {
  const [taken] = takenByNpm(Object.keys(config.options ?? {}), args, process.env);
  if (taken !== undefined && command.startsWith("npm")) {
    console.error(
      `npm kept --${taken} for itself, so nothing was done. Write -- before the options: ${command} -- … --${taken} …\n${helpHint(command)}`,
    );
    process.exit(2);
  }
  const options = { ...config.options, help: { type: "boolean", short: "h" } } as const;
  let parsed: ReturnType<typeof parseArgs<Config>>;
  try {
    const read = parseArgs({ ...config, args: withValues(args, options), options });
    if ((read.values as { help?: boolean }).help === true) {
      console.log(help);
      process.exit(0);
    }
    parsed = read as typeof parsed;
  } catch (error) {
    // Node adds advice about arguments that begin with a hyphen, which no command here takes.
    const [sentence = ""] = (error as Error).message.replaceAll("\n", " ").split(/\.? To specify/);
    const meant = optionMeant(Object.keys(options), args, variablesReadBy(command));
    const said = visibleLine(`${/[.?]$/.test(sentence) ? sentence : `${sentence}.`}${meant}`);
    console.error(`${said}\n${helpHint(command)}`);
    process.exit(2);
  }
  const [empty] = emptyIn(parsed.values, parsed.positionals);
  if (empty !== undefined)
    throw new Error(`${empty} is empty. If it comes from a variable, that is not set.`);
  return parsed;
}

/** The options without a value, and the arguments: an empty path would be the working directory, an empty name none. */
function emptyIn(values: Readonly<Record<string, unknown>>, positionals: readonly string[]): string[] {
  const isEmpty = (value: unknown) => typeof value === "string" && value.trim() === "";
  const options = Object.entries(values).filter(([, value]) => [value].flat().some(isEmpty));
  return [...options.map(([name]) => `--${name}`), ...positionals.filter(isEmpty).map(() => "An argument")];
}

/** As long as an id that is made at random, which may begin with a hyphen; longer than a mistyped option. */
const hyphenatedId = /^-[\w-]{11,}$/;

/** After an option that takes a value, such an id is its value. */
function withValues(args: readonly string[], options: NonNullable<ParseArgsConfig["options"]>): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? "";
    const takes = before.startsWith("--") && options[before.slice(2)]?.type === "string";
    const isValue = takes && hyphenatedId.test(arg) && !Object.hasOwn(options, arg.slice(2));
    if (isValue) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function variablesReadBy(command: string): readonly string[] {
  const known = Object.keys(variablesOf) as Subcommand[];
  const subcommand = known.find((each) => commandFor(each) === command);
  return subcommand === undefined ? [] : variablesOf[subcommand];
}

/**
 * What the first unknown option is meant to be, as a sentence.
 * @param variables of the environment that the command reads
 * @returns nothing if that cannot be told
 */
export function optionMeant(
  options: readonly string[],
  args: readonly string[],
  variables: readonly string[],
): string {
  const known = new Set(options);
  for (const arg of args) {
    const name = /^--?([a-z][\w-]*)/i.exec(arg)?.[1];
    if (name === undefined || (arg.startsWith("--") && known.has(name))) continue;
    const variable = name.toUpperCase().replaceAll("-", "_");
    if (!known.has(name) && variables.includes(variable))
      return ` It is set in the environment: ${variable}=… before the command.`;
    const others = known.has(name) ? [] : subcommandsWith(name).map((other) => commandFor(other));
    if (others.length > 0) return ` It is an option of ${others.join(", ")}.`;
    const [nearest] = nearestNames(options, name.toLowerCase());
    return nearest === undefined ? "" : ` Did you mean --${nearest}?`;
  }
  return "";
}

/**
 * npm passes options on only after `--`; it keeps the others as settings of its own, and their values become arguments. Then
 * `npm run deploy --dry-run` would deploy.
 * @param options of the command
 * @returns those that were typed before `--`
 */
export function takenByNpm(
  options: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const passed = new Set(args.map((arg) => arg.split("=", 1)[0]));
  return options.filter(
    (option) =>
      !settingsOfNpm.has(option) &&
      env[`npm_config_${option.replaceAll("-", "_")}`] &&
      !passed.has(`--${option}`),
  );
}

/** People set these for npm itself, in their environment. */
const settingsOfNpm = new Set(["access", "yes"]);

/** The last line of a message about a wrong call of a command. */
export function helpHint(command: string): string {
  // Without a subcommand, --help is about all of them.
  if (command === "npx isogate") return `See ${command} start --help.`;
  return `See ${command}${command.startsWith("npm") ? " --" : ""} --help.`;
}
