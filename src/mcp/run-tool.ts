/**
 * The steps of one call: prepare (parse and check), open, ship, run, settle, reply. The record of the run begins and ends
 * here. Whatever the code does ends as an answer, never as a fault of the server.
 */
import { exports } from "cloudflare:workers";
import { untilPaused } from "../gateway/approve/pausing.ts";
import { startRecording } from "../gateway/record/recording.ts";
import { closeRun, isOnlyRun, openRun, type RunState } from "../gateway/run/run-state.ts";
import { traceRun } from "../gateway/run/trace.ts";
import type { GuestLasting } from "../sandbox/guest/contract.ts";
import { runInSandbox } from "../sandbox/run.ts";
import { ship } from "../sandbox/ship.ts";
import { codeHash } from "../store/ledger/approvals/identity.ts";
import { stateName } from "../store/state/kept-state.ts";
import { clientOf, openClientId } from "../terms/caller.ts";
import { digest } from "../terms/digest.ts";
import type { RequestRecord } from "../terms/failure.ts";
import { longChars, othersTurn } from "../terms/in-turns.ts";
import { lastingLimits } from "../terms/lasting.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";
import { startOf, type Afterwards, type RunOfThen } from "../terms/record.ts";
import { reachOf } from "../terms/scopes.ts";
import { stagesAreTold, tellStage } from "../terms/stages.ts";
import { apisThen } from "./apis-then.ts";
import { lookedBack, type RefusedCall } from "./look-back.ts";
import { foundPrograms } from "./programs/found.ts";
import { newRunId } from "../terms/run-id.ts";
import { progressOf, type Progress } from "./progress.ts";
import { failureReply, replyTo, type Reply } from "./reply.ts";
import { filesFor, handOver } from "./run-files.ts";
import { settle } from "./settle.ts";
import type { ToolContext } from "./tool-context.ts";
import type { Prepared, Tool, ToolCall } from "./tools/tool.ts";

export interface Ran {
  runId: string;
  reply: Reply;
  /** Id of the paused run, if it waits for a person. */
  pausedRun?: string | undefined;
}

/** Who waits for a run. */
type Watching = Pick<Progress, "now" | "isGone"> & {
  /** What it is called by a page that waits for its reply, and does not know its id. */
  call?: string | undefined;
};

const stopped: SandboxOutcome = { ok: false, failure: { kind: "interrupted", by: "person" }, logs: [] };

/**
 * Runs the model's code for one tool and renders the answer.
 * @param progress told how far the run is; knows whether the client still waits
 */
export async function runTool(
  tool: Tool,
  call: ToolCall,
  context: ToolContext,
  progress?: Watching,
): Promise<Ran> {
  tellStage("called");
  const { env, ctx, caller, lookBack } = context;
  const runId = newRunId();
  const startedAtMs = Date.now();
  const begun = {
    runId,
    startedAtMs,
    tool: tool.name,
    code: call.code,
    client: clientOf(caller),
    access: caller.access,
    ...(caller.tags && { tags: caller.tags }),
    ...((call.plan || (lookBack && tool.name === "execute")) && { plan: true }),
  };
  const afterwards =
    (requests: readonly RequestRecord[], refused?: RefusedCall) => async (): Promise<Afterwards> => ({
      apis: await apisThen(context, lookBack ? [...requests, ...lookBack.requests] : requests),
      ...(lookBack && { lookedBack: await lookedBack(lookBack, requests, refused, context) }),
    });
  const record = (requests: readonly RequestRecord[]) =>
    startRecording({ env, ctx, userId: caller.userId }, begun, requests, context.sinks);
  const prepared = await tool.prepare(runId, call, context);
  if (!prepared.ok) {
    const { failure } = prepared;
    record([])({ ok: false, failure, logs: [] }, false, afterwards([]));
    return { runId, reply: failureReply(failure) };
  }
  tellStage("checked");
  const run = openRun(runId, traceRun(context.supervisedCall, runId));
  run.start = startOf(begun);
  const endRecord = record(run.records);
  progress?.now(() => progressOf(run.records));
  const stop = watchForStop([runId, ...(progress?.call ? [progress.call] : [])], context);
  const raced = await Promise.race([runCode(run, prepared, context), stop.asked]).finally(stop.unwatch);
  const reached = run.stopped ? stopped : raced;
  tellStage("ended");
  closeRun(run);
  const isUnheard = progress?.isGone() ?? false;
  const { outcome, warnings, plan, pausedRun } = await settle(reached, run, prepared, context, isUnheard);
  // A long result was read when it came, and is now shortened.
  if (outcome.ok && outcome.result.length > longChars) await othersTurn();
  const over = lookBack ? undefined : await handOver(runId, prepared.code.program, outcome, context);
  const reply = replyTo(runId, outcome, run.records, { warnings, plan, over });
  tellStage("replied");
  endRecord(outcome, isUnheard, afterwards(run.records, prepared.refused));
  return { runId, reply, pausedRun };
}

/** How often a run looks whether its person wants it to stop: another request says so, which may be served elsewhere. */
const lookForStopMs = 1_000;

/** @param names by which it may be asked to stop */
function watchForStop(names: string[], { env, caller }: ToolContext) {
  let timer: ReturnType<typeof setInterval> | undefined;
  const asked = new Promise<SandboxOutcome>((stop) => {
    const look = async () => {
      if (await env.LEDGER.getByName(caller.userId).isStopAsked(names)) stop(stopped);
    };
    // A ledger that does not answer is asked again.
    timer = setInterval(() => void look().catch(() => undefined), lookForStopMs);
  });
  return { asked, unwatch: () => clearInterval(timer) };
}

/** Runs the program in a fresh isolate. @returns how it ended; nothing if it was paused first */
async function runCode(
  run: RunState,
  { code, target, approval }: Prepared,
  context: ToolContext,
): Promise<SandboxOutcome | void> {
  const shipped = await ship(code, context);
  if (!shipped.ok) return { ok: false, failure: shipped.failure, logs: [] };
  tellStage("shipped");
  const { program, pathsByName } = code;
  const [files, programs] = await Promise.all([
    filesFor(program, run.runId, context),
    !context.lookBack && program.freeNames.has("find") ? foundPrograms(context) : [],
  ]);
  if (!files.ok) return { ok: false, failure: files.failure, logs: [] };
  const { insisted } = code;
  const isAsked = typeof insisted !== "boolean";
  // Also if the program never asks: the same code is known the next time.
  if (isAsked) context.ctx.waitUntil(insisted);
  const { userId, clientId } = context.caller;
  const isPlan = approval?.run.plan === true;
  const running = runInSandbox(context.env.LOADER, {
    program,
    pathsByName,
    apis: shipped.apis,
    requests: run.records,
    target,
    env: {
      ...((program.freeNames.has("recall") || program.freeNames.has("run")) && {
        RECALL: exports.Recall({
          props: {
            userId,
            reach: reachOf(context.caller),
            ...(run.start?.tool === "execute" &&
              !isPlan && { acting: { runId: run.runId, clientId, codeHash: codeHash(program.code) } }),
          },
        }),
      }),
      ...(files.FILES !== undefined && { FILES: files.FILES }),
      ...(program.freeNames.has("state") && stateFor(context, isPlan)),
    },
    uploads: files.uploads,
    programs,
    begins: beginning(run),
    ...(context.lookBack?.background && { lasting: withoutWaiting(run, context.lookBack) }),
    input: context.lookBack?.program?.input,
    ...(isAsked && { insisted: () => insisted }),
  });
  return approval ? Promise.race([running, untilPaused(run)]) : running;
}

/**
 * Has it written down when the code gets control, if somebody reads that: here and now where there is no doubt whose turn it
 * is. Where others run beside, the isolate asks for it when it is made. That is a way there and back; a line that it wrote
 * itself would cost it a third of what it costs to make it.
 * @returns what it asks, if it has to
 */
function beginning({ trace }: RunState): (() => void) | undefined {
  if (stagesAreTold()) return () => tellStage("entered");
  if (trace && !isOnlyRun()) return () => trace.enters();
  trace?.enters();
  return undefined;
}

/** Longer than any run that somebody waits for. */
const neverCutMs = 60 * 60_000;

/** Time for code that sleeps: it begins now, and a sleep is over at once. */
function withoutWaiting(
  { runId, startedAt: startedAtMs }: RunState,
  { program }: Pick<RunOfThen, "program">,
): GuestLasting {
  const endsAtMs = startedAtMs + lastingLimits.maxMs;
  const isKept = program && { isKept: true };
  return {
    startedAtMs,
    endsAtMs,
    seed: digest(runId, "hex"),
    sliceMs: neverCutMs,
    sleepsPass: true,
    ...isKept,
  };
}

/**
 * The caller's `state`; none for a program that cannot be told from any other. A look back reads that of the client of then, and
 * none where the run had that of a kept program, which is another one by now.
 * @param isPlan the run got example answers, which no later run should take for real ones, and the same code runs again
 */
function stateFor({ caller, lookBack }: ToolContext, isPlan: boolean) {
  const clientId = lookBack?.client.id ?? caller.clientId;
  if (clientId === openClientId("") || lookBack?.program) return {};
  return { STATE: exports.StateDoor({ props: { name: stateName({ ...caller, clientId }), isPlan } }) };
}
