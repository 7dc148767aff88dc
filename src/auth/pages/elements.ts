/** Elements of pages, of the login and of the console. */
import { html } from "hono/html";
import type { Markup } from "./layout.ts";

/** Names and values; a value that is missing leaves its name out too. */
export function facts(all: Record<string, Markup | string | false | undefined>): Markup {
  const shown = Object.entries(all).filter(([, value]) => value !== undefined && value !== false);
  return html`<dl>
    ${shown.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

export function tick(
  type: "checkbox" | "radio",
  name: string,
  value: string,
  checked: boolean,
  words: Markup | string = value,
): Markup {
  return html`<label class="tick"
    ><input type="${type}" name="${name}" value="${value}" ${checked && "checked"} /><span
      >${words}</span
    ></label
  >`;
}
