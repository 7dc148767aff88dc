/**
 * Untrusted text made safe to look at, for every page, question and message that a person decides by. Guarantee: what a
 * reader cannot see, or cannot tell from a space, is marked by its code point; what runs from right to left stays in its
 * place; and marked text can be read back, because the bracket of the marks is marked too. Does not escape HTML.
 */

/**
 * Invisible: controls, format characters, unassigned and private ones (`C`), separators (`Z`), whatever Unicode calls
 * ignorable (fillers, variation selectors, tags), the object replacement, and what is blank by its own name (Braille, Egyptian,
 * Khitan, a notehead).
 */
const hidden =
  /[\u{16fe4}\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u27e8\u{13441}\u{13442}\u{1d159}]/gv;

/** Joiners, selectors and tags are part of one visible sign in the sequences that Unicode recommends as emoji. */
const hiddenBesideEmoji = new RegExp(`(\\p{RGI_Emoji})|${hidden.source}`, "gv");
const partOfEmoji = /\u200d|\ufe0f|[\u{e0020}-\u{e007f}]/u;

/** Blocks whose letters run from right to left (Unicode, DerivedBidiClass), and a run of words of such letters. */
const rightToLeft = String.raw`[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]`;
const runs = new RegExp(`${rightToLeft}(?:[${rightToLeft.slice(1, -1)}\\p{M} ]*${rightToLeft})?`, "gu");

/** RIGHT-TO-LEFT ISOLATE and POP DIRECTIONAL ISOLATE: ours are the only ones, because those of the text are marked. */
const isolate = "\u2067";
const endOfIsolate = "\u2069";

/** Text of several lines. Line feeds and tabs stay; CRLF is shown as a line feed. */
export function visible(text: string): string {
  return marked(text.replaceAll("\r\n", "\n"), " \n\t");
}

/** Text of several lines to be read byte by byte: a carriage return is marked too. */
export function visibleExactly(text: string): string {
  return marked(text, " \n\t");
}

/** A name, an address or another text that has one line: line feeds and tabs are marked too. */
export function visibleLine(text: string): string {
  return marked(text, " ");
}

function marked(text: string, kept: string): string {
  // The list of emoji is long: it is only looked through where it matters.
  const pattern = partOfEmoji.test(text) ? hiddenBesideEmoji : hidden;
  const shown = text.replace(pattern, (found, emoji?: unknown) => {
    if (typeof emoji === "string" || kept.includes(found)) return found;
    return `⟨U+${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
  return shown.replace(runs, (run) => `${isolate}${run}${endOfIsolate}`);
}
