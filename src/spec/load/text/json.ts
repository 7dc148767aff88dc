/**
 * JSON, and what editors let people write: comments, a comma behind the last entry, a key that is already there.
 * `JSON.parse` reads nearly every document by itself, ten times faster than anything that sees those.
 */
import { visit } from "jsonc-parser";
import type { Json } from "../../objects.ts";
import { repeatedMessage, setMerged, type Parsed, type TextFault } from "./parsed.ts";

/**
 * @returns the value, with a fault for every repeated key
 * @throws SyntaxError of `JSON.parse`
 */
export function readStrict(text: string): Parsed {
  const value = JSON.parse(text) as unknown;
  if (writtenKeys(text) === keptKeys(value)) return { value, faults: [] };
  // Too deep for a reader that calls itself: what JSON.parse made of it is used.
  return (
    readEvents(text) ?? {
      value,
      faults: [{ tokens: [], message: "Duplicate keys; the last of each counts" }],
    }
  );
}

/** @returns undefined if it is not JSON even with comments and trailing commas */
export function readRelaxed(text: string): Parsed | undefined {
  const read = readEvents(text);
  if (!read) return undefined;
  const message = "It has comments or trailing commas, which JSON does not allow; they were ignored";
  return { value: read.value, faults: [{ tokens: [], message }, ...read.faults] };
}

/** An object or a list that is being read, and where in it the reader stands. */
interface Frame {
  holder: Json | unknown[];
  key: string;
  /** Of the key, from 0. */
  line: number;
  column: number;
}

/** @returns undefined if the text is broken, or nested too deep for a reader that calls itself */
function readEvents(text: string): Parsed | undefined {
  const faults: TextFault[] = [];
  const frames: Frame[] = [];
  let root: unknown;
  let isBroken = false;
  const begin = (holder: Json | unknown[]) => void frames.push({ holder, key: "", line: 0, column: 0 });
  const end = () => add(frames.pop()?.holder);
  function add(value: unknown): void {
    const frame = frames.at(-1);
    if (!frame) root = value;
    else if (Array.isArray(frame.holder)) frame.holder.push(value);
    else if (setMerged(frame.holder, frame.key, value)) {
      const place = `line ${frame.line + 1}, column ${frame.column + 1}`;
      faults.push({ tokens: frames.map(tokenOf), message: repeatedMessage(place, value) });
    }
  }
  const visitor = {
    onObjectBegin: () => begin({}),
    onObjectProperty(key: string, _offset: number, _length: number, line: number, column: number) {
      const frame = frames.at(-1)!;
      frame.key = key;
      frame.line = line;
      frame.column = column;
    },
    onObjectEnd: end,
    onArrayBegin: () => begin([]),
    onArrayEnd: end,
    onLiteralValue: add,
    onError: () => void (isBroken = true),
  };
  try {
    visit(text, visitor, { allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
  return isBroken ? undefined : { value: root, faults };
}

function tokenOf({ holder, key }: Frame): string {
  return Array.isArray(holder) ? String(holder.length) : key;
}

/** Counting both sides is far quicker than remembering every key of every object, and nearly always enough. */
function writtenKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at = endOfString(text, at);
    while (text.charCodeAt(at) <= 0x20) at++;
    if (text.charCodeAt(at) === 0x3a) count++;
  }
  return count;
}

function keptKeys(value: unknown): number {
  let count = 0;
  const waiting = [value];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== "object" || node === null) continue;
    const members = Object.values(node);
    if (!Array.isArray(node)) count += members.length;
    for (const member of members) if (typeof member === "object") waiting.push(member);
  }
  return count;
}

/** Behind the closing quote of the string that begins at `start`, in valid JSON. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}
