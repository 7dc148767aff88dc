/**
 * CommonMark of an OpenAPI document as HTML. The text is a stranger's: HTML in it stays text, links lead to web pages only
 * and tell nothing of where they were, and pictures (which the page's policy would not load) are left out. The time to
 * read it is bounded, whatever it is: markdown-it is fast where micromark took seconds.
 */
import MarkdownIt from "markdown-it";
import { html, raw } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { visible } from "../text.ts";
import { pre } from "./lines.ts";

/** Longer text is shown as it is: a document's description can be a book, and quotes with tables in them take quadratic time. */
export const maxMarkdownChars = 10_000;

const reader = new MarkdownIt({ html: false, maxNesting: 20 }).disable("strikethrough");
const { rules } = reader.renderer;
const { escapeHtml } = reader.utils;

// Other addresses stay text; those of the document itself lead nowhere here.
reader.validateLink = (address) => /^https?:\/\//i.test(address);
rules["link_open"] = (tokens, at) =>
  `<a rel="noreferrer noopener" target="_blank" href="${escapeHtml(String(tokens[at]?.attrGet("href")))}">`;
rules["image"] = (tokens, at) => escapeHtml(tokens[at]?.content ?? "");
// As all other code: what wraps is seen to.
rules["fence"] = rules["code_block"] = (tokens, at) =>
  String(pre([{ text: (tokens[at]?.content ?? "").replace(/\n$/, "") }]));
for (const cell of ["th", "td"]) rules[`${cell}_open`] = () => `<${cell}>`;

/** `> [!NOTE]` of GitHub's Markdown. */
const alert = /^( {0,3}>[ \t]?)\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*$/gm;
const named = (_: string, quote: string, kind: string) =>
  `${quote}**${kind[0]}${kind.slice(1).toLowerCase()}.**`;

export function markdown(text: string): Markup {
  const shown = visible(text);
  if (shown.length > maxMarkdownChars) return pre([{ text: shown }]);
  return html`<div class="prose">${raw(reader.render(shown.replaceAll(alert, named)))}</div>`;
}
