/** Characters of a long text replaced at the speed of a search: a function for each of 16 million would take seconds. */

type Replacement = readonly [from: string, to: string];

/** @param all in whose `to` none of the later ones stands */
export function replacedAll(text: string, all: readonly Replacement[]): string {
  let replaced = text;
  for (const [from, to] of all) replaced = replaced.replaceAll(from, to);
  return replaced;
}

/** Each of these characters, which are ASCII, with its percent-encoding. */
export function encodings(chars: string): Replacement[] {
  return [...chars].map((char) => [
    char,
    `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  ]);
}
