/** What `isogate serve` is to serve and with which settings, from its options, its file and the environment. */
import { resolve } from "node:path";
import { configuredApis, type ConfiguredApi } from "../apis.ts";
import { readDeployment, type Deployment } from "../deploy/settings.ts";
import { settingsFile } from "../deploy/settings-file.ts";
import { commandFor, places } from "../places.ts";
import { isDemo } from "../secrets.ts";
import { given, oneSource } from "../start.ts";

export const defaultConfig = "deployment.jsonc";

interface Values {
  specs?: string | undefined;
  name?: string | undefined;
  server?: string | undefined;
  credential: string[];
  paste: string[];
}

/**
 * The document that was named, or the APIs of the folder that the settings name.
 * @throws Error about an option, a file or a name that is wrong
 */
export async function configuredFor(
  positionals: readonly string[],
  values: Values,
  deployment: Pick<Deployment, "apis">,
): Promise<ConfiguredApi[]> {
  const source = oneSource(positionals, values);
  if (source) return [given(source, values)];
  const folder = values.specs === undefined ? places.specs : resolve(values.specs);
  return chosen(await configuredApis(folder), deployment);
}

/** @throws Error that says what is missing or must not be */
export async function deploymentFrom(
  config: string | undefined,
  environment: Record<string, string | undefined>,
): Promise<Deployment> {
  const { file, text } = await settingsFile(config, defaultConfig);
  const read = readDeployment(text, environment, { file, mayBeLoopback: true });
  if (!read.ok) throw new Error(read.refusal);
  if (!read.deployment.vars["PUBLIC_URL"])
    throw new Error(
      `PUBLIC_URL is not set: the address that people use, such as https://mcp.example.com. Set it in ${file}, under "settings", or in the environment.`,
    );
  return read.deployment;
}

/** Those that the settings name, or all but the demo, whose server only `start` starts. */
function chosen(all: ConfiguredApi[], { apis }: Pick<Deployment, "apis">): ConfiguredApi[] {
  const unknown = apis?.find((name) => !all.some((api) => api.name === name));
  if (unknown !== undefined)
    throw new Error(`The settings name the API ${unknown}, and there is no file specs/${unknown}.jsonc.`);
  const wanted = all.filter((api) => (apis ? apis.includes(api.name) : !isDemo(api)));
  if (wanted.length === 0)
    throw new Error(
      `There is no API to serve. Name a document, or add one to specs/: ${commandFor("api", "add <file or URL>")}`,
    );
  return wanted;
}

/** @throws Error for what is no port */
export function portFrom(text: string | undefined): number {
  const port = Number(text || 8484);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error(`The port must be 1 to 65535; it is ${text}.`);
}
