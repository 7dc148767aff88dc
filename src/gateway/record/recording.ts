/**
 * Records a run in every sink. Guarantee: this neither delays a run nor makes it fail. (What is
 * stored before a write leaves is another matter: `gateway.ts`.) Each sink works on its own
 * after the answer; losses are logged, counted, and handed to the sink with the next run that it can write.
 */
import type { RequestRecord } from "../../terms/failure.ts";
import { BoundedMap } from "../../terms/bounded-map.ts";
import { logEvent } from "../../terms/log.ts";
import type { SandboxOutcome } from "../../terms/outcome.ts";
import { fitRequests, recordOf, startOf, type RunStart } from "../../terms/record.ts";
import { sinks as allSinks } from "./sinks/index.ts";
import type { Sink, SinkContext } from "./sinks/sink.ts";

interface RecordingContext extends SinkContext {
  ctx: Pick<ExecutionContext, "waitUntil">;
}

export interface Recording {
  /** What is known of the run, for the writes that are stored before they leave. */
  start: RunStart;
  /** Shows the requests of the run in progress. @param requests the list that the gateway adds to */
  watch(requests: readonly RequestRecord[]): void;
  /** Call it once, when the run has ended. Returns at once. */
  end(outcome: SandboxOutcome, requests: readonly RequestRecord[]): void;
}

/** Losses by sink and user, until the sink has recorded them. Of this isolate only: the log has them all. */
const lost = new BoundedMap<string, number>(10_000);

/** Only a run of this length is stored before it ends: each write costs a flush, and a shorter run is never seen. */
const beginAfterMs = 250;

/** How often a run shows that it goes on, and what it has requested. The ledger takes silence for its end. */
const progressEveryMs = 1_000;

/**
 * Begins to record a run. Returns at once.
 * @param run what is known when it begins; `code` may be anything that a client sent
 */
export function startRecording(
  context: RecordingContext,
  run: Omit<RunStart, "code" | "codeChars"> & { code: unknown },
  sinks: readonly Sink[] = allSinks,
): Recording {
  const start = startOf(run);
  let underWay: readonly RequestRecord[] = [];
  let telling: ReturnType<typeof setInterval> | undefined;
  const tell = () => {
    const requests = fitRequests(underWay);
    for (const sink of sinks)
      attempt(context, sink, start.runId, "progress", () => sink.progress?.(start.runId, requests, context));
  };
  const beginning = setTimeout(() => {
    for (const sink of sinks)
      attempt(context, sink, start.runId, "begin", () => sink.begin?.(start, context));
    telling = setInterval(tell, progressEveryMs);
  }, beginAfterMs);
  return {
    start,
    watch(requests) {
      underWay = requests;
    },
    end(outcome, requests) {
      clearTimeout(beginning);
      clearInterval(telling);
      const record = recordOf(start, Date.now() - start.startedAtMs, outcome, requests);
      const result = outcome.ok ? { result: outcome.result } : {};
      for (const sink of sinks) {
        const key = `${sink.name}:${context.userId}`;
        const lostBefore = lost.get(key) ?? 0;
        attempt(context, sink, start.runId, "end", async () => {
          await sink.end({ record, ...result, lost: lostBefore }, context);
          settle(key, lostBefore);
        });
      }
    },
  };
}

function attempt(
  { ctx, userId }: RecordingContext,
  sink: Sink,
  runId: string,
  phase: "begin" | "progress" | "end",
  write: () => void | Promise<void>,
): void {
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
}

function settle(key: string, taken: number): void {
  const left = (lost.get(key) ?? 0) - taken;
  if (left > 0) lost.set(key, left);
  else lost.delete(key);
}
