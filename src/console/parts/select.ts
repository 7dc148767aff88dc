import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { visible } from "../text.ts";

/** A field to choose one value, whose first choice says what it is about. @param options the values to choose from, each with its words if they differ */
export function select(
  label: string,
  name: string,
  chosen: string | undefined,
  options: readonly (string | readonly [value: string, words: string])[],
): Markup {
  const option = (one: (typeof options)[number]) => {
    const [value, words] = typeof one === "string" ? [one, one] : one;
    return html`<option value="${value}" ${value === (chosen ?? "") && "selected"}>
      ${visible(words)}
    </option>`;
  };
  return html`<label
    ><span class="sr">${label}</span>
    <select name="${name}">
      ${options.map(option)}
    </select></label
  >`;
}
