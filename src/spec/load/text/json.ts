/**
 * Reads JSON, also with the comments, trailing commas and duplicate keys that editors let people write. `JSON.parse`
 * comes first: it reads nearly every document, ten times faster than a reader that sees those.
 *
 * Not ref-parser: it drops the first of two equal keys without a word, takes a comment for a key, and rounds
 * `enum: [9007199254740993]` (test/spec/load/bad-documents.test.ts, exact-numbers.test.ts).
 */
import { visit } from "jsonc-parser";
import type { Json } from "../../objects.ts";
import { exactNumber, repeatedMessage, setMerged, type Parsed, type TextFault } from "./parsed.ts";

/**
 * @returns the value, with a fault for every duplicate key
 * @throws SyntaxError of `JSON.parse`
 */
export function readStrict(text: string): Parsed {
  const value = parseExactly(text);
  if (writtenKeys(text) === keptKeys(value)) return { value, faults: [] };
  // If the text is nested too deep for a recursive reader, the value of JSON.parse is used.
  const faults = [{ tokens: [], message: "Duplicate keys; the last of each was used" }];
  return readEvents(text) ?? { value, faults };
}

/** @returns undefined if it is not JSON even with comments and trailing commas */
export function readRelaxed(text: string): Parsed | undefined {
  const read = readEvents(text);
  if (!read) return undefined;
  const message = "JSON does not allow comments or trailing commas; they were ignored";
  return { value: read.value, faults: [{ tokens: [], message }, ...read.faults] };
}

/** An integer of more digits than JavaScript's numbers hold for sure; whether it stands in a text is not told. */
const manyDigits = /(?<=[\s:,[])-?\d{16,}(?=[\s,}\]])/g;

/** As `JSON.parse`, with integers to the last digit. Its reviver sees them too, and takes four times as long. */
function parseExactly(text: string): unknown {
  const exact = withExactNumbers(text);
  if (exact === text) return JSON.parse(text);
  try {
    return JSON.parse(exact);
  } catch {
    // The error is to say where in the file it is.
    return JSON.parse(text);
  }
}

/** The numbers that `exactNumber` gives as texts, written as texts. */
function withExactNumbers(text: string): string {
  let exact = "";
  let copied = 0;
  let [start, end] = [0, 0];
  for (const { 0: source, index } of text.matchAll(manyDigits)) {
    // To the last string that begins before the number.
    for (let next = text.indexOf('"', end); next >= 0 && next < index; next = text.indexOf('"', end)) {
      start = next;
      end = endOfString(text, start);
    }
    if (end > index) continue;
    const key = /^\s*:\s*$/.test(text.slice(end, index)) ? text.slice(start + 1, end - 1) : "";
    const value = exactNumber(key, Number(source), source);
    if (typeof value !== "string") continue;
    exact += `${text.slice(copied, index)}"${value}"`;
    copied = index + source.length;
  }
  return exact + text.slice(copied);
}

/** An object or list that is being read, with the current key. */
interface Frame {
  holder: Json | unknown[];
  key: string;
  /** Of the key, 0-based. */
  line: number;
  column: number;
}

/** @returns undefined if the text is broken, or nested too deep for a recursive reader */
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
    onLiteralValue: (value: unknown, offset: number, length: number) =>
      add(exactNumber(frames.at(-1)?.key ?? "", value, text.slice(offset, offset + length))),
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

/** Comparing counts is much faster than remembering every key of every object. */
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

/** @returns the offset after the closing quote of the string at `start`; the end of a text that is no JSON */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}
