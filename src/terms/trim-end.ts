/**
 * Removes characters from the end of a text, in one step for each. A pattern such as `/x+$/` begins again at every one of
 * them: a text of a million would stop the thread.
 * @param one matches a single character that goes
 */
export function trimEndOf(text: string, one: RegExp): string {
  let end = text.length;
  while (end > 0 && one.test(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
}
