/** Long work in turns with everybody else's. */

/** Of a text, in UTF-16 units, after which others get their turn. */
export const longChars = 256 * 1024;

/**
 * @param work yields where it can be left for a moment
 * @param turn lets others get theirs
 * @returns what it returns
 */
export async function inTurns<Result>(work: Iterator<void, Result>, turn = othersTurn): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await turn();
  }
}

/** All of it in one turn. */
export function atOnce<Result>(work: Iterator<void, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Lets the runtime get to whatever else waits. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
