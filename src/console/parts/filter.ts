/** The form that narrows a list: it searches as a person types (`browser/live-search.js`), and works without a script. */
import { html } from "hono/html";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";

interface Filter {
  /** The page of the list. */
  action: string;
  /** The field for words: its name in the address, and what it holds now. */
  find: { name: string; value: string | undefined; words: string; title?: string };
  /** Further fields. */
  fields?: Markup | undefined;
  /** What the button says where no script searches. */
  button: string;
  /** How many the list has without the filter, where it can be none: then there is nothing to narrow, and no form. */
  all?: number;
}

export function filterForm({ action, find, fields, button, all = 1 }: Filter): Markup | false {
  return (
    all > 0 &&
    html`<form class="filter" method="get" action="${action}" role="search" data-live>
      <label class="find"
        >${icon("search")}<span class="sr">${find.words}</span
        ><input
          type="search"
          name="${find.name}"
          value="${find.value}"
          placeholder="${find.words}"
          ${find.title && html`title="${find.title}"`}
          autocomplete="off"
      /></label>
      ${fields}
      <button class="noscript">${button}</button>
    </form>`
  );
}

/**
 * How much there is, said to who listens whenever it changes.
 * @param isNews whether it is shown, too: without a filter the page says it elsewhere
 */
export function found(words: string, isNews: boolean): Markup {
  return html`<p class="${isNews ? "quiet small" : "sr"}" role="status">${words}</p>`;
}
