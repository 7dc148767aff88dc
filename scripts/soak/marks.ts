/** The marks planted for each user, to see that none reaches another: each mark names its owner. Pure. */

export const markKinds = ["credential", "data", "log", "recall"] as const;
export type MarkKind = (typeof markKinds)[number];

/** @param salt differs from run to run, so that a mark of an earlier run is not taken for one of this run */
export function markOf(kind: MarkKind, user: number, salt: string): string {
  return `mark_${kind}_${user}_${salt}`;
}

/**
 * Looks through everything that was answered to somebody.
 * @returns a sentence for each mark that must not be there: another person's, or a credential, even one's own
 */
export function leaksIn(text: string, user: number): string[] {
  const leaks = new Set<string>();
  for (const [, kind, owner] of text.matchAll(/mark_([a-z]+)_(\d+)_/g)) {
    if (Number(owner) !== user) leaks.add(`user ${user} was shown the ${kind} mark of user ${owner}`);
    else if (kind === "credential") leaks.add(`user ${user} was shown a credential`);
  }
  return [...leaks];
}
