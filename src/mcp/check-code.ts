/** Wires the check of code before it runs to the deployment: its catalogs, its ledger, its type checker. */
import { bodiesNeeded } from "../check/bodies.ts";
import { checkProgram } from "../check/check.ts";
import { anyName, type Program } from "../check/program.ts";
import { hostedChecker } from "../check/types/host.ts";
import type { Verdict } from "../check/verdict.ts";
import type { RequestRecord } from "../failure.ts";
import type { SandboxOutcome } from "../sandbox/outcome.ts";
import { openDeployed } from "../store/catalogs.ts";
import type { ToolContext } from "./tools/tool.ts";

const fine: Verdict = { failure: undefined, insisted: false, warnings: async () => [] };

/** Only opens the documents of APIs that the program can call. */
export async function checkCode(program: Program, { env, caller, apis }: ToolContext): Promise<Verdict> {
  const { freeNames } = program;
  if (!["api", "apis", anyName].some((name) => freeNames.has(name))) return fine;
  const names = apis.map(({ name }) => name);
  const needed = bodiesNeeded(program, names);
  const opened = await Promise.all(
    apis
      .filter(({ name, file }) => needed.has(name) && file.check !== "off")
      .map(async (api) => ({ api, catalog: await openDeployed(env.CATALOGS, api) })),
  );
  return checkProgram(program, opened, {
    names,
    sentBefore: (code) => env.LEDGER.getByName(caller.userId).refusedBefore(code),
    types: hostedChecker(env.LOADER),
  });
}

/** Warnings are for runs that did not go well: failed, brought nothing, or changed something. */
export function warningsDue(outcome: SandboxOutcome, requests: readonly RequestRecord[]): boolean {
  if (!outcome.ok || /^(?:null|\[\]|\{\}|"")?$/.test(outcome.result)) return true;
  return requests.some(({ method }) => !/^(?:GET|HEAD|OPTIONS)$/i.test(method));
}
