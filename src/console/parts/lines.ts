/**
 * Text whose lines are lines of the page: one that is too long wraps below itself, further in than it begins, in a narrow
 * window and on paper too. Nothing runs out of sight, and no rest of a line looks like a line. The text is as it was: what is
 * selected or copied has no other line ends.
 */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { visible } from "../text.ts";

/** What begins further in wraps as if it began here: `style.ts` has a rule for each. */
export const maxIndent = 24;
/** The rest of a longer text wraps to its edge: each line costs a page an element. */
const maxLines = 1_000;

/** Part of a text. A part that is shown in a way of its own has no line end in it but those between its lines. */
export interface Piece {
  /** As it is to be read: what cannot be seen is marked already. */
  text: string;
  /** What it is shown as. The text itself, if it is left out. */
  as?: (text: string) => Markup;
}

interface Line {
  text: string;
  shown: (string | Markup)[];
}

/** @param id of the element, for a button that copies it @param dir where the order of what is shown decides what is read */
export function pre(pieces: readonly Piece[], { id, dir }: { id?: string; dir?: "ltr" } = {}): Markup {
  const more = html`${id !== undefined && html` id="${id}"`}${dir && html` dir="${dir}"`}`;
  return html`<pre tabindex="0" ${more}>${lines(pieces)}</pre>`;
}

/** The same of a text that is all shown as it is, with what cannot be seen marked. */
export const preText = (text: string, id?: string): Markup =>
  pre([{ text: visible(text) }], id === undefined ? {} : { id });

/** The lines alone, for a place with a frame of its own. */
export function lines(pieces: readonly Piece[]): Markup {
  const all = split(pieces);
  const shown = all.slice(0, maxLines).map((one, at) => {
    const end = at < all.length - 1 ? "\n" : "";
    return html`<span${classOf(one.text)}>${one.shown}${end}</span>`;
  });
  const rest = all.slice(maxLines).flatMap((one, at) => [at > 0 && "\n", ...one.shown]);
  return html`<code class="lines">${shown}${rest.length > 0 && html`<span>${rest}</span>`}</code>`;
}

function split(pieces: readonly Piece[]): Line[] {
  let last: Line = { text: "", shown: [] };
  const all = [last];
  for (const { text, as } of pieces)
    for (const [at, part] of text.split("\n").entries()) {
      if (at > 0) all.push((last = { text: "", shown: [] }));
      if (part === "") continue;
      last.text += part;
      last.shown.push(as ? as(part) : part);
    }
  return all;
}

/** How far in a line begins. @param sign that stands before it, as in a difference */
export function classOf(line: string, sign = ""): Markup | "" {
  const indent = sign.length + columnsBefore(line);
  return indent === 0 ? "" : html` class="i${Math.min(indent, maxIndent)}"`;
}

/** A tab is as wide as `tab-size` says: two columns. */
function columnsBefore(line: string): number {
  const [space = ""] = /^[ \t]*/.exec(line) ?? [];
  return space.length + space.split("\t").length - 1;
}
