/** The model's code, made into one module whose default export is the function to run. */
import type { AnyNode, Program as Tree } from "acorn";
import type { Result } from "./result.ts";

/** In a set of names: any name, because computed access does not tell which. */
export const anyName = "*";

/**
 * Names that a run puts in scope. `fetch` is the platform's own in `execute`; in `search` it throws with advice. With
 * several APIs, `spec` and `api` throw and name the APIs.
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
  "file",
  "files",
  "each",
  "state",
  "sleep",
  "until",
  "run",
  "input",
] as const;
export type GlobalName = (typeof globalNames)[number];

/** Text that was inserted into a line. `line` is 1-based and `column` 0-based, both before the insertion. */
export interface Insertion {
  line: number;
  column: number;
  length: number;
}

/** A function in the model's code. */
export type FunctionNode = Extract<
  AnyNode,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
>;

export interface Program {
  /**
   * Source of an ES module without imports. Its default export is an async function that takes one function, which is
   * called in every loop and function of the code.
   */
  module: string;
  /** How many lines come before line 1 of the code as it was sent. */
  lineOffset: number;
  /** What was added to the code, in its order. */
  insertions: readonly Insertion[];
  /** Lines (1-based) that lost type annotations, so that their columns cannot be mapped back. */
  retypedLines: ReadonlySet<number>;
  /** The code as it was sent. */
  code: string;
  /** The code without its fence and types, with the same lines: the source of `tree`. */
  source: string;
  tree: Tree;
  /**
   * What to pass to the function that is called at the end: the global of that name, or for `undefined` the object of
   * all globals, or for `null` nothing, because it has a default of its own.
   */
  parameters: readonly (GlobalName | undefined | null)[];
  /**
   * Free identifiers of the code, and globals that it may reach in other ways (a destructured argument,
   * `context.spec`).
   */
  freeNames: ReadonlySet<string>;
  /** What follows `specs.` and `apis.` in the code. */
  apiNames: ReadonlySet<string>;
}

export type ParseResult = Result<{ program: Program }>;
