/**
 * Keeps what code writes to the console, as text and within limits, to come back beside the result. The platform
 * drops the console of an isolate like this one. No argument makes a console method throw.
 */
import { maxAllLogsChars, maxLogChars, maxLogEntries } from "../limits.ts";
import { type LogEntry, logLevels } from "../../terms/outcome.ts";
import { writeJson } from "./json-writer.ts";
import { messageOf } from "./message-of.ts";
import * as own from "./primordials.ts";

/** Methods of a console that print nothing here, so that calling them does no harm. */
const silent = [
  "group",
  "groupCollapsed",
  "groupEnd",
  "time",
  "timeEnd",
  "timeLog",
  "count",
  "countReset",
  "clear",
];

/** Replaces the global console. @returns what was written to it so far; the last entry says what was dropped */
export function captureConsole(): () => LogEntry[] {
  const entries: LogEntry[] = [];
  let chars = 0;
  let dropped = 0;
  const add = (level: LogEntry["level"], args: unknown[]) => {
    if (entries.length >= maxLogEntries || chars >= maxAllLogsChars) {
      dropped++;
      return;
    }
    let text = "";
    for (let index = 0; index < args.length && text.length < maxLogChars; index++)
      text += (index > 0 ? " " : "") + asText(args[index]);
    if (text.length > maxLogChars) text = `${own.sliceText(text, 0, maxLogChars)}…`;
    chars += text.length;
    own.append(entries, { level, text });
  };
  const value: Record<string, unknown> = {
    trace: (...args: unknown[]) => add("debug", args),
    assert: (held: unknown, ...args: unknown[]) => {
      if (!held) add("error", args.length > 0 ? args : ["Assertion failed"]);
    },
  };
  for (const level of logLevels) value[level] = (...args: unknown[]) => add(level, args);
  for (const name of ["dir", "table", "dirxml"]) value[name] = (one: unknown) => add("log", [one]);
  for (const name of silent) value[name] = () => undefined;
  own.defineProperty(globalThis, "console", { value, writable: true, configurable: true });
  return () => {
    if (dropped > 0) {
      const text = `${dropped} more console calls were dropped: at most ${maxLogEntries} calls and ${maxAllLogsChars} characters are kept.`;
      own.append(entries, { level: "warn", text });
    }
    return entries;
  };
}

/** As a console shows it: texts as they are, errors by name and message, anything else as JSON. */
function asText(value: unknown): string {
  try {
    if (typeof value === "string") return own.sliceText(value, 0, maxLogChars + 1);
    if (value === undefined) return "undefined";
    if (typeof value === "object" && value !== null && own.isInstance(own.NativeError.prototype, value)) {
      const { name, message } = value as Error;
      return `${own.toText(name)}: ${own.sliceText(own.toText(message), 0, maxLogChars)}`;
    }
    if (typeof value === "bigint") return `${own.toText(value)}n`;
    return writeJson(value, { maxChars: maxLogChars });
  } catch (error) {
    return `[could not be read: ${messageOf(error)}]`;
  }
}
