/**
 * Writes any JavaScript value as JSON text that is always valid and never longer than it may be. It keeps what
 * `JSON.stringify` loses or trips over: maps, sets, errors, BigInts, functions by their names, getters that throw,
 * proxies. Cycles become references to the ancestor; what is too large is cut between values, and says so.
 */
import { maxResultDepth, maxResultValues, maxStringChars } from "../limits.ts";
import type { Attachments } from "./attachments.ts";
import { messageOf } from "./message-of.ts";
import type { Notes } from "./notes.ts";
import * as own from "./primordials.ts";
import { readSpecial } from "./special-values.ts";

export interface WriterOptions {
  /** UTF-16 units of the whole text; what closes the open brackets and says what was left out comes on top. */
  maxChars: number;
  notes?: Notes;
  /** JSON pointer of an object that is a named part of the API's document, as a URI fragment. */
  pointerOf?: ((value: object) => string | undefined) | undefined;
  /** UTF-16 units of one string; by default `maxStringChars`. */
  maxString?: number;
  /** What was read before: bodies of responses by the `Response`, bytes of blobs by the `Blob`. */
  bodies?: unknown;
  /** Takes bytes that are handed over beside the result. */
  attachments?: Attachments | undefined;
}

/** Where a value stands, back to the root. */
interface Place {
  value: object;
  key: string | number;
  above: Place | undefined;
}

/** Signs that are gathered before they become part of the flat text. */
const pieceChars = 2_048;

/** What an error costs that is thrown while a value is read, in values. */
const valuesOfError = 100;

/** A named part that is shorter than this is written again rather than referred to. */
const minReferredChars = 80;

const cutNote =
  "The result was too large: parts of it were left out where the text says so, and recall does not have them. Return less at a time; execute can make a file of it: await file(text, name).";

/** The JSON text of `value`; `null` for undefined. Never throws. */
export const writeJson = (value: unknown, options: WriterOptions): string =>
  writeMeasured(value, options).text;

/** As `writeJson`, with the UTF-16 units of the longest string in the text. */
export function writeMeasured(
  value: unknown,
  { maxChars, maxString = maxStringChars, notes, pointerOf, bodies, attachments }: WriterOptions,
): { text: string; longest: number } {
  // The text is what was flattened, then `piece`: of a whole text that grows by signs, the engine keeps every sign.
  let flat = "";
  let piece = "";
  let left = maxChars;
  let valuesLeft = maxResultValues;
  let longest = 0;
  /** Named parts of the document that the text already holds, with their length. */
  const named = own.newMap<object, number>();
  write(value, "", undefined, 0);
  return { text: flat + piece, longest };

  function put(more: string): void {
    piece += more;
    left -= more.length;
    if (piece.length < pieceChars) return;
    flat += own.flatten(piece);
    piece = "";
  }

  /** Takes back what was written after the text had this length. */
  function takeBack(length: number): void {
    if (length < flat.length) {
      flat = own.sliceText(flat, 0, length);
      piece = "";
    } else piece = own.sliceText(piece, 0, length - flat.length);
  }

  function write(one: unknown, key: string | number, above: Place | undefined, depth: number): void {
    switch (typeof one) {
      case "number":
        // JSON has no such numbers, and null would say that there was none.
        return put(own.isFiniteNumber(one) ? own.toText(one) : own.quote(own.toText(one)));
      case "boolean":
        return put(own.toText(one));
      case "string":
      case "bigint":
        return putString(own.toText(one));
      case "symbol":
        return putString(own.describeSymbol(one));
      case "undefined":
        return put("null");
      case "function":
        return putString(functionText(one));
      default:
        if (one === null) return put("null");
        return putObject({ value: one as object, key, above }, depth);
    }
  }

  function putString(whole: string): void {
    const room = own.min(maxString, left < 0 ? 0 : left);
    if (longest < whole.length) longest = whole.length;
    if (whole.length <= room) return put(own.quote(whole));
    notes?.add(cutNote);
    const kept = wholeCharacters(whole, room);
    put(own.quote(`${own.sliceText(whole, 0, kept)}… [${count(whole.length - kept)} more characters]`));
  }

  function putObject(place: Place, depth: number): void {
    const key = place.value as never;
    const pointer = pointerTo(key);
    const ancestor = ancestorOf(place);
    if (ancestor) return putReference(pointer ?? pathOf(ancestor));
    if (pointer !== undefined) {
      const length = own.mapGet(named, key) as number | undefined;
      if (length !== undefined && length >= minReferredChars) return putReference(pointer);
    }
    if (depth >= maxResultDepth) {
      notes?.add(`The result is nested deeper than ${maxResultDepth} levels: what is below was left out.`);
      return put(own.quote(`[nested deeper than ${maxResultDepth} levels]`));
    }
    const start = flat.length + piece.length;
    try {
      putMembers(place, depth);
    } catch (error) {
      // A proxy, or a prototype that was tampered with: the text is incomplete and is removed.
      failed();
      takeBack(start);
      put(own.quote(`[could not be read: ${messageOf(error)}]`));
    }
    if (pointer !== undefined) own.mapSet(named, key, (flat.length + piece.length - start) as never);
  }

  function pointerTo(object: object): string | undefined {
    try {
      const pointer = pointerOf?.(object);
      return typeof pointer === "string" ? pointer : undefined;
    } catch {
      return undefined;
    }
  }

  /** Asked before each value in a list or an object. */
  function isFull(): boolean {
    if (left > 0 && valuesLeft-- > 0) return false;
    notes?.add(cutNote);
    return true;
  }

  function failed(): void {
    valuesLeft -= valuesOfError;
  }

  /** A member, or what went wrong in its getter. */
  function readMember(from: object, key: string | number): unknown {
    try {
      return from[key as never];
    } catch (error) {
      failed();
      return `[getter threw: ${messageOf(error)}]`;
    }
  }

  function putReference(pointer: string): void {
    put(`{"$ref":${own.quote(pointer)}}`);
  }

  function putMembers(place: Place, depth: number): void {
    const object = place.value as Record<string, unknown>;
    if (own.isArray(object)) return putList(object, place, depth);
    const prototype: unknown = own.getPrototypeOf(object);
    const plain = prototype === null || prototype === own.baseObject;
    const special =
      plain && !own.hasOwn(object, "toJSON")
        ? undefined
        : readSpecial(object, { bodies, attachments, onThrow: failed });
    if (!special) return putKeyed(own.ownKeys(object), object, place, depth);
    if (special.note) notes?.add(special.note);
    switch (special.kind) {
      case "text":
        return putString(special.text);
      case "value":
        return write(special.value, place.key, place, depth + 1);
      case "list":
        return putList(special.list, place, depth);
      case "members":
        return putKeyed(special.names, special.values, place, depth);
    }
  }

  function putList(list: unknown[], place: Place, depth: number): void {
    const { length } = list;
    put("[");
    for (let index = 0; index < length; index++) {
      if (index > 0) put(",");
      if (isFull()) {
        put(own.quote(`… [${count(length - index)} more items]`));
        break;
      }
      write(readMember(list, index), index, place, depth + 1);
    }
    put("]");
  }

  /** @param from the values, by their names or in a list of their own */
  function putKeyed(names: string[], from: object | unknown[], place: Place, depth: number): void {
    const listed = from !== place.value;
    let separator = "";
    put("{");
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      if (isFull()) {
        put(`${separator}"…":${own.quote(`[${count(names.length - index)} more members]`)}`);
        break;
      }
      const member = readMember(from, listed ? index : name);
      if (member === undefined) continue;
      put(separator);
      separator = ",";
      putString(name);
      put(":");
      write(member, name, place, depth + 1);
    }
    put("}");
  }
}

/** The place above that has the same value: at most `maxResultDepth` steps, and no table to keep. */
function ancestorOf({ value, above }: Place): Place | undefined {
  for (let place = above; place; place = place.above) if (place.value === value) return place;
  return undefined;
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
