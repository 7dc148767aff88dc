/** A place that records runs. What is public of it (src/terms/public.ts) is what a sink of an operator's project has. */
import type { RequestRecord } from "../../../terms/failure.ts";
import type * as project from "../../../terms/public.ts";
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

export interface Sink extends project.Sink<SinkContext> {
  begin?(start: RunStart, context: SinkContext): void | Promise<void>;
  /** What a run in progress has requested so far, for watching. Optional; may be lost. */
  progress?(runId: string, requests: readonly RequestRecord[], context: SinkContext): void | Promise<void>;
  end(end: RunEnd, context: SinkContext): void | Promise<void>;
}
