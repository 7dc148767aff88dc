/**
 * The host's side of approvals: which runs may be paused, how a paused run ends, and the link that the person follows.
 * The link is made here from what the gateway and the ledger know: code in the sandbox has no say in it.
 */
import type { Caller } from "../terms/caller.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import type { Failure } from "../terms/failure.ts";
import type { ApprovedRun } from "../terms/approvals.ts";
import { untilPaused } from "../gateway/approve/pausing.ts";
import type { RunApproval } from "../gateway/run/props.ts";
import type { RunState } from "../gateway/run/run-state.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";
import type { Plan } from "./reply.ts";
import type { ToolContext } from "./tools/tool.ts";

/** A run as far as approvals need it. Approvals are bound to the connection, which is the client of this user. */
export function approvedRun(runId: string, code: string, plan: boolean, caller: Caller): ApprovedRun {
  const { clientId, clientName } = caller;
  return {
    runId,
    client: { id: clientId, ...(clientName !== undefined && { name: clientName }) },
    code,
    ...(plan && { plan }),
  };
}

/** @returns undefined for a run that can meet no `ask`: it costs nothing */
export async function approvalFor(
  run: ApprovedRun,
  { env, caller, apis }: ToolContext,
): Promise<RunApproval | undefined> {
  if (run.plan) return { run, continues: false };
  if (!apis.some(mayAsk)) return undefined;
  return { run, continues: await env.LEDGER.getByName(caller.userId).continues(run) };
}

function mayAsk({ file }: DeployedApi): boolean {
  return file.otherwise === "ask" || (file.policy ?? []).some(({ effect }) => effect === "ask");
}

/** The end of a run that may be paused: its own, or that it waits. What was under way has ended by then. */
export async function untilEndOrPause(
  running: Promise<SandboxOutcome>,
  run: RunState,
): Promise<SandboxOutcome> {
  const paused = untilPaused(run).then((): SandboxOutcome => ({ ok: false, failure: waits(run), logs: [] }));
  return Promise.race([running, paused]);
}

export interface Settled {
  outcome: SandboxOutcome;
  /** Of a paused run: its page. */
  continuation?: string;
  plan?: Plan;
}

/** What the run's end means: paused if something of it waits, whatever the code made of that. */
export async function settle(
  ended: SandboxOutcome,
  run: RunState,
  { env, caller, origin }: ToolContext,
): Promise<Settled> {
  const { pausing, runId } = run;
  const ledger = env.LEDGER.getByName(caller.userId);
  const linkTo = (continuation: string) => `${origin}/approvals/${continuation}`;
  const isWaiting = (pausing?.waiting.length ?? 0) > 0;
  const claims = !ended.ok && ended.failure.kind === "needs-approval";
  if (isWaiting || claims) {
    // Of a run whose gateway is elsewhere only the ledger knows; one that it does not know either waits for nothing.
    const continuation = pausing?.continuation ?? (await ledger.pausedRunOf(runId)) ?? undefined;
    const failure = isWaiting ? waits(run) : (ended as { failure: NeedsApproval }).failure;
    if (continuation === undefined) return { outcome: ended };
    const outcome = {
      ok: false as const,
      failure: { ...failure, link: linkTo(continuation) },
      logs: ended.logs,
    };
    return { outcome, continuation };
  }
  if (pausing?.continuing) await ledger.runEnded(runId, ended.ok ? "ok" : ended.failure.kind);
  if (!pausing?.continuation || pausing.planned.length === 0) return { outcome: ended };
  return { outcome: ended, plan: { link: linkTo(pausing.continuation), writes: pausing.planned } };
}

type NeedsApproval = Extract<Failure, { kind: "needs-approval" }>;

function waits({ pausing }: RunState): NeedsApproval {
  const [operation = "", ...others] = pausing?.waiting ?? [];
  return { kind: "needs-approval", operation, ...(others.length > 0 && { more: others.length }) };
}
