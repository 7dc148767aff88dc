/** A place that records runs. To add one, put a file into this folder and list it in `index.ts`. */
import type { RequestRecord } from "../../../terms/failure.ts";
import type { RunRecord, RunStart } from "../../../terms/record.ts";

export interface SinkContext {
  env: Env;
  userId: string;
}

export interface RunEnd {
  record: RunRecord;
  /** The whole result as JSON text, if the code returned one. */
  result?: string;
  /** Runs of this user that this sink has lost since its last success. */
  lost: number;
}

export interface Sink {
  name: string;
  /** A run has begun. Optional: the end counts. */
  begin?(start: RunStart, context: SinkContext): void | Promise<void>;
  /** What a run in progress has requested so far, for watching. Optional; may be lost. */
  progress?(runId: string, requests: readonly RequestRecord[], context: SinkContext): void | Promise<void>;
  /** A run has ended. A rejection counts it as lost, and affects nothing else. */
  end(end: RunEnd, context: SinkContext): void | Promise<void>;
}
