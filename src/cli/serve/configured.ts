/** What `isogate serve` is to serve and with which settings, from its options, its file and the environment. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { apisToServe, configuredApis, type ConfiguredApi } from "../apis.ts";
import { readDeployment, signInRefusal, type Deployment } from "../deploy/settings.ts";
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

/** The APIs, and a sentence about each that is in the folder and not served. */
export interface Configured {
  apis: ConfiguredApi[];
  leftOut: string[];
}

/**
 * The document that was named, or the APIs of the folder that the settings name. Never those that come with a package:
 * what is served to others, somebody has put there.
 * @throws Error about an option, a file or a name that is wrong, or about a sign-in that would let nobody in
 */
export async function configuredFor(
  positionals: readonly string[],
  values: Values,
  deployment: Pick<Deployment, "apis" | "vars">,
): Promise<Configured> {
  const source = oneSource(positionals, values);
  const folder = values.specs === undefined ? places.ownSpecs : resolve(values.specs);
  const isThere = values.specs !== undefined || existsSync(folder);
  const configured = source
    ? { apis: [given(source, values)], leftOut: [] }
    : chosen(isThere ? await configuredApis(folder) : [], deployment, folder);
  const refusal = signInRefusal(deployment, configured.apis);
  if (refusal !== undefined) throw new Error(refusal);
  return configured;
}

/** The same of `isogate start`, as the doctor looks at it. */
export async function startedFor(positionals: readonly string[], values: Values): Promise<ConfiguredApi[]> {
  const source = oneSource(positionals, values);
  if (source) return [given(source, values)];
  return apisToServe(values.specs === undefined ? places.specs : resolve(values.specs));
}

/** @throws Error that says what is missing or must not be */
export async function deploymentFrom(
  config: string | undefined,
  environment: Record<string, string | undefined>,
): Promise<Deployment> {
  const { file, text } = await settingsFile(config, defaultConfig);
  const read = readDeployment(text, environment, { file, mayBeLoopback: true, isServing: true });
  if (!read.ok) throw new Error(read.refusal);
  return read.deployment;
}

const demoLeftOut = "The demo is left out: its server is one that only a start on this machine starts.";

/** Those that the settings name, or all but the demo, whose server only `start` starts. */
function chosen(all: ConfiguredApi[], { apis }: Pick<Deployment, "apis">, folder: string): Configured {
  const unknown = apis?.find((name) => !all.some((api) => api.name === name));
  if (unknown !== undefined)
    throw new Error(
      `The settings name the API ${unknown}, and there is no file ${join(folder, `${unknown}.jsonc`)}.`,
    );
  const wanted = all.filter((api) => (apis ? apis.includes(api.name) : !isDemo(api)));
  const leftOut = apis || !all.some(isDemo) ? [] : [demoLeftOut];
  if (wanted.length === 0)
    throw new Error(
      `There is no API to serve in ${folder}. ${[...leftOut, "Name a document, or add one"].join(" ")}: ${commandFor("api", "add <file or URL>")}`,
    );
  return { apis: wanted, leftOut };
}

/** @throws Error for what is no port */
export function portFrom(text: string | undefined): number {
  const digits = text || "8484";
  const port = Number(digits);
  if (/^\d+$/.test(digits) && port >= 1 && port <= 65_535) return port;
  throw new Error(`The port must be 1 to 65535; it is ${text}. Correct PORT, or --port.`);
}
