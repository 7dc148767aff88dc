/**
 * The words of names and prose in a comparable form. Documents use it at compile time, questions at run time.
 */

const ignored = new Set(
  "a all am an and are as at be by can do does for from how if in into is it its of on or our that the this to us was we what who with you your".split(
    " ",
  ),
);

/** Different words for the same thing. */
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

/** `listDNSRecords_v2` to `list dns record v2`: split at case, snake and kebab, in lower case and singular. */
export function words(text: string): string[] {
  const apart = text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase();
  const found: string[] = [];
  for (const word of apart.match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (ignored.has(word) || word.length > 40) continue;
    const one = singular(word);
    found.push(same.get(one) ?? one);
  }
  return found;
}

/** English plurals, roughly: it only has to be consistent, because both sides use it. */
function singular(word: string): string {
  if (word.length < 4 || !/[^sui]s$/.test(word)) return word;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}
