/**
 * One slice of a lasting run: the ledger says when. The code runs from its beginning, gets answered what it was answered
 * before, and goes on until it ends or has to wait. Whether its person may still use the server is asked each time; what it
 * may call is decided by the documents and rules of now, request by request.
 */
import { exports, WorkerEntrypoint } from "cloudflare:workers";
import { readCode } from "../../check/read-code.ts";
import { Journal } from "../../gateway/run/journal.ts";
import { gatewayProps } from "../../gateway/run/props.ts";
import { closeRun, openRun, type RunState } from "../../gateway/run/run-state.ts";
import { waitUntil } from "../../gateway/run/waiting.ts";
import { allSinks, startRecording } from "../../gateway/record/recording.ts";
import { runLimits } from "../../sandbox/limits.ts";
import { runInSandbox } from "../../sandbox/run.ts";
import { ship } from "../../sandbox/ship.ts";
import { readManifest } from "../../store/catalogs.ts";
import { sliceId } from "../../store/ledger/lasting/decide.ts";
import { budgetsOf } from "../../terms/budgets.ts";
import { clientOf, type Caller } from "../../terms/caller.ts";
import type { Failure } from "../../terms/failure.ts";
import { lastingLimits, type Slice } from "../../terms/lasting.ts";
import { logEvent, messageOf } from "../../terms/log.ts";
import type { SandboxOutcome } from "../../terms/outcome.ts";
import { fitRequests, recordOf } from "../../terms/record.ts";
import { apisThen } from "../apis-then.ts";
import { canCallToday } from "../programs/today.ts";
import { handOver } from "../run-files.ts";
import { Places } from "./places.ts";
import { settle } from "../settle.ts";
import type { ToolContext } from "../tool-context.ts";
import type { Prepared } from "../tools/tool.ts";

/** Whether a caller may still use this server: `unreachable` if nobody could be asked. */
export type MayGoOn = (caller: Caller, env: Env) => Promise<"stands" | "ended" | "unreachable">;

const places = new Places(4);

/** How often a slice says that it goes on; the ledger takes silence for its end. */
const heardEveryMs = 1_000;

/** How long a slice waits for what it has sent, beyond its own time. */
const drainMs = 10_000;

interface ToRun {
  slice: Slice;
  context: ToolContext;
}

export function lastingRuns(mayGoOn: MayGoOn) {
  return class extends WorkerEntrypoint<Env> {
    /** Runs the next slice of a run, if it is time for one. */
    async goOn(userId: string, runId: string): Promise<void> {
      if (!places.take({ userId, runId })) return;
      try {
        await this.#goOn(userId, runId);
      } finally {
        places.leave();
        await this.#passOn();
      }
    }

    /** Lets the one begin that has waited longest and still wants to. */
    async #passOn(): Promise<void> {
      for (let next = places.next(); next; next = places.next()) {
        const { userId, runId } = next;
        const asked = this.env.LEDGER.getByName(userId).askForSlice(runId);
        // One whose ledger does not answer is asked for again by its ledger.
        if (await asked.catch(() => false)) return;
      }
    }

    async #goOn(userId: string, runId: string): Promise<void> {
      const { env, ctx } = this;
      const ledger = env.LEDGER.getByName(userId);
      const slice = await ledger.takeSlice(runId);
      if (!slice) return;
      const name = { runId, slice: slice.slice };
      let progress = (): RunState["records"] => [];
      const heard = setInterval(() => {
        ledger.progressRun(runId, fitRequests(progress())).catch(() => undefined);
      }, heardEveryMs);
      try {
        const standing = await mayGoOn(slice.caller, env);
        if (standing === "unreachable") return await ledger.retrySlice(name, unreachable);
        if (standing === "ended") return await ledger.connectionEnded(runId, slice.caller);
        const { apis } = await readManifest(env.CATALOGS);
        const { caller, origin } = slice;
        const served = apis.filter(({ name: api }) => slice.apis.includes(api) && caller.access[api]?.length);
        const context: ToolContext = { env, ctx, caller, apis: served, origin };
        await runSlice({ slice, context }, (run) => (progress = () => run.records));
      } catch (error) {
        logEvent("isogate.lasting.failed", { "isogate.run.id": runId, "user.id": userId }, error);
        await ledger.retrySlice(name, broken(error));
      } finally {
        clearInterval(heard);
      }
    }
  };
}

const unreachable: Failure = {
  kind: "misconfigured",
  message:
    "The run could not go on: the identity provider did not say whether its user may still use this server.",
  next: "Begin it again later.",
};

const unread: Failure = {
  kind: "misconfigured",
  message: "The run could not go on: what its program can call today could not be read.",
  next: "Tell the operator to read the server's log.",
};

const broken = (error: unknown): Failure => ({
  kind: "misconfigured",
  message: `The run could not go on: ${messageOf(error)}`,
  next: "What is listed as answered was done. Tell the operator to read the server's log.",
});

async function runSlice({ slice, context }: ToRun, opened: (run: RunState) => void): Promise<void> {
  const { runId, start, allowed } = slice;
  const { env, caller, apis } = context;
  const ledger = env.LEDGER.getByName(caller.userId);
  const name = { runId, slice: slice.slice };
  const read = readCode(start.code, apis);
  if (!read.ok) return end(slice, context, { ok: false, failure: read.failure, logs: [] }, []);
  if (start.program && slice.entries.length === 0) {
    const today = await canCallToday(read, slice, context);
    if (today === undefined) return ledger.retrySlice(name, unread);
    if (today !== "as allowed") return ledger.programChanged(name, today.capabilities, today.why);
  }
  const code = { ...read, insisted: slice.insisted };
  const shipped = await ship(code, context);
  if (!shipped.ok) return ledger.retrySlice(name, shipped.failure);
  const id = sliceId(name);
  const run = openRun(id);
  run.journal = new Journal(slice);
  run.start = start;
  opened(run);
  const approval = {
    run: {
      runId,
      client: clientOf(caller),
      code: code.program.code,
      ...(allowed && { heldTo: allowed.hash }),
    },
    continues: true,
  };
  const outbound = exports.Gateway({
    props: gatewayProps(id, {
      caller,
      apis,
      approval,
      slice: name,
      ...(allowed && { capabilities: allowed.capabilities }),
    }),
  });
  const runMs = Math.max(...(apis.length > 0 ? apis.map(({ file }) => budgetsOf(file.budgets).runMs) : [0]));
  const prepared: Prepared = { code, target: { tool: "execute", outbound } };
  const outcome = await runInSandbox(env.LOADER, {
    program: code.program,
    pathsByName: code.pathsByName,
    apis: shipped.apis,
    requests: run.records,
    target: prepared.target,
    // Everything of the journal is asked for again.
    limits: { subRequests: 2 * runLimits.execute.subRequests + lastingLimits.maxEntries },
    env: {
      SLEEPING: exports.Sleeping({ props: { runId: id, userId: caller.userId, slice: name } }),
      ...(start.program &&
        code.program.freeNames.has("state") && {
          STATE: exports.ProgramState({ props: { userId: caller.userId, slice: name } }),
        }),
    },
    input: start.program?.input,
    lasting: {
      startedAtMs: start.startedAtMs,
      endsAtMs: start.startedAtMs + lastingLimits.maxMs,
      seed: slice.seed,
      sliceMs: Math.min(lastingLimits.sliceMs, Math.max(1_000, runMs / 2)),
      ...(start.program && { isKept: true }),
    },
  });
  const isUnderWay = () => run.records.some((one) => one.outcome === "under way");
  // The next slice should find their answers.
  await waitUntil(() => !isUnderWay() || Date.now() - run.startedAt > runMs + drainMs);
  closeRun(run);
  if (run.revoked) return ledger.connectionEnded(runId, caller);
  if (run.broken) return ledger.retrySlice(name, run.broken);
  const kind = outcome.ok ? "ok" : outcome.failure.kind;
  if (kind === "sleeping" || kind === "timed-out")
    return ledger.suspendSlice(name, kind === "timed-out" || isCut(outcome), runMs);
  const settled = await settle(outcome, run, prepared, context);
  await end(slice, context, settled.outcome, run.records, code.program);
}

const isCut = (outcome: SandboxOutcome) =>
  !outcome.ok && outcome.failure.kind === "sleeping" && outcome.failure.cut;

async function end(
  { runId, start, slice }: Slice,
  context: ToolContext,
  outcome: SandboxOutcome,
  requests: RunState["records"],
  program?: Prepared["code"]["program"],
): Promise<void> {
  const { env, caller } = context;
  if (program) await handOver(runId, program, outcome, context);
  const apis = await apisThen(context, requests);
  const record = { ...recordOf(start, Date.now() - start.startedAtMs, outcome, requests), apis };
  const result = outcome.ok ? outcome.result : undefined;
  const isEnded = await env.LEDGER.getByName(caller.userId).endLasting({ runId, slice }, record, result);
  if (!isEnded) return;
  // The ledger has it.
  const others = allSinks().filter(({ name }) => name !== "ledger");
  startRecording(
    { env, ctx: context.ctx, userId: caller.userId },
    start,
    requests,
    others,
  )(outcome, false, async () => ({ apis }));
}
