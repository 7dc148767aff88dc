/**
 * What the end of a run means for its reply: paused if a request waits for a person, however the code reacted; all scopes
 * that it lacks; its warnings, if they matter. The link for the person is made here, from what the gateway and the ledger
 * know, so code in the sandbox cannot forge it.
 */
import { readCapabilities, type ReadCode } from "../check/read-code.ts";
import type { RunState } from "../gateway/run/run-state.ts";
import type { Failure, RequestRecord } from "../terms/failure.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";
import { logEvent } from "../terms/log.ts";
import type { Plan } from "./reply.ts";
import { advice, lackingIn, withAllScopes } from "./lacking.ts";
import type { ToolContext } from "./tool-context.ts";
import type { Prepared } from "./tools/tool.ts";

export interface Settled {
  outcome: SandboxOutcome;
  warnings: readonly string[];
  /** Of a paused run: its id in the ledger and the console. */
  pausedRun?: string;
  plan?: Plan;
}

/**
 * @param reached how the program ended; nothing if it was paused first
 * @param run closed, so that it no longer changes
 * @param isUnheard nobody waits for the answer any more
 */
export async function settle(
  reached: SandboxOutcome | void,
  run: RunState,
  { code, approval }: Prepared,
  context: ToolContext,
  isUnheard = false,
): Promise<Settled> {
  const paused: SandboxOutcome = { ok: false, failure: needsApproval(run), logs: [] };
  const lacking = lackingIn(code.called, context);
  const ended = withAllScopes(reached ?? paused, lacking, context);
  const settled = approval ? await withPause(ended, code, run, context, isUnheard) : { outcome: ended };
  const { plan } = settled;
  if (plan && lacking.length > 0) plan.first = advice(lacking, context);
  return { ...settled, warnings: warningsDue(settled.outcome, run.records) ? code.warnings : [] };
}

async function withPause(
  ended: SandboxOutcome,
  code: ReadCode,
  run: RunState,
  context: ToolContext,
  isUnheard: boolean,
): Promise<Omit<Settled, "warnings">> {
  const { pausing, runId } = run;
  const { env, caller, origin } = context;
  const ledger = env.LEDGER.getByName(caller.userId);
  // Only now: most runs wait for nobody. Until it is known, a person may decide on each request, and not on the program.
  const recordCapabilities = async (id: string) => {
    const capabilities = await readCapabilities(code, context);
    if (capabilities) await ledger.recordCapabilities(id, capabilities);
  };
  const linkTo = (pausedRun: string) => `${origin}/approvals/${pausedRun}`;
  const isStopped = !ended.ok && ended.failure.kind === "interrupted";
  const isPaused = !isStopped && (pausing?.waiting.length ?? 0) > 0;
  const claimed = !ended.ok && ended.failure.kind === "needs-approval" ? ended.failure : undefined;
  try {
    if (isPaused || claimed) {
      // If the gateway ran elsewhere, only the ledger knows of the pause. Without its word the run is not paused.
      const pausedRun = pausing?.continuation ?? (await ledger.pausedRunOf(runId)) ?? undefined;
      if (pausedRun === undefined) return { outcome: ended };
      await recordCapabilities(pausedRun);
      const failure = { ...(isPaused || !claimed ? needsApproval(run) : claimed), link: linkTo(pausedRun) };
      return { outcome: { ok: false, failure, logs: ended.logs }, pausedRun };
    }
    if (isStopped) {
      if (pausing) await ledger.runEnded(runId, ended.failure.kind);
      return { outcome: ended };
    }
    // What nobody hears stays open for a while: the same code gets the same answers, and nothing is sent twice.
    if (pausing?.continuing && !isUnheard) await ledger.runEnded(runId, ended.ok ? "ok" : ended.failure.kind);
    if (!pausing?.continuation || pausing.planned.length === 0) return { outcome: ended };
    await recordCapabilities(pausing.continuation);
    return { outcome: ended, plan: { link: linkTo(pausing.continuation), requests: pausing.planned } };
  } catch (error) {
    // The run is done although the ledger did not learn of its end. If it is sent again, the ledger answers.
    logEvent("isogate.approvals.unsettled", {}, error);
    return { outcome: ended };
  }
}

/** What a paused run waits for. */
function needsApproval({ pausing }: RunState): Extract<Failure, { kind: "needs-approval" }> {
  const [operation = "", ...others] = pausing?.waiting ?? [];
  return { kind: "needs-approval", operation, ...(others.length > 0 && { more: others.length }) };
}

/** JSON texts of empty results. */
const nothing = new Set(["", "null", "[]", "{}", '""']);
const reading = new Set(["GET", "HEAD", "OPTIONS"]);

/** Warnings matter if the run failed, returned nothing, or changed something. */
function warningsDue(outcome: SandboxOutcome, requests: readonly RequestRecord[]): boolean {
  if (!outcome.ok || nothing.has(outcome.result)) return true;
  return requests.some(({ method }) => !reading.has(method.toUpperCase()));
}
