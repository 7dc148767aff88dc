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

/** Where a value stands, back to the root. */
interface Place {
  value: object;
  key: string | number;
  above: Place | undefined;
}

/** A named part that is shorter than this is written again rather than referred to. */
const minReferredChars = 80;

const cutNote = "The result was too large: parts of it were left out where the text says so.";

export class JsonWriter {
  #text = "";
  #left: number;
  readonly #options: WriterOptions;
  readonly #ancestors = own.newMap<object, Place>();
  /** Named parts of the document that stand in the text already, with their length. */
  readonly #named = own.newMap<object, number>();

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#left = options.maxChars;
  }

  /** The JSON text of `value`; `null` for undefined. Never throws. */
  write(value: unknown): string {
    this.#value(value, "", undefined, 0);
    return this.#text;
  }

  #put(text: string): void {
    this.#text += text;
    this.#left -= text.length;
  }

  #value(value: unknown, key: string | number, above: Place | undefined, depth: number): void {
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
        return this.#object(value as object, { value: value as object, key, above }, depth);
    }
  }

  #string(text: string): void {
    const room = own.min(maxStringChars, this.#left < 0 ? 0 : this.#left);
    if (text.length <= room) return this.#put(own.quote(text));
    this.#options.notes?.add(cutNote);
    const kept = wholeCharacters(text, room);
    this.#put(own.quote(`${own.sliceText(text, 0, kept)}… [${count(text.length - kept)} more characters]`));
  }

  #object(value: object, place: Place, depth: number): void {
    const pointer = this.#pointer(value);
    const ancestor = own.mapGet(this.#ancestors, value as never) as Place | undefined;
    if (ancestor) return this.#reference(pointer ?? pathOf(ancestor));
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
    own.mapSet(this.#ancestors, value as never, place as never);
    try {
      this.#members(value, place, depth);
    } catch (error) {
      // A proxy, or a prototype that was tampered with: what was written of it is not whole, so it goes.
      this.#text = own.sliceText(this.#text, 0, start);
      this.#put(own.quote(`[could not be read: ${messageOf(error)}]`));
    }
    own.mapDelete(this.#ancestors, value as never);
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

  #members(value: object, place: Place, depth: number): void {
    if (own.isArray(value)) return this.#list(value.length, (index) => value[index], place, depth);
    const prototype: unknown = own.getPrototypeOf(value);
    const plain = prototype === null || prototype === own.baseObject;
    if (!plain || own.hasOwn(value, "toJSON")) {
      const special = readSpecial(value, this.#options.bodies);
      if (special) return this.#special(special, place, depth);
    }
    return this.#keyed(own.ownKeys(value), (name) => (value as Record<string, unknown>)[name], place, depth);
  }

  #special(special: Special, place: Place, depth: number): void {
    if (special.note) this.#options.notes?.add(special.note);
    switch (special.kind) {
      case "text":
        return this.#string(special.text);
      case "value":
        return this.#value(special.value, place.key, place, depth + 1);
      case "list": {
        const { list } = special;
        return this.#list(list.length, (index) => list[index], place, depth);
      }
      case "members": {
        const { names, values } = special;
        let index = -1;
        return this.#keyed(names, () => values[++index], place, depth);
      }
    }
  }

  #list(length: number, read: (index: number) => unknown, place: Place, depth: number): void {
    this.#put("[");
    for (let index = 0; index < length; index++) {
      if (index > 0) this.#put(",");
      if (this.#left <= 0) {
        this.#options.notes?.add(cutNote);
        this.#put(own.quote(`… [${count(length - index)} more items]`));
        break;
      }
      this.#value(this.#read(read, index), index, place, depth + 1);
    }
    this.#put("]");
  }

  #keyed(names: string[], read: (name: string) => unknown, place: Place, depth: number): void {
    this.#put("{");
    let first = true;
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      if (this.#left <= 0) {
        this.#options.notes?.add(cutNote);
        this.#put(`${first ? "" : ","}"…":${own.quote(`[${count(names.length - index)} more members]`)}`);
        break;
      }
      const value = this.#read(read, name);
      if (value === undefined) continue;
      if (!first) this.#put(",");
      first = false;
      this.#string(name);
      this.#put(":");
      this.#value(value, name, place, depth + 1);
    }
    this.#put("}");
  }

  /** A member, or what went wrong in its getter. */
  #read<K>(read: (key: K) => unknown, key: K): unknown {
    try {
      return read(key);
    } catch (error) {
      return `[getter threw: ${messageOf(error)}]`;
    }
  }
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

/** JSON pointer of a place from the root of the result, as a URI fragment (RFC 6901 §6). */
function pathOf(place: Place): string {
  let path = "";
  for (let at: Place | undefined = place; at?.above; at = at.above) {
    const key = own.replaceAllText(own.replaceAllText(own.toText(at.key), "~", "~0"), "/", "~1");
    path = `/${key}${path}`;
  }
  return `#${path}`;
}

/** The longest length up to `wanted` that does not cut a surrogate pair. */
function wholeCharacters(text: string, wanted: number): number {
  const code = wanted > 0 ? own.charCode(text, wanted - 1) : 0;
  return code >= 0xd800 && code <= 0xdbff ? wanted - 1 : wanted;
}

function count(number: number): string {
  return own.formatNumber(number, "en");
}
