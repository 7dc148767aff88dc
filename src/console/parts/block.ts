/** Text to read or to copy, under a line that says what it is. */
import { html } from "hono/html";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { breakable } from "./method.ts";
import { pre } from "./lines.ts";

/**
 * @param title what it is
 * @param content a `pre`, a list or a tree
 * @param extra at the right of the line
 */
export function block(title: string, content: Markup, extra?: Markup | false): Markup {
  return framed(html`<h2>${title}</h2>`, content, extra);
}

/** The same below a heading of its own. */
export function blockBelow(title: string, content: Markup, extra?: Markup | false): Markup {
  return framed(html`<h3>${title}</h3>`, content, extra);
}

function framed(heading: Markup, content: Markup, extra?: Markup | false): Markup {
  return html`<div class="block">
    <header>${heading}${extra}</header>
    ${content}
  </div>`;
}

/** A button that copies the text of the element with this id. Not there without a script, which it needs. */
export function copyButton(id: string, what: string): Markup {
  return copying(html`data-copies="${id}"`, what);
}

/** The same for the JSON that is at a path of ours, of which a page may show a part. It is copied with indentation, and a text as it is. */
export function copyFrom(path: string, what: string): Markup {
  return copying(html`data-copies-from="${path}"`, what);
}

function copying(source: Markup, what: string): Markup {
  return html`<button class="little plain script" type="button" ${source} aria-label="Copy ${what}">
    ${icon("copy")}<span>Copy</span>
  </button>`;
}

/** One line or a few to take away: a command, a URL, a token. */
export function toCopy(id: string, what: string, text: string): Markup {
  const content = text.includes("\n")
    ? pre([{ text }], { id })
    : html`<code id="${id}">${unbroken(text)}</code>`;
  return html`<div class="copied">${content}${copyButton(id, what)}</div>`;
}

/**
 * A flag of a command stays in one piece, because a line that ends with its hyphens reads as another command; an address
 * breaks between its segments.
 */
function unbroken(line: string): (Markup | string)[] {
  return line
    .split(/(?<= )(--[\w-]+)/)
    .flatMap((part, index) => (index % 2 === 1 ? html`<span class="flag">${part}</span>` : breakable(part)));
}
