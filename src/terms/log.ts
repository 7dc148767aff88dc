/**
 * The lines of the server's log: one line of JSON for each event, with attributes named as OpenTelemetry's semantic
 * conventions name them; ours begin with `isogate.`. No code, no bodies, no secrets. docs/operations.md lists every
 * event.
 */

export type EventName = `isogate.${string}`;

/**
 * @param attributes what is known of it, by the conventions' names
 * @param error a fault of ours or of a store, which makes the line one of `console.error`. Left out where its message
 *   may not be logged: what a login server answers may quote a token
 */
export function logEvent(name: EventName, attributes: Record<string, unknown> = {}, error?: unknown): void {
  const line = { "event.name": name, ...attributes };
  if (error === undefined) console.log(JSON.stringify(line));
  else console.error(JSON.stringify({ ...line, ...errorAttributes(error) }));
}

function errorAttributes(error: unknown) {
  return {
    "error.type": errorName(error),
    "error.message": messageOf(error),
    ...(error instanceof Error && { "exception.stacktrace": error.stack }),
  };
}

/** The kind of an error, where its message may not be told. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "unknown";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
