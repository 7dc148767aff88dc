/** Several looks at what a person has set: all that is wrong is said at once, so that it is corrected in one go. */
import { messageOf } from "../terms/log.ts";

/** @returns what it throws, as sentences: none if it does not */
export function faultsOf(look: () => unknown): string[] {
  try {
    look();
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}

/** @throws Error with a line for each sentence, if there is one */
export function throwAll(faults: readonly (string | false | undefined)[]): void {
  const said = faults.filter(Boolean);
  if (said.length > 0) throw new Error(said.join("\n"));
}
