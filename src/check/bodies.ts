/** Which catalogs have to be shipped whole for a program; of the others the index is enough. */
import { anyName, type Program } from "../terms/program.ts";

/** Globals that read more of a document than its list of operations. */
const readers = ["spec", "describe", "api"];

/**
 * @param apis names of all APIs that the run may use
 * @returns those whose body the program may touch; the index of each is always needed
 */
export function bodiesNeeded(program: Program, apis: readonly string[]): Set<string> {
  const { freeNames, apiNames } = program;
  if (freeNames.has(anyName) || apiNames.has(anyName)) return new Set(apis);
  // With one API the bare names refer to it; with several, `describe` takes an operation of any of them.
  const bare = apis.length === 1 ? readers : ["describe"];
  if (bare.some((name) => freeNames.has(name))) return new Set(apis);
  return new Set(apis.filter((name) => apiNames.has(name)));
}
