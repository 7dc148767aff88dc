/**
 * `state`: an object that outlives the run, for the same user and client. It is read before the program starts and kept
 * when it ends, however it ends; only the members that changed are sent.
 */
import { maxResultDepth, maxStateChars } from "../limits.ts";
import { writeJson } from "./json-writer.ts";
import { messageOf } from "./message-of.ts";
import type { Notes } from "./notes.ts";
import * as own from "./primordials.ts";

/** A binding of the isolate: the state of its own caller. */
export interface StateStore {
  /** JSON text of an object, or null if there is none. */
  read(): Promise<string | null>;
  /** @returns the bytes that it would need, if that is too much: then nothing was kept */
  change(changes: string): Promise<number | undefined>;
}

export interface OpenState {
  value: Record<string, unknown>;
  /**
   * Takes the members of what a program assigns to `state` itself.
   * @throws TypeError if that has none
   */
  replace(all: unknown): void;
  /** Keeps what the program has changed. What could not be kept is noted. */
  save(notes: Notes): Promise<void>;
}

export async function openState(store: StateStore | undefined): Promise<OpenState> {
  let problem = store
    ? undefined
    : "it is kept for programs that can be told from others, and for code that names state itself.";
  let text: string | null = null;
  try {
    text = store ? await store.read() : null;
  } catch (error) {
    problem = messageOf(error);
  }
  const value = own.parseJson(text ?? "{}") as Record<string, unknown>;
  const before = textsOf(value);
  return {
    value,
    replace(all) {
      if (typeof all !== "object" || all === null || own.isArray(all))
        throw new own.NativeTypeError(
          "state is an object that keeps its members for later runs: write state.name = … instead of state = …",
        );
      if (all === value) return;
      const members = { ...(all as Record<string, unknown>) };
      const names = own.ownKeys(value);
      for (let index = 0; index < names.length; index++) delete value[names[index] as string];
      const given = own.ownKeys(members);
      for (let index = 0; index < given.length; index++)
        value[given[index] as string] = members[given[index] as string];
    },
    async save(notes) {
      const after = textsOf(value);
      let changes = "";
      let chars = 0;
      /** Members that a later run finds as something else. */
      let altered = "";
      const change = (name: string, json: string | null) => {
        changes += `${changes === "" ? "" : ","}${own.quote(name)}:${json === null ? "null" : own.quote(json)}`;
        chars += json?.length ?? 0;
      };
      const known = own.ownKeys(before);
      for (let index = 0; index < known.length; index++)
        if (!own.hasOwn(after, known[index] as string)) change(known[index] as string, null);
      const names = own.ownKeys(after);
      for (let index = 0; index < names.length; index++) {
        const name = names[index] as string;
        if (after[name] === before[name]) continue;
        change(name, after[name] as string);
        if (!isJson(value[name], 0))
          altered += `${altered === "" ? "" : ", "}${own.quote(own.sliceText(name, 0, 60))}`;
      }
      if (changes === "") return;
      problem ??= await keep(`{${changes}}`, chars);
      if (problem !== undefined) notes.add(`What was put into state was not kept: ${problem}`);
      else if (altered !== "")
        notes.add(
          `state keeps JSON. Later runs get as text or plain members what is something else (a Map, bytes, a BigInt, a function, a cycle) in ${own.sliceText(altered, 0, 300)}.`,
        );
    },
  };

  async function keep(changes: string, chars: number): Promise<string | undefined> {
    try {
      const bytes = chars > maxStateChars ? chars : await store?.change(changes);
      return bytes === undefined
        ? undefined
        : `it has ${own.formatNumber(bytes, "en")} bytes of JSON, and 4 MB are kept (500 KB in a kept program).`;
    } catch (error) {
      return messageOf(error);
    }
  }
}

/** The JSON text of each member; those that are no data are left out. */
function textsOf(value: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = { __proto__: null } as never;
  const names = own.ownKeys(value);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string;
    const member = value[name];
    if (member === undefined || typeof member === "function") continue;
    texts[name] = writeJson(member, { maxChars: maxStateChars + 1, maxString: maxStateChars + 1 });
  }
  return texts;
}

/** Whether a later run gets what this one put in. A date is its text, as in any JSON. */
function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== "object")
    return (
      typeof value === "string" ||
      typeof value === "boolean" ||
      value === undefined ||
      value === null ||
      (typeof value === "number" && own.isFiniteNumber(value))
    );
  if (depth >= maxResultDepth) return false;
  try {
    const prototype: unknown = own.getPrototypeOf(value);
    const list = own.isArray(value);
    // What has members of its own kind is written by rules of its own: only a date stays what JSON makes of it.
    if (!list && prototype !== null && prototype !== own.baseObject)
      return typeof own.dateTime(value) === "number";
    const names = own.ownKeys(value);
    for (let index = 0; index < names.length; index++)
      if (!isJson((value as Record<string, unknown>)[names[index] as string], depth + 1)) return false;
    return true;
  } catch {
    return false;
  }
}
