/** A method and a path: lines break between the segments, and the method stands with the first of them. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { visible } from "../text.ts";

/** @param method in capitals */
export function methodAnd(method: string, target: string): Markup {
  return html`${methodName(method)}&nbsp;${segments(target)}`;
}

/** @param method in capitals */
export const methodName = (method: string): Markup => html`<span class="method ${method}">${method}</span>`;

/** A path as text that a line may break before each of its segments. */
export function segments(path: string): (Markup | string)[] {
  return visible(path)
    .split(/(?<=.)(?=[/?&])/)
    .map((part, at) => (at === 0 ? part : html`<wbr />${part}`));
}
