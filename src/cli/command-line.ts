/** What every command does alike: it reads its options, answers `--help`, and says in a sentence what is wrong with them. */
import { parseArgs, type ParseArgsConfig } from "node:util";

/**
 * @param command as a person types it, without options: `npm run api`
 * @param config what it takes besides `--help`
 * @param args what was typed behind the command
 * @returns only if the command has something to do
 */
export function commandLine<const Config extends ParseArgsConfig>(
  command: string,
  help: string,
  config: Config,
  args: string[] = process.argv.slice(2),
): ReturnType<typeof parseArgs<Config>> {
  const options = { ...config.options, help: { type: "boolean", short: "h" } } as const;
  try {
    const parsed = parseArgs({ ...config, args, options });
    if ((parsed.values as { help?: boolean }).help !== true)
      return parsed as ReturnType<typeof parseArgs<Config>>;
    console.log(help);
    process.exit(0);
  } catch (error) {
    // Node goes on with advice about arguments that begin with a hyphen, which no command here takes.
    const [sentence] = (error as Error).message.split(". To specify");
    console.error(`${sentence}.\n${helpHint(command)}`);
    process.exit(2);
  }
}

/** The last line of a message about how a command was called. */
export function helpHint(command: string): string {
  return `${command}${command.startsWith("npm") ? " --" : ""} --help tells more.`;
}
