/**
 * The entries of a setting that lists something, between commas and spaces.
 * @returns undefined if there is text and no entry in it: where no entry means "all", `","` would open what it was to restrict
 */
export function entriesOf(text: string): string[] | undefined {
  const entries = text.split(/[\s,]+/).filter(Boolean);
  return entries.length === 0 && text !== "" ? undefined : entries;
}

/** Continues a sentence that begins with the name of the setting. */
export const noEntries = "holds only commas or spaces: name something in it, or leave it out";
