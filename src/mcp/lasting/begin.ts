/** Begins a run that goes on after the reply. Everything that can be refused is refused before it begins. */
import { readCapabilities } from "../../check/read-code.ts";
import { prepareCalls } from "../prepare-calls.ts";
import { failureReply, type Reply } from "../reply.ts";
import { newRunId } from "../../terms/run-id.ts";
import type { ToolContext } from "../tool-context.ts";
import type { ToolCall } from "../tools/tool.ts";
import { startRecording } from "../../gateway/record/recording.ts";
import { notLasting } from "../../sandbox/limits.ts";
import { clientOf, isNoConnection } from "../../terms/caller.ts";
import type { Failure } from "../../terms/failure.ts";
import { logEvent } from "../../terms/log.ts";
import { startOf } from "../../terms/record.ts";

export async function beginInBackground(call: ToolCall, context: ToolContext): Promise<Reply> {
  const { env, ctx, caller, apis, origin } = context;
  const runId = newRunId();
  const begun = {
    runId,
    startedAtMs: Date.now(),
    tool: "execute",
    code: call.code,
    client: clientOf(caller),
    access: caller.access,
    ...(caller.tags && { tags: caller.tags }),
    background: true,
  };
  const refused = (failure: Failure): Reply => {
    startRecording(
      { env, ctx, userId: caller.userId },
      begun,
      [],
      context.sinks,
    )({ ok: false, failure, logs: [] });
    return failureReply(failure);
  };
  if (call.plan)
    return refused(
      unusable("A plan sends nothing, so it does not run in the background.", "Leave out one of both."),
    );
  const prepared = await prepareCalls(runId, { code: call.code }, context);
  if (!prepared.ok) return refused(prepared.failure);
  const { program, insisted } = prepared.code;
  const name = notLasting.find((one) => program.freeNames.has(one));
  if (name !== undefined)
    return refused(
      unusable(
        `${name} is not there in a run in the background: its code runs again after each sleep, and has to find the same.`,
        "Keep values in variables, which last as long as the run, and return what is wanted.",
      ),
    );
  const start = startOf(begun);
  if (start.code.length < start.codeChars)
    return refused(
      unusable("The code is too long for a run in the background.", "Read the data in the code."),
    );
  // For the person whom a rule may ask.
  const capabilities = prepared.approval && (await readCapabilities(prepared.code, context));
  const given = {
    start,
    caller,
    apis: apis.map((api) => api.name),
    origin,
    insisted: await insisted,
    ...(capabilities && { capabilities }),
  };
  try {
    const why = await env.LEDGER.getByName(caller.userId).beginLasting(given);
    if (why !== null)
      return refused(unusable(why, "Wait for one to end, or end one: await recall(runId).cancel()."));
  } catch (error) {
    logEvent("isogate.lasting.failed", { "isogate.run.id": runId }, error);
    return refused({
      kind: "misconfigured",
      message: "The run was not begun: the storage of this deployment did not answer.",
      next: "Send the code again in a moment. If it keeps failing, tell the operator to read the server's log.",
    });
  }
  const open = isNoConnection(caller.clientId) ? "" : ` It ends with this connection.`;
  const next = `It goes on in the background, also after a restart.${open} In later code, await recall(${JSON.stringify(runId)}) waits for a moment and gives its result, or how far it is; await recall(${JSON.stringify(runId)}).cancel() ends it. The user sees it at ${origin}/runs/${runId}.`;
  return { said: { runId, result: next }, first: [`Run ${runId} has begun.`] };
}

const unusable = (message: string, next: string): Failure => ({ kind: "unusable-code", message, next });
