/** What comes back from one run in an isolate. */
import type { Failure } from "./failure.ts";

export interface LogEntry {
  level: "log" | "info" | "warn" | "error" | "debug";
  /** The arguments as text, as a console would show them. */
  text: string;
}

export type SandboxOutcome =
  /**
   * `result` is the JSON text of what the code returned: serialised inside the isolate, checked outside. `notes` are
   * sentences about it for the reader: nothing was returned, a promise was not awaited, something was left out.
   */
  | { ok: true; result: string; logs: LogEntry[]; notes: string[] }
  | { ok: false; failure: Failure; logs: LogEntry[] };
