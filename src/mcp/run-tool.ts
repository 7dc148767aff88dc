/**
 * The road of one call: parse, check, ship what the code names, run it in a fresh isolate, collect what the gateway
 * recorded, keep the result for `recall`, answer. Whatever happens in the code ends as an answer, never as a fault
 * of the server.
 */
import { exports } from "cloudflare:workers";
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { RunStart } from "../terms/record.ts";
import { startRecording } from "../gateway/record/recording.ts";
import { traceRun } from "../gateway/run/trace.ts";
import { bodiesNeeded } from "../check/bodies.ts";
import type { Caller } from "../terms/caller.ts";
import { asksPathsByName } from "../check/paths-by-name.ts";
import { parseProgram } from "../check/parse.ts";
import type { Program } from "../terms/program.ts";
import { clientConfigOf } from "../terms/client-config.ts";
import type { Failure } from "../terms/failure.ts";
import { closeRun, openRun } from "../gateway/run/run-state.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";
import { runInSandbox, type SandboxApi } from "../sandbox/run.ts";
import { readCatalog } from "../store/catalogs.ts";
import { StoreFault } from "../store/fault.ts";
import { approvalFor, approvedRun, settle, untilEndOrPause, type Settled } from "./approval.ts";
import { checkCode, warningsDue, withAllScopes } from "./check-code.ts";
import { reportProgress, type Tell } from "./progress.ts";
import { refuse, replyTo } from "./reply.ts";
import { prepareSeen, seenTypes } from "../learned/seen-types.ts";
import type { Tool, ToolContext } from "./tools/tool.ts";

/** What a client sends with a call. */
export interface ToolCall {
  code: unknown;
  /** Writes are listed and not sent. */
  plan?: boolean | undefined;
  /** Is told how far the run is. */
  tell?: Tell | undefined;
}

export interface Ran {
  runId: string;
  reply: CallToolResult;
  /** Id of the paused run, if it waits for a person. */
  continuation?: string | undefined;
}

/** Runs the model's code for one tool and renders the answer. */
export async function runTool(tool: Tool, call: ToolCall, context: ToolContext): Promise<Ran> {
  const { env, ctx, caller } = context;
  const { code, plan = false } = call;
  const runId = newRunId();
  const recording = startRecording(
    { env, ctx, userId: caller.userId },
    {
      runId,
      tool: tool.name,
      code,
      client: clientOf(caller),
      access: caller.access,
      ...(plan && { plan }),
    },
    context.sinks,
  );
  const parsed = parseProgram(code);
  if (!parsed.ok) {
    recording.end({ ok: false, failure: parsed.failure, logs: [] }, []);
    return { runId, reply: refuse(parsed.failure) };
  }
  prepareSeen(parsed.program, context);
  const verdict = tool.name === "execute" ? await checkCode(parsed.program, context) : undefined;
  if (verdict?.failure) {
    recording.end({ ok: false, failure: verdict.failure, logs: [] }, []);
    return { runId, reply: refuse(verdict.failure) };
  }
  const [apis, approval] = await Promise.all([
    ship(context, parsed.program, verdict?.insisted).catch(storeFailure),
    tool.name === "execute"
      ? approvalFor(approvedRun(runId, String(code), plan, caller), context).catch(ledgerFailure)
      : undefined,
  ]);
  if ("kind" in apis || (approval && "kind" in approval)) {
    const failure = "kind" in apis ? apis : (approval as Failure);
    recording.end({ ok: false, failure, logs: [] }, []);
    return { runId, reply: refuse(failure) };
  }
  const trace = traceRun(context.call, runId);
  const run = openRun(runId, trace);
  recording.watch(run.records);
  const running = runInSandbox(env.LOADER, {
    program: parsed.program,
    pathsByName: asksPathsByName(parsed.program),
    apis,
    target: tool.target(context, runId, approval),
    env: parsed.program.freeNames.has("recall")
      ? { RECALL: exports.Recall({ props: { userId: caller.userId } }) }
      : {},
    entering: trace?.entering,
  });
  const stopTelling = reportProgress(run.records, call.tell);
  const reached = approval ? await untilEndOrPause(running, run) : await running;
  stopTelling();
  const ended = withAllScopes(reached, verdict?.called ?? [], context);
  const requests = closeRun(runId);
  const settled: Settled = approval
    ? await settle(ended, run, context).catch((error: unknown) => unsettled(ended, error))
    : { outcome: ended };
  const { outcome } = settled;
  recording.end(outcome, requests);
  const warnings = verdict && warningsDue(outcome, requests) ? verdict.warnings : [];
  const reply = replyTo(runId, outcome, requests, { warnings, plan: settled.plan });
  return { runId, reply, continuation: settled.continuation };
}

/** The index always; the body, which may be megabytes, only to code that can look into it. */
async function ship(
  context: ToolContext,
  program: Program,
  insisted: Promise<boolean> | undefined,
): Promise<SandboxApi[]> {
  const { apis, env, caller } = context;
  const names = apis.map(({ name }) => name);
  const needed = bodiesNeeded(program, names);
  return Promise.all(
    apis.map(async (api) => {
      const { index, body } = await readCatalog(env.CATALOGS, api.hash);
      return {
        name: api.name,
        index,
        ...(needed.has(api.name) && { body }),
        seen: await seenTypes(program, api, context),
        client: {
          ...((await insisted) && { passes: "unknown-members" as const }),
          ...clientConfigOf(api, caller),
        },
      };
    }),
  );
}

/** A document that cannot be read: nothing was run. Anything else is a bug. */
function storeFailure(error: unknown): Failure {
  if (!(error instanceof StoreFault)) throw error;
  return {
    kind: "misconfigured",
    message: `${error.message} Nothing was run or sent.`,
    next: "Send the code again in a moment; if it stays so, tell the operator to read the server's log.",
  };
}

/** Without the ledger nobody knows whether this code goes on with something that was approved. */
function ledgerFailure(error: unknown): Failure {
  logFault("isogate.approvals.unread", error);
  return {
    kind: "misconfigured",
    message: "Approvals cannot be read right now. Nothing was run or sent.",
    next: "Send the same code again in a moment; if it stays so, tell the operator to read the server's log.",
  };
}

/** What the run did stands, though the ledger could not be told that it has ended: sent again, it is answered from there. */
function unsettled(outcome: SandboxOutcome, error: unknown): Settled {
  logFault("isogate.approvals.unsettled", error);
  return { outcome };
}

function logFault(name: string, error: unknown): void {
  console.error(JSON.stringify({ "event.name": name, "error.message": String(error) }));
}

function clientOf({ clientId, clientName }: Caller): RunStart["client"] {
  return { id: clientId, ...(clientName !== undefined && { name: clientName }) };
}

/** Short enough to cost a model little, long enough that nobody guesses another run's (60 bits). */
function newRunId(): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `r${Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("")}`;
}
