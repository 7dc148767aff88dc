import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";

/**
 * A table that becomes a list on a phone.
 * @param caption for screen readers
 * @param columns headings; `{ n }` heads a column of numbers, `{ sr }` is for screen readers only
 * @param rows `tr` elements
 */
export function table(
  caption: string,
  columns: readonly (string | { n: string } | { sr: string })[],
  rows: readonly Markup[],
): Markup {
  const heading = (column: (typeof columns)[number]) => {
    if (typeof column === "string") return html`<th scope="col">${column}</th>`;
    if ("n" in column) return html`<th scope="col" class="n">${column.n}</th>`;
    return html`<th scope="col"><span class="sr">${column.sr}</span></th>`;
  };
  return html`<div class="scroll">
    <table class="stack">
      <caption class="sr">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(heading)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
