import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";

/**
 * A table that becomes a list on a phone.
 * @param caption for screen readers
 * @param columns headings; `{ n }` heads a column of numbers, `{ sr }` is for screen readers only, `{ axis }` is drawn
 * @param rows `tr` elements
 */
export function table(
  caption: string,
  columns: readonly (string | { n: string } | { sr: string } | { axis: Markup })[],
  rows: readonly Markup[],
  kind = "",
): Markup {
  const heading = (column: (typeof columns)[number]) => {
    if (typeof column === "string") return html`<th scope="col">${column}</th>`;
    if ("axis" in column) return html`<th scope="col" class="axis">${column.axis}</th>`;
    if ("n" in column) return html`<th scope="col" class="n">${column.n}</th>`;
    return html`<th scope="col"><span class="sr">${column.sr}</span></th>`;
  };
  return html`<div class="scroll">
    <table class="stack ${kind}" aria-label="${caption}">
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
