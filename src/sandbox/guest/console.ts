/**
 * Keeps what code writes to the console, as text and within limits, to come back beside the result. The platform
 * drops the console of an isolate like this one. No argument makes a console method throw.
 */
import { maxAllLogsChars, maxLogChars, maxLogEntries } from "../limits.ts";
import type { LogEntry } from "../../terms/outcome.ts";
import { JsonWriter } from "./json-writer.ts";
import { messageOf } from "./message-of.ts";
import * as own from "./primordials.ts";

const levels = ["log", "info", "warn", "error", "debug"] as const;

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

export class ConsoleCapture {
  readonly #entries: LogEntry[] = [];
  #chars = 0;
  #dropped = 0;

  /** Takes the place of the global console. */
  install(): void {
    const console: Record<string, unknown> = {};
    for (const level of levels) console[level] = (...args: unknown[]) => this.#add(level, args);
    for (const name of ["dir", "table", "dirxml"])
      console[name] = (value: unknown) => this.#add("log", [value]);
    console["trace"] = (...args: unknown[]) => this.#add("debug", args);
    console["assert"] = (held: unknown, ...args: unknown[]) => {
      if (!held) this.#add("error", args.length > 0 ? args : ["Assertion failed"]);
    };
    for (const name of silent) console[name] = () => undefined;
    own.defineProperty(globalThis, "console", { value: console, writable: true, configurable: true });
  }

  /** What was written so far; the last entry says what was dropped. */
  entries(): LogEntry[] {
    if (this.#dropped === 0) return this.#entries;
    const all: LogEntry[] = [];
    for (let index = 0; index < this.#entries.length; index++)
      own.append(all, this.#entries[index] as LogEntry);
    const text = `${this.#dropped} more console calls were dropped: at most ${maxLogEntries} calls and ${maxAllLogsChars} characters are kept.`;
    own.append(all, { level: "warn", text });
    return all;
  }

  #add(level: LogEntry["level"], args: unknown[]): void {
    if (this.#entries.length >= maxLogEntries || this.#chars >= maxAllLogsChars) {
      this.#dropped++;
      return;
    }
    let text = "";
    for (let index = 0; index < args.length && text.length < maxLogChars; index++)
      text += (index > 0 ? " " : "") + asText(args[index]);
    if (text.length > maxLogChars) text = `${own.sliceText(text, 0, maxLogChars)}…`;
    this.#chars += text.length;
    own.append(this.#entries, { level, text });
  }
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
    return new JsonWriter({ maxChars: maxLogChars }).write(value);
  } catch (error) {
    return `[could not be read: ${messageOf(error)}]`;
  }
}
