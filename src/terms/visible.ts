/**
 * Untrusted text made safe to look at, for every page, question and message that a person decides by. Guarantee: what a
 * reader cannot see, or cannot tell from a space, is marked by its code point; what runs from right to left stays in its
 * place; where every byte counts, blanks push nothing out of sight; and marked text can be read back, because the bracket of
 * the marks is marked too. Does not escape HTML.
 */

/**
 * Invisible: controls, format characters, unassigned and private ones (`C`), separators (`Z`), whatever Unicode calls
 * ignorable (fillers, variation selectors, tags), the object replacement, and what is blank by its own name (Braille, Egyptian,
 * Khitan, a notehead).
 */
const hidden =
  /[\u{16fe4}\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u27e8\u{13441}\u{13442}\u{1d159}]/gv;

/** The same for an editor, which marks it itself: what begins, indents and ends lines stays. */
export const hiddenInCode = new RegExp(`[${hidden.source}--[ \\n\\t]]`, "gv");

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

/** Text of several lines to be read byte by byte: a carriage return is marked too, and blanks that are many are counted. */
export function visibleExactly(text: string): string {
  return marked(text, " \n\t", counted);
}

/** A name, an address or another text that has one line: line feeds and tabs are marked too, and blanks that are many are counted. */
export function visibleLine(text: string): string {
  return marked(text, " ", counted);
}

/** Behind so many blanks, which are a line of them, nobody looks for more text. */
const manyBlanks = 80;

/** Blanks that push what follows out of sight are marked by their number. */
function counted(text: string): string {
  return text.replace(/[ \n\t]+/g, (blanks) =>
    blanks.length < manyBlanks ? blanks : blanks.replace(/ +|\n+|\t+/g, (same) => mark(same, same.length)),
  );
}

/** How a character that is not seen is shown. */
export function mark(char: string, times = 1): string {
  const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return `⟨U+${code}${times > 1 ? ` × ${times}` : ""}⟩`;
}

/**
 * What acts on a terminal, on the order of what is beside it, or on a model alone: controls, changes of direction,
 * separators of lines, anchors of annotations, tags and further variation selectors. Joiners, accents and blanks of
 * other widths are part of texts.
 */
const acting = /[[\p{Cc}--[\t\n\r]]\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gv;

/** Whether a text of several lines can be shown as it is. A carriage return alone writes over its line. */
export function isPlain(text: string): boolean {
  return text.search(acting) < 0 && !/\r(?!\n)/.test(text);
}

/** The same JSON, for the same value, in which whatever acts unseen is escaped as JSON escapes it. */
export function visibleJson(json: string): string {
  return json.replace(acting, (found) =>
    Array.from({ length: found.length }, (_, at) => {
      const unit = found.charCodeAt(at).toString(16).padStart(4, "0");
      return `\\u${unit}`;
    }).join(""),
  );
}

function marked(text: string, kept: string, blanks = (shown: string) => shown): string {
  // The list of emoji is long: it is only looked through where it matters.
  const pattern = partOfEmoji.test(text) ? hiddenBesideEmoji : hidden;
  const shown = text.replace(pattern, (found, emoji?: unknown) => {
    if (typeof emoji === "string" || kept.includes(found)) return found;
    return mark(found);
  });
  return blanks(shown).replace(runs, (run) => `${isolate}${run}${endOfIsolate}`);
}
