/** The door of the check: code as a client sent it becomes a program, judged by the documents of the deployment. */
import { openDeployed } from "../store/catalogs.ts";
import type { Caller } from "../terms/caller.ts";
import { logEvent } from "../terms/log.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { anyName, type Program } from "../terms/program.ts";
import { failed, type Result } from "../terms/result.ts";
import { bodiesNeeded } from "./bodies.ts";
import { checkProgram } from "./check.ts";
import { parseProgram } from "./parse.ts";
import { asksPathsByName } from "./paths-by-name.ts";
import type { Verdict } from "./verdict.ts";

/** A program that may run, with all that its code tells beforehand. */
export interface ReadCode extends Omit<Verdict, "failure"> {
  program: Program;
  /** Names of the APIs whose documents it may look into. */
  looksInto: ReadonlySet<string>;
  /** See `asksPathsByName`. */
  pathsByName: boolean;
}

interface Deployment {
  env: Pick<Env, "CATALOGS" | "LEDGER">;
  caller: Caller;
  apis: readonly DeployedApi[];
}

/** Parses the code and judges none of it. */
export function readCode(code: unknown, apis: readonly Pick<DeployedApi, "name">[]): Result<ReadCode> {
  const parsed = parseProgram(code);
  if (!parsed.ok) return parsed;
  const { program } = parsed;
  const names = apis.map(({ name }) => name);
  const needs = { looksInto: bodiesNeeded(program, names), pathsByName: asksPathsByName(program) };
  return { ok: true, program, ...needs, insisted: Promise.resolve(false), called: [], warnings: [] };
}

/**
 * Parses the code and refuses what cannot work.
 * @param deployment whose documents it is held against, and whose ledger knows what was refused before
 */
export async function checkCode(code: unknown, deployment: Deployment): Promise<Result<ReadCode>> {
  const read = readCode(code, deployment.apis);
  if (!read.ok) return read;
  try {
    const { failure, ...verdict } = await check(read, deployment);
    return failure ? failed(failure) : { ...read, ...verdict };
  } catch (error) {
    // A fault of the check is ours and not the program's: the program runs.
    logEvent("isogate.check.failed", {}, error);
    return read;
  }
}

/** Only opens the documents of APIs that the program can call. */
async function check(read: ReadCode, { env, caller, apis }: Deployment): Promise<Verdict> {
  const { program, looksInto } = read;
  const { freeNames } = program;
  if (!["api", "apis", "fetch", anyName].some((name) => freeNames.has(name)))
    return { ...read, failure: undefined };
  // An address may be of any of them.
  const called = (name: string) => freeNames.has("fetch") || looksInto.has(name);
  const opened = await Promise.all(
    apis
      .filter(({ name, file }) => called(name) && file.check !== "off")
      .map(async (api) => ({ api, catalog: await openDeployed(env.CATALOGS, api) })),
  );
  return checkProgram(program, opened, {
    names: apis.map(({ name }) => name),
    sentBefore: (code) => env.LEDGER.getByName(caller.userId).refusedBefore(code),
  });
}
