/** The model's code, made into one module whose default export is the function to run. */
import type { Failure } from "../failure.ts";

export interface Program {
  /** Source of an ES module: `export default` an async function without free `import`s. */
  module: string;
  /** How many lines stand before line 1 of the code as it was sent, to map positions back. */
  lineOffset: number;
  /** Free identifiers of the code: tells which catalogs have to be shipped. */
  freeNames: ReadonlySet<string>;
}

export type ParseResult = { ok: true; program: Program } | { ok: false; failure: Failure };
