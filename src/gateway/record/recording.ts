/**
 * Records a run in every sink. Guarantee: this neither delays a run nor makes it fail. (What is
 * stored before a write leaves is another matter: `gateway.ts`.) Each sink works on its own
 * after the answer; losses are logged, counted, and handed to the sink with the next run that it can write.
 */
import type { RequestRecord } from "../../terms/failure.ts";
import { setOut } from "../../store/ledger/on-the-way.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import { logEvent } from "../../terms/log.ts";
import type { SandboxOutcome } from "../../terms/outcome.ts";
import { fitRequests, recordOf, startOf, type Afterwards, type RunStart } from "../../terms/record.ts";
import { ownSinks } from "./own-sinks.ts";
import { sinks as builtIn } from "./sinks/index.ts";
import type { Sink, SinkContext } from "./sinks/sink.ts";

interface RecordingContext extends SinkContext {
  ctx: Pick<ExecutionContext, "waitUntil">;
}

/** Losses by sink and user, until the sink has recorded them. Of this isolate only: the log has them all. */
const lost = new BoundedMap<string, number>(10_000);

/** Only a run of this length is stored before it ends: each write costs a flush, and a shorter run is never seen. */
const beginAfterMs = 250;

/** How often a run shows that it goes on, and what it has requested. The ledger takes silence for its end. */
const progressEveryMs = 1_000;

/** Those of isogate and of the operator's project. */
export const allSinks = (): readonly Sink[] => [...builtIn, ...ownSinks()];

/**
 * Begins to record a run. Returns at once.
 * @param run what is known when it begins; `code` may be anything that a client sent
 * @param requests of the run; the gateway adds to them
 * @returns to be called once, when the run has ended, with whether nobody waits for its answer any more, and with what is
 *   found out after the answer, which never rejects. Returns at once too
 */
export function startRecording(
  context: RecordingContext,
  run: Omit<RunStart, "code" | "codeChars"> & { code: unknown },
  requests: readonly RequestRecord[],
  sinks: readonly Sink[] = allSinks(),
): (outcome: SandboxOutcome, isUnheard?: boolean, afterwards?: () => Promise<Afterwards>) => void {
  const start = startOf(run);
  const { runId } = start;
  const each = (phase: Phase, write: (sink: Sink) => void | Promise<void>) =>
    Promise.all(sinks.map((sink) => attempt(context, sink, runId, phase, () => write(sink))));
  let telling: ReturnType<typeof setInterval> | undefined;
  const beginning = setTimeout(() => {
    void each("begin", (sink) => sink.begin?.(start, context));
    telling = setInterval(() => {
      const fitting = fitRequests(requests);
      void each("progress", (sink) => sink.progress?.(runId, fitting, context));
    }, progressEveryMs);
  }, beginAfterMs);
  return (outcome, isUnheard = false, afterwards) => {
    clearTimeout(beginning);
    clearInterval(telling);
    const known = {
      ...recordOf(start, Date.now() - start.startedAtMs, outcome, requests),
      ...(isUnheard && { unheard: true as const }),
    };
    const result = outcome.ok ? { result: outcome.result } : {};
    const found = afterwards?.();
    const recorded = each("end", async (sink) => {
      const record = { ...known, ...(await found) };
      const key = `${sink.name}:${context.userId}`;
      const lostBefore = lost.get(key) ?? 0;
      await sink.end({ record, ...result, lost: lostBefore }, context);
      settle(key, lostBefore);
    });
    setOut(runId, recorded);
  };
}

type Phase = "begin" | "progress" | "end";

function attempt(
  { ctx, userId }: RecordingContext,
  sink: Sink,
  runId: string,
  phase: Phase,
  write: () => void | Promise<void>,
): Promise<void> {
  const writing = (async () => write())().catch((error: unknown) => {
    const key = `${sink.name}:${userId}`;
    // The end makes up for a lost beginning.
    if (phase === "end") lost.set(key, (lost.get(key) ?? 0) + 1);
    const attributes = {
      "isogate.sink": sink.name,
      "isogate.run.id": runId,
      "isogate.record.phase": phase,
      "isogate.record.lost": lost.get(key) ?? 0,
      "user.id": userId,
    };
    logEvent("isogate.record.lost", attributes, error);
  });
  ctx.waitUntil(writing);
  return writing;
}

function settle(key: string, taken: number): void {
  const left = (lost.get(key) ?? 0) - taken;
  if (left > 0) lost.set(key, left);
  else lost.delete(key);
}
