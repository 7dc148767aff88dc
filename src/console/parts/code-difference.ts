/** What differs between two texts, line by line. */
import { diffLines } from "diff";
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { trimEndOf } from "../../terms/trim-end.ts";
import { visible } from "../text.ts";

/** Lines that differ: with more, nobody compares them any more, and finding them takes long. */
const maxEdits = 1_000;

/** @returns nothing if they are the same */
export function codeDifference(before: string, after: string): Markup | undefined {
  if (before === after) return undefined;
  const parts = diffLines(lined(before), lined(after), { maxEditLength: maxEdits });
  if (!parts) return html`<p class="quiet">More differs than can be shown: read the code as a whole.</p>`;
  return html`<pre class="difference" tabindex="0"><code>${parts.map(({ value, added, removed }) => {
    const lines = value.replace(/\n$/, "").split("\n");
    if (added) return lines.map((line) => html`<ins>+ ${visible(line)} </ins>`);
    if (removed) return lines.map((line) => html`<del>- ${visible(line)} </del>`);
    return html`${lines.map((line) => `  ${visible(line)}\n`).join("")}`;
  })}</code></pre>`;
}

const lined = (text: string) => `${trimEndOf(text.replaceAll("\r\n", "\n"), /\n/)}\n`;
