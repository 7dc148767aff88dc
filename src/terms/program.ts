/** The model's code, made into one module whose default export is the function to run. */
import type { Program as Tree } from "acorn";
import type { Result } from "./result.ts";

/** Stands in a set of names for "any name": computed access makes it impossible to tell which. */
export const anyName = "*";

/**
 * Names that a run puts in scope. `fetch` is the platform's own in `execute`; in `search` it only says where to go.
 * With several APIs `spec` and `api` stand for none of them and say which names do.
 */
export const globalNames = [
  "spec",
  "specs",
  "operations",
  "find",
  "describe",
  "api",
  "apis",
  "fetch",
  "recall",
] as const;
export type GlobalName = (typeof globalNames)[number];

/** Text that was put into a line of the code. `line` is 1-based and `column` 0-based, both before insertion. */
export interface Insertion {
  line: number;
  column: number;
  length: number;
}

export interface Program {
  /**
   * Source of an ES module: `export default` an async function without free `import`s. It takes one function,
   * which is called in every loop and function of the code.
   */
  module: string;
  /** How many lines stand before line 1 of the code as it was sent, to map positions back. */
  lineOffset: number;
  /** What stands in the module and not in the code, in the order of the code. */
  insertions: readonly Insertion[];
  /** Lines (1-based) that lost type annotations: their columns say nothing about the code as it was sent. */
  retypedLines: ReadonlySet<number>;
  /** The code as it was sent. */
  code: string;
  /** The code without fence and types, each line where it was: the text that `tree` describes. */
  source: string;
  tree: Tree;
  /**
   * Parameters of the function that is called at the end: a name of `globalNames` gets that global, `undefined`
   * gets the object of all globals.
   */
  parameters: readonly (GlobalName | undefined)[];
  /**
   * Free identifiers of the code, and the globals that it may reach by other ways (the destructured argument,
   * `context.spec`). Holds `anyName` if it may be any.
   */
  freeNames: ReadonlySet<string>;
  /** What follows `specs.` and `apis.` in the code. Holds `anyName` if it may be any. */
  apiNames: ReadonlySet<string>;
}

export type ParseResult = Result<{ program: Program }>;
