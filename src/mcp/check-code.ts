/** Wires the check of code before it runs to the deployment: its catalogs and its ledger. */
import { missingScope } from "../terms/scopes.ts";
import { bodiesNeeded } from "../check/bodies.ts";
import { checkProgram } from "../check/check.ts";
import { anyName, type Program } from "../terms/program.ts";
import type { Verdict } from "../check/verdict.ts";
import type { RequestRecord } from "../terms/failure.ts";
import { accessOf } from "../request/match.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";
import { openDeployed } from "../store/catalogs.ts";
import type { ToolContext } from "./tools/tool.ts";

const fine: Verdict = { failure: undefined, called: [], insisted: Promise.resolve(false), warnings: [] };

/** A fault of the check is ours and not the program's: it is logged, and the program runs. */
export async function checkCode(program: Program, context: ToolContext): Promise<Verdict> {
  try {
    return await check(program, context);
  } catch (error) {
    console.error(
      JSON.stringify({
        "event.name": "isogate.check.failed",
        "error.message": error instanceof Error ? error.message : String(error),
      }),
    );
    return fine;
  }
}

/** Only opens the documents of APIs that the program can call. */
async function check(program: Program, context: ToolContext): Promise<Verdict> {
  const { env, caller, apis } = context;
  const { freeNames } = program;
  if (!["api", "apis", "fetch", anyName].some((name) => freeNames.has(name))) return fine;
  const names = apis.map(({ name }) => name);
  // An address may be of any of them.
  const needed = freeNames.has("fetch") ? new Set(names) : bodiesNeeded(program, names);
  const opened = await Promise.all(
    apis
      .filter(({ name, file }) => needed.has(name) && file.check !== "off")
      .map(async (api) => ({
        api,
        catalog: await openDeployed(env.CATALOGS, api),
      })),
  );
  return checkProgram(program, opened, {
    names,
    sentBefore: (code) => env.LEDGER.getByName(caller.userId).refusedBefore(code),
  });
}

/** A run that lacked a scope: all scopes that its code needs are told at once, so that the user is asked once. */
export function withAllScopes(
  outcome: SandboxOutcome,
  called: Verdict["called"],
  { caller, apis }: Pick<ToolContext, "caller" | "apis">,
): SandboxOutcome {
  if (outcome.ok || outcome.failure.kind !== "needs-scope") return outcome;
  const { failure } = outcome;
  const needed = called.flatMap(({ api, operation }) => {
    const file = apis.find(({ name }) => name === api)?.file;
    const access = accessOf(operation, file?.access);
    return missingScope(caller, api, { access, tags: operation.tags }) ?? [];
  });
  const also = [...new Set(needed)].filter((scope) => scope !== failure.scope);
  return also.length === 0 ? outcome : { ...outcome, failure: { ...failure, also } };
}

/** Warnings are for runs that did not go well: failed, brought nothing, or changed something. */
export function warningsDue(outcome: SandboxOutcome, requests: readonly RequestRecord[]): boolean {
  if (!outcome.ok || /^(?:null|\[\]|\{\}|"")?$/.test(outcome.result)) return true;
  return requests.some(({ method }) => !/^(?:GET|HEAD|OPTIONS)$/i.test(method));
}
