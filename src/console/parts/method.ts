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
export const segments = (path: string): (Markup | string)[] => breakable(visible(path));

/**
 * Text that begins with a method and a target, as it is to the character: a line breaks between segments of the target, and
 * not behind the method. @param text already made visible
 */
export function asWritten(text: string): Markup {
  const [, method = "", rest = text] = /^(\S+) (.*)$/s.exec(text) ?? [];
  const end = rest.search(/\n|$/);
  return html`${method}${method && html`<span class="joined"> </span>`}${breakable(rest.slice(0, end))}${rest.slice(end)}`;
}

/** A shorter host fits on a line of the narrowest page. */
const maxHostChars = 28;

/**
 * Text that a line may break before a segment. A host stays in one piece, or breaks before its dots if it is long: one that
 * breaks elsewhere looks like another.
 */
export const breakable = (text: string): (Markup | string)[] =>
  text
    .split(/(?<=[^/:])(?=[/?&])|(?=\bhttps?:\/\/)/)
    .flatMap((part): (Markup | string)[] => {
      if (!part.includes("://")) return [part];
      return part.length <= maxHostChars ? [html`<span class="nowrap">${part}</span>`] : part.split(/(?=\.)/);
    })
    .map((part, at) => (at === 0 ? part : html`<wbr />${part}`));
