/** The outcome of one run in an isolate. */
import type { Failure } from "./failure.ts";

export const logLevels = ["log", "info", "warn", "error", "debug"] as const;

export interface LogEntry {
  level: (typeof logLevels)[number];
  /** The arguments, as a console would show them. */
  text: string;
}

/** Bytes that stood in the result; there stands `[attachment 1: …]` for the first. */
export interface Attachment {
  /** The media type that the code or the API names; may be anything. */
  type: string;
  content: Uint8Array;
}

export type SandboxOutcome =
  /**
   * `result` is the JSON text of what the code returned: serialised inside the isolate, checked outside. `notes` tell
   * the reader, for example, that nothing was returned, a promise was not awaited, or something was left out. `value`
   * is what the text says, from when it was checked: nobody has to read a long one twice.
   */
  | {
      ok: true;
      result: string;
      value?: unknown;
      logs: LogEntry[];
      notes: string[];
      attachments?: Attachment[];
    }
  | { ok: false; failure: Failure; logs: LogEntry[] };
