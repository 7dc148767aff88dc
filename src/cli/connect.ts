/** `isogate connect`: prints what to paste into clients that start a command instead of opening a URL. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { commandSettings, type CommandSetting } from "../terms/clients.ts";
import { nameFor } from "./apis.ts";
import { commandLine } from "./command-line.ts";
import { documentHelp, optionsOf } from "./options.ts";
import { commandFor, places, version } from "./places.ts";
import { assertAccess } from "./stdio/bridge.ts";
import { given, oneSource, prepare } from "./start.ts";

const help = `${commandFor("connect", "[<file or URL>] [options]")}

Prints the settings with which clients start isogate by themselves (--stdio): Claude Desktop, Claude Code, Cursor, VS Code, Zed,
Codex and Gemini CLI. For clients that open a URL, ${commandFor("start")} prints the settings.

${documentHelp}
  --access <list>                what the client may do: read, write, delete, separated by commas (default: read)
  --stdio                        may be left out: the settings have it anyway
  --help`;

/**
 * Clients hide what a command prints when it cannot start, so everything is tried here first.
 * @returns 0
 * @throws Error for what `isogate start` would refuse
 */
export async function run(args: string[]): Promise<number> {
  const config = { allowPositionals: true, options: optionsOf.connect } as const;
  const { values, positionals } = commandLine(commandFor("connect"), help, config, args);
  if (values.access !== undefined) assertAccess(values.access);
  const source = oneSource(positionals, values);
  // The secrets are set in the client, not here.
  if (source !== undefined) await prepare(given(source, values), false);
  for (const { client, where, paste } of settingsFor(args, process.cwd()))
    console.log(`${client} (${where}):\n  ${paste.replaceAll("\n", "\n  ")}\n`);
  if (values.access === undefined)
    console.log("A client may then only read. To let it write, add --access read,write.");
  return 0;
}

/**
 * @param args of `isogate start`
 * @param folder that paths are relative to: clients start their commands in a folder of their own
 * @throws TypeError of `parseArgs` for an option that start does not have
 */
export function settingsFor(args: readonly string[], folder: string): CommandSetting[] {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: optionsOf.connect,
  });
  const [source] = positionals;
  const file = source === undefined ? undefined : resolve(folder, source);
  const document = source === undefined ? [] : [file !== undefined && existsSync(file) ? file : source];
  const options = (["name", "server", "credential", "paste"] as const).flatMap((option) =>
    [values[option] ?? []].flat().flatMap((value) => [`--${option}`, value]),
  );
  const secrets = values.credential.map((text) => text.slice(text.indexOf("=") + 1));
  const own = [...document, ...options, "--stdio", "--access", values.access ?? "read"];
  const name = values.name ?? (source === undefined ? "isogate" : nameFor(source));
  return commandSettings(name, {
    ...(places.packaged
      ? { command: "npx", args: ["-y", `isogate@${version}`, ...own] }
      : { command: "node", args: [join(places.root, "bin/isogate.js"), ...own] }),
    env: Object.fromEntries(secrets.map((secret) => [secret, "your secret"])),
  });
}
