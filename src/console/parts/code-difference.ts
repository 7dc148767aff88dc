/** What differs between two texts, line by line. */
import { diffLines } from "diff";
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { trimEndOf } from "../../terms/trim-end.ts";
import { visible } from "../text.ts";
import { classOf } from "./lines.ts";

/** Lines that differ: with more, nobody compares them any more, and finding them takes long. */
const maxEdits = 1_000;

/** @returns nothing if they are the same */
export function codeDifference(before: string, after: string): Markup | undefined {
  if (before === after) return undefined;
  const parts = diffLines(lined(before), lined(after), { maxEditLength: maxEdits });
  if (!parts) return html`<p class="quiet">More differs than can be shown: read the code as a whole.</p>`;
  return html`<pre tabindex="0"><code class="lines">${parts.map(({ value, added, removed }) =>
    value
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => lineOf(visible(line), added ? "+" : removed ? "-" : " ")),
  )}</code></pre>`;
}

/** The sign says the same as the colour. */
function lineOf(text: string, sign: "+" | "-" | " "): Markup {
  const depth = classOf(text, `${sign} `);
  const end = "\n";
  if (sign === "+") return html`<ins${depth}>+ ${text}${end}</ins>`;
  if (sign === "-") return html`<del${depth}>- ${text}${end}</del>`;
  return html`<span${depth}>${"  "}${text}${end}</span>`;
}

const lined = (text: string) => `${trimEndOf(text.replaceAll("\r\n", "\n"), /\n/)}\n`;
