/**
 * Words of names and prose, made comparable: the same for the documents when they are compiled and for the
 * question when it is asked.
 */

const ignored = new Set(
  "a an and are as at be by for from if in into is it of on or that the this to with you your".split(" "),
);

/** `listDNSRecords_v2` to `list dns record v2`: camel, snake and kebab taken apart, lower case, singular. */
export function words(text: string): string[] {
  const apart = text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase();
  const found: string[] = [];
  for (const word of apart.match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (!ignored.has(word) && word.length <= 40) found.push(singular(word));
  }
  return found;
}

/** English plurals, roughly: both sides go through it, so that it need only be consistent. */
export function singular(word: string): string {
  if (
    word.length < 4 ||
    !word.endsWith("s") ||
    word.endsWith("ss") ||
    word.endsWith("us") ||
    word.endsWith("is")
  ) {
    return word;
  }
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}
