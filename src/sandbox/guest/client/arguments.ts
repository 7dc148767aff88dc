/** The arguments of a call, as code gives them. */
import { groups } from "../../../spec/read/required.ts";
import { lift } from "../../../request/known.ts";
import { isObject } from "./parameters.ts";

export interface CallArguments {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  cookies?: Record<string, unknown>;
  body?: unknown;
  contentType?: string;
  /** False: send it as it is, because the document is wrong. */
  check?: boolean;
}

/** The arguments with plain objects where code gave what the platform has for it: URLSearchParams, Headers, a Map. */
export function settled(args: CallArguments): CallArguments {
  if (!holdsMembers(args)) return args;
  const plain: CallArguments = { ...args };
  for (const group of groups) {
    const given: unknown = args[group];
    if (given instanceof URLSearchParams || given instanceof Headers || given instanceof Map)
      plain[group] = membersOf(given);
    else if (holdsMembers(given)) plain[group] = { ...given };
  }
  return plain;
}

/** Without members of its own, what is no plain object would count as `{}`: a promise, a Map. */
export function holdsMembers(value: unknown): value is Record<string, unknown> {
  return isObject(value) && (lift(value).kind === "object" || Object.keys(value).length > 0);
}

function membersOf(entries: Iterable<[string, unknown]>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of entries)
    found[name] = Object.hasOwn(found, name) ? [found[name], value].flat() : value;
  return found;
}
