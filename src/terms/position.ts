/** Maps a position in the module that ran to the code that was sent. */
import type { Program } from "./program.ts";

interface CodePosition {
  /** 1-based. */
  line: number;
  /** 0-based. Missing if type annotations were removed from the line. */
  column?: number;
  /** The text of the line. */
  source: string;
}

/**
 * @param line 1-based line of the module
 * @param column 0-based column of the module
 * @returns undefined for a position outside the code that was sent
 */
export function positionInCode(program: Program, line: number, column: number): CodePosition | undefined {
  const codeLine = line - program.lineOffset;
  const source = lineOf(program.code, codeLine);
  if (source === undefined) return undefined;
  if (program.retypedLines.has(codeLine)) return { line: codeLine, source };
  let shift = 0;
  for (const insertion of program.insertions) {
    if (insertion.line !== codeLine) continue;
    const before = column - shift - insertion.column;
    if (before < 0) break;
    shift += Math.min(insertion.length, before);
  }
  return { line: codeLine, column: Math.min(column - shift, source.length), source };
}

/** The text of a line (1-based). Lines end where ECMAScript ends them. */
export function lineOf(code: string, line: number): string | undefined {
  return code.split(/\r\n|[\r\n\u2028\u2029]/)[line - 1];
}
