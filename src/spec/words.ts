/**
 * Words of names and prose, made comparable: the same for the documents when they are compiled and for the
 * question when it is asked.
 */

const ignored = new Set(
  "a all am an and are as at be by can do does for from how if in into is it its of on or our that the this to us was we what who with you your".split(
    " ",
  ),
);

/** What names and questions say differently and mean the same. */
const same = new Map(
  Object.entries({
    me: "i my mine myself authenticated",
    repository: "repo",
    organization: "org organisation",
    configuration: "config",
    environment: "env",
    information: "info",
  }).flatMap(([word, others]) => others.split(" ").map((other): [string, string] => [other, word])),
);

/** `listDNSRecords_v2` to `list dns record v2`: camel, snake and kebab taken apart, lower case, singular. */
export function words(text: string): string[] {
  const apart = text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase();
  const found: string[] = [];
  for (const word of apart.match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (ignored.has(word) || word.length > 40) continue;
    const one = singular(word);
    found.push(same.get(one) ?? one);
  }
  return found;
}

/** English plurals, roughly: both sides go through it, so that it need only be consistent. */
function singular(word: string): string {
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
