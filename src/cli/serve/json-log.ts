/**
 * The log of `isogate serve`: every line on standard output is one JSON object with `timestamp` and `severity`. Lines of the
 * Worker keep their attributes (src/terms/log.ts); what the runtime says in its own words becomes `message`.
 */
import { parseJson } from "../../terms/json.ts";
import { levels, type Level } from "./settings.ts";

export type Attributes = Record<string, unknown>;

export interface JsonLog {
  write(level: Level, attributes: Attributes): void;
  /** Takes a line of the runtime. @returns the event, if the line is one */
  line(text: string): Attributes | undefined;
}

/** What the runtime says of code and of connections that broke is told to who ran the code; an operator needs it seldom. */
const ofRuntime =
  /^service \w+: The compatibility flag |^\s*stack: |\bsentryErrorContext = |: failed: |^\s*at |^\S+\.\w+:\d+: (?:info|warning): /;

export function jsonLog(least: Level, print: (line: string) => void): JsonLog {
  const from = levels.indexOf(least);
  const write = (level: Level, attributes: Attributes) => {
    if (levels.indexOf(level) < from) return;
    print(JSON.stringify({ timestamp: new Date().toISOString(), severity: level, ...attributes }));
  };
  return {
    write,
    line(text) {
      const event = text.startsWith('{"event.name":"isogate.') ? asObject(parseJson(text)) : undefined;
      if (event) write(levelOf(event), event);
      else if (text.trim() !== "") write(ofRuntime.test(text) ? "debug" : "warn", { message: text });
      return event;
    },
  };
}

/** An error that an event tells of: of a run it is the model's own, of anything else it is worth a look. */
function levelOf(event: Attributes): Level {
  if (event["error.message"] !== undefined) return "error";
  const name = String(event["event.name"]);
  const isOfCall = name === "isogate.run" || name === "isogate.request";
  return event["error.type"] === "misconfigured" || (!isOfCall && event["error.type"] !== undefined)
    ? "warn"
    : "info";
}

function asObject(value: unknown): Attributes | undefined {
  return typeof value === "object" && value !== null ? (value as Attributes) : undefined;
}

/** Standard output may be closed by who reads it; the server goes on. */
export function printer(stream: NodeJS.WritableStream & { destroyed?: boolean }): (line: string) => void {
  stream.on("error", () => {});
  return (line) => void stream.write(`${line}\n`);
}
