/**
 * The server's log: one line of JSON per event, with attributes from OpenTelemetry's semantic conventions; ours begin
 * with `isogate.`. No code, no bodies, no secrets. docs/operations.md lists every event.
 */

import { visibleJson } from "./visible.ts";

export type EventName = `isogate.${string}`;

/**
 * @param error a bug or a fault of a store; writes the line with `console.error`. Leave it out if its message may
 *   hold a secret: a login server's answer may quote a token
 */
export function logEvent(name: EventName, attributes: Record<string, unknown> = {}, error?: unknown): void {
  const line = { "event.name": name, ...attributes };
  // An operator reads it in a terminal, and documents and clients chose some of the words.
  if (error === undefined) console.log(visibleJson(JSON.stringify(line)));
  else console.error(visibleJson(JSON.stringify({ ...line, ...errorAttributes(error) })));
}

function errorAttributes(error: unknown) {
  return {
    "error.type": errorName(error),
    "error.message": messageOf(error),
    ...(error instanceof Error && { "exception.stacktrace": error.stack }),
  };
}

/** For an error whose message may hold a secret. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A URL as a log may have it: its query and fragment can hold what a person searched for, or a credential. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, "");
}
