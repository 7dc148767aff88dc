/** Whatever code threw, as plain data. Reading it may run code of its own (getters, proxies), and never throws. */
import type { GuestError } from "./guest-report.ts";
import { writeJson } from "./json-writer.ts";
import { moduleNames } from "./contract.ts";
import * as own from "./primordials.ts";

/** UTF-16 units of a message: an answer of an API may be quoted in it. */
const maxMessageChars = 8 * 1024;

/** UTF-16 units of a failure that the API client put on its error. */
const maxFailureChars = 64 * 1024;

const frame = new RegExp(`${moduleNames.program.replace(".", "\\.")}:(\\d{1,6}):(\\d{1,6})`);
const undefinedName = /^(?:Uncaught )?(\S+) is not defined$/;

/** @param hint what to say of a name that is not defined, if there is something to say */
export function readThrown(error: unknown, hint: (name: string) => string | undefined): GuestError {
  if ((typeof error !== "object" && typeof error !== "function") || error === null)
    return {
      name: `a value that is no error (${error === null ? "null" : typeof error})`,
      message: plainText(error),
    };
  const name = readText(error, "name");
  const message = readText(error, "message");
  if (message === undefined)
    return { name: "a value that is no error (object)", message: plainText(error), ...readFailure(error) };
  const missing = own.execRegExp(undefinedName, message)?.[1];
  const said = missing === undefined ? undefined : hint(missing);
  const causes = readCauses(error);
  return {
    name: name ?? "Error",
    message: (said === undefined ? message : `${message}. ${said}`) + causes,
    ...readPosition(error),
    ...readFailure(error),
  };
}

function plainText(value: unknown): string {
  if (typeof value === "string") return own.sliceText(value, 0, maxMessageChars);
  return own.sliceText(writeJson(value, { maxChars: maxMessageChars }), 0, maxMessageChars);
}

function readText(error: object, key: string): string | undefined {
  const value = readMember(error, key);
  return typeof value === "string" ? own.sliceText(value, 0, maxMessageChars) : undefined;
}

function readMember(error: object, key: string): unknown {
  try {
    return (error as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function hasOwnMember(error: object, key: string): boolean {
  try {
    return own.hasOwn(error, key);
  } catch {
    return false;
  }
}

/** `cause` and the `errors` of an AggregateError, in words. */
function readCauses(error: object): string {
  let text = "";
  const cause = readMember(error, "cause");
  if (typeof cause === "object" && cause !== null)
    text += ` (cause: ${readText(cause, "message") ?? plainText(cause)})`;
  const errors = readMember(error, "errors");
  if (!own.isArray(errors)) return text;
  for (let index = 0; index < errors.length && index < 3; index++) {
    const one: unknown = errors[index];
    const message = typeof one === "object" && one !== null ? readText(one, "message") : undefined;
    text += `${index === 0 ? ": " : "; "}${message ?? plainText(one)}`;
  }
  return text;
}

/** The topmost frame of the stack that lies in the program. */
function readPosition(error: object): { line?: number; column?: number } {
  const stack = readText(error, "stack");
  const found = stack === undefined ? null : own.execRegExp(frame, stack);
  if (!found) return {};
  // Whatever code made of its stack, these are numbers that fit.
  return { line: own.max(1, +(found[1] as string)), column: own.max(0, +(found[2] as string) - 1) };
}

function readFailure(error: object): { failure?: unknown } {
  const failure = hasOwnMember(error, "failure") ? readMember(error, "failure") : undefined;
  if (typeof failure !== "object" || failure === null) return {};
  try {
    return { failure: own.parseJson(writeJson(failure, { maxChars: maxFailureChars })) };
  } catch {
    return {};
  }
}
