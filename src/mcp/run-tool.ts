/**
 * The road of one call: parse, check, ship what the code names, run it in a fresh isolate, collect what the gateway
 * recorded, keep the result for `recall`, answer. Whatever happens in the code ends as an answer, never as a fault
 * of the server.
 */
import { exports } from "cloudflare:workers";
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { RunStart } from "../audit/record.ts";
import { startRecording } from "../audit/recording.ts";
import { bodiesNeeded } from "../check/bodies.ts";
import type { Caller } from "../auth/caller.ts";
import { parseProgram } from "../check/parse.ts";
import type { Program } from "../check/program.ts";
import { clientConfigOf } from "../deployment/client-config.ts";
import type { DeployedApi } from "../deployment/manifest.ts";
import type { Failure } from "../failure.ts";
import { closeRun, openRun } from "../gateway/run-state.ts";
import { runInSandbox, type SandboxApi } from "../sandbox/run.ts";
import { readCatalog } from "../store/catalogs.ts";
import { StoreFault } from "../store/fault.ts";
import { checkCode, warningsDue } from "./check-code.ts";
import { refuse, replyTo } from "./reply.ts";
import type { Tool, ToolContext } from "./tools/tool.ts";

/** Runs the model's code for one tool and renders the answer. */
export async function runTool(tool: Tool, code: unknown, context: ToolContext): Promise<CallToolResult> {
  const { env, ctx, caller } = context;
  const runId = newRunId();
  const recording = startRecording(
    { env, ctx, userId: caller.userId },
    { runId, tool: tool.name, code, client: clientOf(caller), access: caller.access },
  );
  const parsed = parseProgram(code);
  if (!parsed.ok) {
    recording.end({ ok: false, failure: parsed.failure, logs: [] }, []);
    return refuse(parsed.failure);
  }
  const verdict = tool.name === "execute" ? await checkCode(parsed.program, context) : undefined;
  if (verdict?.failure) {
    recording.end({ ok: false, failure: verdict.failure, logs: [] }, []);
    return refuse(verdict.failure);
  }
  const apis = await ship(env.CATALOGS, context.apis, parsed.program, verdict?.insisted).catch(storeFailure);
  if ("kind" in apis) {
    recording.end({ ok: false, failure: apis, logs: [] }, []);
    return refuse(apis);
  }
  openRun(runId);
  const outcome = await runInSandbox(env.LOADER, {
    program: parsed.program,
    apis,
    target: tool.target(context, runId),
    env: parsed.program.freeNames.has("recall")
      ? { RECALL: exports.Recall({ props: { userId: caller.userId } }) }
      : {},
  });
  const requests = closeRun(runId);
  recording.end(outcome, requests);
  const warnings = verdict && warningsDue(outcome, requests) ? await verdict.warnings() : [];
  return replyTo(runId, outcome, requests, warnings);
}

/** The index always; the body, which may be megabytes, only to code that can look into it. */
async function ship(
  bucket: R2Bucket,
  apis: DeployedApi[],
  program: Program,
  insisted = false,
): Promise<SandboxApi[]> {
  const names = apis.map(({ name }) => name);
  const needed = bodiesNeeded(program, names);
  return Promise.all(
    apis.map(async (api) => {
      const { index, body } = await readCatalog(bucket, api.hash);
      return {
        name: api.name,
        index,
        ...(needed.has(api.name) && { body }),
        client: { ...(insisted && { passes: "unknown-members" as const }), ...clientConfigOf(api) },
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

function clientOf({ clientId, clientName }: Caller): RunStart["client"] {
  return { id: clientId, ...(clientName !== undefined && { name: clientName }) };
}

/** Short enough to cost a model little, long enough that nobody guesses another run's (60 bits). */
function newRunId(): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `r${Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("")}`;
}
