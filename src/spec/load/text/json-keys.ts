/** Keys that stand twice in an object of JSON. `JSON.parse` keeps the last and says nothing. */
import { repeatedMessage } from "./parsed.ts";
import { LineCounter } from "yaml";
import type { Json } from "../../objects.ts";
import { setMerged } from "./parsed.ts";
import type { TextFault } from "./parsed.ts";
import type { Parsed } from "./parsed.ts";
import { behindBlanks, endOfString } from "./relaxed-json.ts";

/**
 * Looks for keys that stand twice, and reads the text anew if there are any.
 * @param text valid JSON
 * @param value what `JSON.parse` made of it
 * @returns undefined if every key stands once
 */
export function repeatedKeys(text: string, value: unknown): Parsed | undefined {
  if (writtenKeys(text) === keptKeys(value)) return undefined;
  try {
    return new Reader(text).read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Too deep for a reader that calls itself: what JSON.parse made of it is used.
    return { value, faults: [{ tokens: [], message: "Keys stand twice; the last of each counts" }] };
  }
}

/** Counting both sides is far quicker than remembering every key of every object, and nearly always enough. */
function writtenKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at = behindBlanks(text, endOfString(text, at));
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

/** Reads text that is known to be valid JSON. */
class Reader {
  readonly #text: string;
  readonly #faults: TextFault[] = [];
  readonly #path: string[] = [];
  #at = 0;
  #lines: LineCounter | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Parsed {
    return { value: this.#value(), faults: this.#faults };
  }

  #value(): unknown {
    const letter = this.#letter();
    if (letter === "{") return this.#members();
    if (letter === "[") return this.#entries();
    const end = letter === '"' ? endOfString(this.#text, this.#at) : this.#endOfWord();
    const value = JSON.parse(this.#text.slice(this.#at, end)) as unknown;
    this.#at = end;
    return value;
  }

  #members(): Json {
    const object: Json = {};
    while (this.#letter(1) !== "}") {
      if (this.#letter() === ",") continue;
      const start = this.#at;
      this.#at = endOfString(this.#text, start);
      const key = JSON.parse(this.#text.slice(start, this.#at)) as string;
      this.#letter();
      this.#at++;
      this.#path.push(key);
      const value = this.#value();
      this.#path.pop();
      this.#at--;
      if (setMerged(object, key, value)) this.#repeated(key, value, start);
    }
    this.#at++;
    return object;
  }

  #entries(): unknown[] {
    const list: unknown[] = [];
    while (this.#letter(1) !== "]") {
      if (this.#letter() === ",") continue;
      this.#path.push(String(list.length));
      list.push(this.#value());
      this.#path.pop();
      this.#at--;
    }
    this.#at++;
    return list;
  }

  #repeated(key: string, value: unknown, offset: number): void {
    const { line, col } = (this.#lines ??= linesOf(this.#text)).linePos(offset);
    const place = `line ${line}, column ${col}`;
    this.#faults.push({ tokens: [...this.#path, key], message: repeatedMessage(place, value) });
  }

  /** The next letter that is no blank, at least `ahead` further; the reader stands there then. */
  #letter(ahead = 0): string {
    this.#at = behindBlanks(this.#text, this.#at + ahead);
    return this.#text[this.#at] as string;
  }

  #endOfWord(): number {
    let end = this.#at;
    while (end < this.#text.length && !/[\s,\]}]/.test(this.#text[end] as string)) end++;
    return end;
  }
}

/** Where the lines begin: a file may have thousands of such keys, too many to count lines for each. */
function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  for (let at = 0; at >= 0;) {
    lines.addNewLine(at);
    const end = text.indexOf("\n", at);
    at = end < 0 ? -1 : end + 1;
  }
  return lines;
}
