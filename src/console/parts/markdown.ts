/**
 * CommonMark of an OpenAPI document as HTML. The text is a stranger's: HTML in it stays text, links lead to web pages only
 * and tell nothing of where they were, and pictures (which the page's policy would not load) are left out.
 */
import { micromark } from "micromark";
import { gfmTable, gfmTableHtml } from "micromark-extension-gfm-table";
import { html, raw } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { visible } from "../text.ts";

/** Longer text is shown as it is: a document's description can be a book. */
const maxChars = 20_000;

export function markdown(text: string): Markup {
  const shown = visible(text);
  if (shown.length > maxChars) return html`<pre class="wrap" tabindex="0">${shown}</pre>`;
  const rendered = micromark(shown, {
    allowDangerousHtml: false,
    allowDangerousProtocol: false,
    extensions: [gfmTable()],
    htmlExtensions: [gfmTableHtml()],
  })
    .replaceAll(/<img [^<>]*>/g, (image) => /alt="([^"]*)"/.exec(image)?.[1] ?? "")
    // Addresses of the document itself lead nowhere here.
    .replaceAll(/<a [^<>]*>/g, (link) => (/^<a href="https?:\/\//.test(link) ? link : "<a>"))
    .replaceAll('<a href="', '<a rel="noreferrer noopener" target="_blank" href="')
    .replaceAll(/ (?:align|title)="[^"]*"/g, "");
  return html`<div class="prose">${raw(rendered)}</div>`;
}
