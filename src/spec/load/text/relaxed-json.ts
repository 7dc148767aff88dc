/**
 * JSON as editors let people write it: with comments and with a comma behind the last entry. Both are replaced by
 * blanks, so that every place in the text stays what it was.
 */

/** @returns undefined if the text has neither */
export function withoutExtras(text: string): string | undefined {
  const plain = blanked(blanked(text, commentAt), trailingCommaAt);
  return plain === text ? undefined : plain;
}

/**
 * Replaces parts of a text that stand outside its strings.
 * @param endOf the end of the part that begins at a place; the place itself if none does
 */
function blanked(text: string, endOf: (text: string, at: number) => number): string {
  const parts: string[] = [];
  let kept = 0;
  for (let at = 0; at < text.length;) {
    if (text[at] === '"') {
      at = endOfString(text, at);
      continue;
    }
    const end = endOf(text, at);
    if (end > at) {
      parts.push(text.slice(kept, at), text.slice(at, end).replace(/[^\r\n]/g, " "));
      kept = end;
    }
    at = Math.max(end, at + 1);
  }
  return kept === 0 ? text : parts.join("") + text.slice(kept);
}

/** Behind the closing quote of the string that begins at `start`; the end of the text if it has none. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

function commentAt(text: string, at: number): number {
  if (text[at] !== "/") return at;
  if (text[at + 1] === "/") {
    const line = text.indexOf("\n", at);
    return line < 0 ? text.length : line;
  }
  const end = text[at + 1] === "*" ? text.indexOf("*/", at + 2) : -1;
  return end < 0 ? at : end + 2;
}

function trailingCommaAt(text: string, at: number): number {
  if (text[at] !== ",") return at;
  const next = text[behindBlanks(text, at + 1)];
  if (next !== "}" && next !== "]") return at;
  let before = at - 1;
  while (text.charCodeAt(before) <= 0x20) before--;
  // A comma with nothing before it is more likely the trace of an entry that is missing.
  return "{[,:".includes(text[before] ?? "{") ? at : at + 1;
}

/** The next letter that is no space, tab or end of a line: all that JSON allows between its words. */
export function behindBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}
