/** A place that runs are recorded in. To add one: a file in this folder, listed in `index.ts`. */
import type { RequestRecord } from "../../../terms/failure.ts";
import type { RunRecord, RunStart } from "../../../terms/record.ts";

export interface SinkContext {
  env: Env;
  userId: string;
}

export interface RunEnd {
  record: RunRecord;
  /** All of the result as JSON text, if the code returned one. */
  result?: string;
  /** Runs of this user that this sink could not record since it last could. */
  lost: number;
}

export interface Sink {
  name: string;
  /** A run has begun. May be left out: what counts is its end. */
  begin?(start: RunStart, context: SinkContext): void | Promise<void>;
  /** What a run that is going has requested so far. For whoever watches; may be left out and may be lost. */
  progress?(runId: string, requests: readonly RequestRecord[], context: SinkContext): void | Promise<void>;
  /** A run has ended. A rejection counts it as lost; nobody else notices. */
  end(end: RunEnd, context: SinkContext): void | Promise<void>;
}
