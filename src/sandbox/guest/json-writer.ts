/**
 * Writes any JavaScript value as JSON text that is always valid and never longer than it may be. It keeps what
 * `JSON.stringify` loses or trips over: maps, sets, errors, BigInts, functions by their names, getters that throw,
 * proxies. Cycles become references to the ancestor; what is too large is cut between values, and says so.
 */
import { maxResultDepth, maxStringChars } from "../limits.ts";
import { messageOf } from "./message-of.ts";
import type { Notes } from "./notes.ts";
import * as own from "./primordials.ts";
import { readSpecial, type Special } from "./special-values.ts";

export interface WriterOptions {
  /** UTF-16 units of the whole text; what closes the open brackets and says what was left out comes on top. */
  maxChars: number;
  notes?: Notes;
  /** JSON pointer of an object that is a named part of the API's document, as a URI fragment. */
  pointerOf?: ((value: object) => string | undefined) | undefined;
  /** Bodies of responses that were read before, by the `Response`. */
  bodies?: unknown;
}

/** A named part that is shorter than this is written again rather than referred to. */
const minReferredChars = 80;

/** So many members, and texts of this length, are left to `JSON.stringify` together with what they stand in. */
const maxFlatMembers = 1_000;
const maxFlatChars = 4_096;

const cutNote = "The result was too large: parts of it were left out where the text says so.";

export class JsonWriter {
  #text = "";
  #left: number;
  readonly #options: WriterOptions;
  /** The objects around the value that is being written, from the root on, and the keys that lead to them. */
  readonly #ancestors: object[] = [];
  readonly #keys: (string | number | undefined)[] = [];
  /** Named parts of the document that stand in the text already, with their length. */
  readonly #named = own.newMap<object, number>();

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#left = options.maxChars;
  }

  /** The JSON text of `value`; `null` for undefined. Never throws. */
  write(value: unknown): string {
    this.#value(value, undefined, 0);
    return this.#text;
  }

  #put(text: string): void {
    this.#text += text;
    this.#left -= text.length;
  }

  /** @param key undefined for what stands at the place of another value */
  #value(value: unknown, key: string | number | undefined, depth: number): void {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        // JSON has no such numbers, and null would say that there was none.
        return this.#put(own.isFiniteNumber(value) ? own.toText(value) : own.quote(own.toText(value)));
      case "boolean":
        return this.#put(value ? "true" : "false");
      case "bigint":
        return this.#string(own.toText(value));
      case "symbol":
        return this.#string(own.describeSymbol(value));
      case "undefined":
        return this.#put("null");
      case "function":
        return this.#string(functionText(value));
      default:
        if (value === null) return this.#put("null");
        return this.#object(value as object, key, depth);
    }
  }

  #string(text: string): void {
    const room = own.min(maxStringChars, this.#left < 0 ? 0 : this.#left);
    if (text.length <= room) return this.#put(own.quote(text));
    this.#options.notes?.add(cutNote);
    const kept = wholeCharacters(text, room);
    this.#put(own.quote(`${own.sliceText(text, 0, kept)}… [${count(text.length - kept)} more characters]`));
  }

  #object(value: object, key: string | number | undefined, depth: number): void {
    const pointer = this.#pointer(value);
    const above = depth === 0 ? -1 : own.lastIndexOf(this.#ancestors, value, depth - 1);
    if (above >= 0) return this.#reference(pointer ?? this.#pathTo(above));
    if (pointer !== undefined) {
      const length = own.mapGet(this.#named, value as never) as number | undefined;
      if (length !== undefined && length >= minReferredChars) return this.#reference(pointer);
    }
    if (depth >= maxResultDepth) {
      this.#options.notes?.add(
        `The result is nested deeper than ${maxResultDepth} levels: what is below was left out.`,
      );
      return this.#put(own.quote(`[nested deeper than ${maxResultDepth} levels]`));
    }
    const start = this.#text.length;
    own.setAt(this.#ancestors, depth, value);
    own.setAt(this.#keys, depth, key);
    try {
      this.#members(value, depth);
    } catch (error) {
      // A proxy, or a prototype that was tampered with: what was written of it is not whole, so it goes.
      this.#text = own.sliceText(this.#text, 0, start);
      this.#put(own.quote(`[could not be read: ${messageOf(error)}]`));
    }
    if (pointer !== undefined) own.mapSet(this.#named, value as never, (this.#text.length - start) as never);
  }

  #pointer(value: object): string | undefined {
    try {
      const pointer = this.#options.pointerOf?.(value);
      return typeof pointer === "string" ? pointer : undefined;
    } catch {
      return undefined;
    }
  }

  #reference(pointer: string): void {
    this.#put(`{"$ref":${own.quote(pointer)}}`);
  }

  #members(value: object, depth: number): void {
    if (own.isArray(value)) {
      const flat = this.#flat(value, value.length);
      if (flat !== undefined) return this.#put(flat);
      return this.#list(value.length, value, depth);
    }
    const prototype: unknown = own.getPrototypeOf(value);
    const plain = prototype === null || prototype === own.baseObject;
    if (!plain || own.hasOwn(value, "toJSON")) {
      const special = readSpecial(value, this.#options.bodies);
      if (special) return this.#special(special, depth);
    }
    const names = own.ownKeys(value);
    const flat = this.#flat(value, names.length, names);
    if (flat !== undefined) return this.#put(flat);
    return this.#keyed(names, value, names, depth);
  }

  /**
   * The whole text of an object or list that holds nothing but short texts, numbers, booleans and null: most do, and
   * the engine writes such a one several times faster than code can. Undefined for any other.
   */
  #flat(holder: object, length: number, names?: string[]): string | undefined {
    if (length > maxFlatMembers) return undefined;
    try {
      // Somebody's `toJSON`, on the prototype of all objects maybe, would be asked instead.
      if ("toJSON" in holder) return undefined;
      for (let index = 0; index < length; index++) {
        const member = (holder as Members)[names === undefined ? index : (names[index] as string)];
        if (!isFlat(member)) return undefined;
      }
      const text: unknown = own.quote(holder as never);
      return typeof text === "string" && text.length <= this.#left ? text : undefined;
    } catch {
      // A getter or a proxy: member by member it can be told which one.
      return undefined;
    }
  }

  #special(special: Special, depth: number): void {
    if (special.note) this.#options.notes?.add(special.note);
    switch (special.kind) {
      case "text":
        return this.#string(special.text);
      case "value":
        return this.#value(special.value, undefined, depth + 1);
      case "list":
        return this.#list(special.list.length, special.list, depth);
      case "members":
        return this.#keyed(special.names, special.values, undefined, depth);
    }
  }

  #list(length: number, list: readonly unknown[], depth: number): void {
    this.#put("[");
    for (let index = 0; index < length; index++) {
      if (index > 0) this.#put(",");
      if (this.#left <= 0) {
        this.#options.notes?.add(cutNote);
        this.#put(own.quote(`… [${count(length - index)} more items]`));
        break;
      }
      this.#value(this.#read(list, index), index, depth + 1);
    }
    this.#put("]");
  }

  /** @param keys where the value of each name is in the holder: by its position unless told */
  #keyed(names: string[], holder: object, keys: string[] | undefined, depth: number): void {
    this.#put("{");
    let first = true;
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      if (this.#left <= 0) {
        this.#options.notes?.add(cutNote);
        this.#put(`${first ? "" : ","}"…":${own.quote(`[${count(names.length - index)} more members]`)}`);
        break;
      }
      const value = this.#read(holder, keys === undefined ? index : (keys[index] as string));
      if (value === undefined) continue;
      if (!first) this.#put(",");
      first = false;
      this.#string(name);
      this.#put(":");
      this.#value(value, name, depth + 1);
    }
    this.#put("}");
  }

  /** A member, or what went wrong in its getter. */
  #read(holder: object, key: string | number): unknown {
    try {
      return (holder as Members)[key];
    } catch (error) {
      return `[getter threw: ${messageOf(error)}]`;
    }
  }

  /** JSON pointer of an ancestor from the root of the result, as a URI fragment (RFC 6901 §6). */
  #pathTo(depth: number): string {
    let path = "#";
    for (let index = 0; index <= depth; index++) {
      const key = this.#keys[index];
      if (key === undefined) continue;
      path += `/${own.replaceAllText(own.replaceAllText(own.toText(key), "~", "~0"), "/", "~1")}`;
    }
    return path;
  }
}

type Members = Record<string | number, unknown>;

function isFlat(member: unknown): boolean {
  if (typeof member === "string") return member.length <= maxFlatChars;
  if (typeof member === "number") return own.isFiniteNumber(member);
  return typeof member === "boolean" || member === null;
}

function functionText(value: unknown): string {
  try {
    const name = own.getOwnPropertyDescriptor(value as object, "name")?.value as unknown;
    return typeof name === "string" && name !== ""
      ? `[function ${own.sliceText(name, 0, 100)}]`
      : "[function]";
  } catch {
    return "[function]";
  }
}

/** The longest length up to `wanted` that does not cut a surrogate pair. */
function wholeCharacters(text: string, wanted: number): number {
  const code = wanted > 0 ? own.charCode(text, wanted - 1) : 0;
  return code >= 0xd800 && code <= 0xdbff ? wanted - 1 : wanted;
}

function count(number: number): string {
  return own.formatNumber(number, "en");
}
