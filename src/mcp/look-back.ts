/**
 * A look back: a recorded run, run again as a plan against the documents, rules and data of now. The gateway decides on each
 * request as it would on the run itself, and sends nothing but reads (gateway/run/operations-then.ts). Nothing waits for an
 * approval, and neither state nor files are kept. What was not asked for again is judged by its method and address, so that
 * code which stops early today still shows what the rules of today say of the rest.
 */
import { checkCode, readCode, type ReadCode } from "../check/read-code.ts";
import { locate } from "../gateway/decide/locate.ts";
import { recordOf } from "../gateway/record/record.ts";
import { openDeployed } from "../store/catalogs.ts";
import { describeFailure, type FailureOf, type RequestRecord } from "../terms/failure.ts";
import { logEvent } from "../terms/log.ts";
import { othersTurn } from "../terms/in-turns.ts";
import type { LookedBack, RunOfThen, Unmade } from "../terms/record.ts";
import type { Result } from "../terms/result.ts";
import { madeAgain } from "./made-again.ts";
import type { ToolContext } from "./tool-context.ts";

/** What the check may refuse in code that ran once. */
export type RefusedCall = FailureOf<"unknown-operation" | "bad-arguments">;

/** Requests of then that are judged without being made: more would take long and say the same again. */
const maxUnmade = 500;

/** The check of today, which does not remember that it saw the code, and is told of and passed where it refuses a call. */
export async function checkLookingBack(
  code: unknown,
  context: ToolContext,
): Promise<Result<{ code: ReadCode; refused?: RefusedCall }>> {
  const checked = await checkCode(code, { ...context, sentBefore: async () => false });
  if (checked.ok) return { ok: true, code: checked };
  const { failure } = checked;
  if (failure.kind !== "unknown-operation" && failure.kind !== "bad-arguments") return checked;
  const read = readCode(code, context.apis);
  return read.ok ? { ok: true, code: { ...read, insisted: true }, refused: failure } : read;
}

/**
 * @param requests of the look back
 * @param refused what the check said of the code
 * @returns what its record needs besides, for the page that compares. Never rejects
 */
export async function lookedBack(
  then: RunOfThen,
  requests: readonly RequestRecord[],
  refused: RefusedCall | undefined,
  context: ToolContext,
): Promise<LookedBack> {
  const found: LookedBack = { run: then.runId, ...(refused && { refused: inWords(refused) }) };
  try {
    const again = madeAgain(then.requests, requests);
    const unmade: Unmade[] = [];
    for (const [index, request] of then.requests.entries()) {
      if (unmade.length === maxUnmade) break;
      if (again.has(index)) continue;
      unmade.push({ index, ...(await judged(request, context)) });
      // Nothing in it waits for the outside, and a long URL takes milliseconds.
      await othersTurn();
    }
    return { ...found, ...(unmade.length > 0 && { unmade }) };
  } catch (error) {
    logEvent("isogate.look-back.failed", { "isogate.run.id": then.runId }, error);
    return found;
  }
}

/** Without the line, which would say that nothing was run. */
function inWords({ line: _line, ...refused }: RefusedCall): NonNullable<LookedBack["refused"]> {
  return describeFailure(refused);
}

/** What today's document and rules make of a request of then. Sends nothing. */
async function judged(
  { api, method, url, operation }: RequestRecord,
  { env, apis, caller }: ToolContext,
): Promise<Omit<Unmade, "index">> {
  const named = apis.filter(({ name }) => name === api);
  const open = (one: (typeof apis)[number]) => openDeployed(env.CATALOGS, one);
  const located = await locate({ method, url, headers: new Map() }, { apis: named, open, caller });
  const today = recordOf({ method, url }, located, 0);
  const catalog = named[0] && (await open(named[0]));
  const known =
    today.operation === operation || (catalog?.operations.some(({ id }) => id === operation) ?? false);
  return {
    known,
    outcome: today.outcome,
    ...(today.operation !== undefined && { operation: today.operation }),
    ...(today.access && { access: today.access }),
    ...(today.rule !== undefined && { rule: today.rule }),
    ...(today.grounds && { grounds: today.grounds }),
  };
}
