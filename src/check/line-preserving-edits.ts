/**
 * Changes a text without moving its lines: blanks parts of it, and inserts short texts without line breaks. Records
 * every insertion, so that a position in the result can be mapped back to the original.
 */
import { blank } from "./fences.ts";
import type { Insertion } from "../terms/program.ts";

export class Edits {
  readonly #source: string;
  readonly #blanks: { start: number; end: number }[] = [];
  readonly #inserts: { at: number; text: string }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  blank(start: number, end: number): void {
    this.#blanks.push({ start, end });
  }

  /** Inserts `text` before the character at `at`. Insertions at the same place keep the order of the calls. */
  insert(at: number, text: string): void {
    this.#inserts.push({ at, text });
  }

  apply(): { text: string; insertions: Insertion[] } {
    const source = this.#blanked();
    // The sort is stable.
    const inserts = this.#inserts.toSorted((a, b) => a.at - b.at);
    const lineAt = lineReader(this.#source);
    const pieces: string[] = [];
    let done = 0;
    const insertions: Insertion[] = [];
    for (const insert of inserts) {
      pieces.push(source.slice(done, insert.at), insert.text);
      done = insert.at;
      insertions.push({ ...lineAt(insert.at), length: insert.text.length });
    }
    return { text: pieces.join("") + source.slice(done), insertions };
  }

  #blanked(): string {
    const source = this.#source;
    const pieces: string[] = [];
    let done = 0;
    for (const { start, end } of this.#blanks.toSorted((a, b) => a.start - b.start)) {
      pieces.push(source.slice(done, Math.max(done, start)), blank(source.slice(Math.max(done, start), end)));
      done = Math.max(done, end);
    }
    return pieces.join("") + source.slice(done);
  }
}

/**
 * Line (1-based) and column (0-based) of rising offsets, in one pass over the text; a falling one begins a new pass.
 * Lines end where ECMAScript ends them.
 */
export function lineReader(source: string): (offset: number) => { line: number; column: number } {
  const breaks = /\r\n|[\r\n\u2028\u2029]/g;
  let start = 0;
  let line = 1;
  let next = breaks.exec(source);
  return (offset) => {
    if (offset < start) {
      breaks.lastIndex = start = 0;
      line = 1;
      next = breaks.exec(source);
    }
    for (; next && next.index + next[0].length <= offset; next = breaks.exec(source)) {
      start = next.index + next[0].length;
      line += 1;
    }
    return { line, column: offset - start };
  };
}
