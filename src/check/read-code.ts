/** The door of the check: turns code as a client sent it into a program, judged by the documents of the deployment. */
import { openDeployed } from "../store/catalogs.ts";
import type { CapabilitySet } from "../terms/capabilities.ts";
import type { Caller } from "../terms/caller.ts";
import { logEvent } from "../terms/log.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { anyName, type Program } from "../terms/program.ts";
import type { Result } from "../terms/result.ts";
import { tellStage } from "../terms/stages.ts";
import { bodiesNeeded } from "./bodies.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { checkProgram, type Clearance } from "./check.ts";
import type { CheckedApi } from "./examine.ts";
import { parseProgram } from "./parse.ts";
import { asksPathsByName } from "./paths-by-name.ts";

/** A program that may run, and what its code tells beforehand. */
export interface ReadCode extends Clearance {
  program: Program;
  /** Names of the APIs whose documents it may read. */
  looksInto: ReadonlySet<string>;
  /** See `asksPathsByName`. */
  pathsByName: boolean;
}

interface Deployment {
  env: Pick<Env, "CATALOGS" | "LEDGER">;
  caller: Caller;
  apis: readonly DeployedApi[];
  /** In place of the ledger: see `checkProgram`. */
  sentBefore?: (code: string) => Promise<boolean>;
}

/** Parses the code without judging its calls. */
export function readCode(code: unknown, apis: readonly Pick<DeployedApi, "name">[]): Result<ReadCode> {
  const parsed = parseProgram(code);
  if (!parsed.ok) return parsed;
  const { program } = parsed;
  tellStage("parsed");
  const names = apis.map(({ name }) => name);
  return {
    ok: true,
    program,
    looksInto: bodiesNeeded(program, names),
    pathsByName: asksPathsByName(program),
    insisted: false,
    called: [],
    warnings: [],
  };
}

/**
 * Parses the code and refuses what cannot work.
 * @param deployment its documents are what the code is checked against; its ledger knows what was refused before
 */
export async function checkCode(code: unknown, deployment: Deployment): Promise<Result<ReadCode>> {
  const read = readCode(code, deployment.apis);
  if (!read.ok) return read;
  try {
    const checked = await check(read, deployment);
    return checked.ok ? { ...read, ...checked } : checked;
  } catch (error) {
    // A fault of the check is ours, not the program's: the program runs.
    logEvent("isogate.check.failed", {}, error);
    return read;
  }
}

/**
 * What the program can call, for a person who may allow it to do that.
 * @returns undefined if that could not be read: then nobody is asked
 */
export async function readCapabilities(
  read: Pick<ReadCode, "program" | "looksInto">,
  { env, apis }: Pick<Deployment, "env" | "apis">,
): Promise<CapabilitySet | undefined> {
  try {
    return capabilitiesOf(read.program, await callable(read, apis, env), apis.length === 1);
  } catch (error) {
    logEvent("isogate.check.failed", {}, error);
    return undefined;
  }
}

async function check(
  read: ReadCode,
  { env, caller, apis, sentBefore }: Deployment,
): Promise<Result<Clearance>> {
  const { program } = read;
  const { freeNames } = program;
  if (!["api", "apis", "fetch", anyName].some((name) => freeNames.has(name))) return { ok: true, ...read };
  const judged = apis.filter(({ file }) => file.check !== "off");
  return checkProgram(program, await callable(read, judged, env), {
    names: apis.map(({ name }) => name),
    sentBefore: sentBefore ?? ((code) => env.LEDGER.getByName(caller.userId).refusedBefore(code)),
  });
}

/** Opens only the documents of APIs that the program can call. */
function callable(
  { program: { freeNames }, looksInto }: Pick<ReadCode, "program" | "looksInto">,
  apis: readonly DeployedApi[],
  env: Pick<Env, "CATALOGS">,
): Promise<CheckedApi[]> {
  // The address of a `fetch` may belong to any API.
  const called = apis.filter(({ name }) => freeNames.has("fetch") || looksInto.has(name));
  return Promise.all(called.map(async (api) => ({ api, catalog: await openDeployed(env.CATALOGS, api) })));
}
