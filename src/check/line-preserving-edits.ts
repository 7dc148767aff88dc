/**
 * Changes a text without moving its lines: blanks parts of it, and inserts short texts without line breaks. Records
 * every insertion, so that a position in the result can be mapped back to the original.
 */
import { getLineInfo } from "acorn";
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
    let source = this.#source;
    for (const { start, end } of this.#blanks)
      source = source.slice(0, start) + blank(source.slice(start, end)) + source.slice(end);
    // The sort is stable.
    const inserts = this.#inserts.toSorted((a, b) => a.at - b.at);
    const lineAt = lineReader(this.#source);
    let text = "";
    let done = 0;
    const insertions: Insertion[] = [];
    for (const insert of inserts) {
      text += source.slice(done, insert.at) + insert.text;
      done = insert.at;
      insertions.push({ ...lineAt(insert.at), length: insert.text.length });
    }
    return { text: text + source.slice(done), insertions };
  }
}

/** Line and column of rising offsets, in one pass over the text. */
function lineReader(source: string): (offset: number) => { line: number; column: number } {
  let base = 0;
  let baseLine = 1;
  return (offset) => {
    const { line, column } = getLineInfo(source.slice(base), offset - base);
    base = offset - column;
    baseLine += line - 1;
    return { line: baseLine, column };
  };
}
