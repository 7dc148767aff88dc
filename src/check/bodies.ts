/** Which catalogs a program needs whole; for the others the index is enough. */
import { anyName, type Program } from "../terms/program.ts";

/** Globals that read more of a document than its list of operations. */
const readers = ["spec", "describe", "api"];

/**
 * @param apis names of all APIs that the run may use
 * @returns those whose body the program may touch
 */
export function bodiesNeeded(program: Program, apis: readonly string[]): Set<string> {
  const { freeNames, apiNames } = program;
  if (freeNames.has(anyName) || apiNames.has(anyName)) return new Set(apis);
  // With one API the bare names refer to it. With several, `describe` takes an operation of any.
  const bare = apis.length === 1 ? readers : ["describe"];
  if (bare.some((name) => freeNames.has(name))) return new Set(apis);
  return new Set(apis.filter((name) => apiNames.has(name)));
}
