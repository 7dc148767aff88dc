/** Collects every fault in a person's settings before reporting, so that they can correct all of them at once. */
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
