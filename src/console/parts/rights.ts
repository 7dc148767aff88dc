/** What was granted, in the words of the consent page. */
import { html } from "hono/html";
import { accessChip } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { Access } from "../../terms/api-file.ts";
import { feedScope, parseScope, type Scope } from "../../terms/scopes.ts";
import { visibleLine } from "../text.ts";
import { apiTitle, type Documents } from "./in-words.ts";

/** A line for each access. @param scopes as the grant has them; one that is none is shown as it is */
export function rightsInWords(scopes: readonly string[], documents: Documents): Markup {
  const parsed = scopes.map((text) => ({ text, scope: parseScope(text) }));
  const known = parsed.flatMap(({ scope }) => (scope ? [scope] : []));
  const others = parsed.flatMap(({ text, scope }) => (scope ? [] : [text]));
  const byAccess = Map.groupBy(known, ({ access }) => access);
  const rows = Access.options.flatMap((access) => {
    const given = byAccess.get(access);
    if (!given) return [];
    const apis = [...Map.groupBy(given, ({ api }) => api)];
    return html`<li>
      ${accessChip(access)}
      <span>${apis.map(([api, all], at) => html`${at > 0 && ", "}${one(api, all, documents)}`)}</span>
    </li>`;
  });
  return html`<ul class="rights">
    ${rows}${others.map(
      (text) =>
        html`<li>${text === feedScope ? "Feed of what waits" : html`<code>${visibleLine(text)}</code>`}</li>`,
    )}
  </ul>`;
}

const scopeText = ({ api, access, tag }: Scope) =>
  [api, access, ...(tag === undefined ? [] : [tag])].join(":");

/** An API with one access to it. @param scopes of this access alone */
function one(api: string, scopes: readonly Scope[], documents: Documents): Markup {
  const tags = scopes.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
  return html`<span title="${scopes.map(scopeText).join(" ")}"
    >${apiTitle(documents, api)}${
      tags.length === scopes.length &&
      html` <span class="quiet">(only ${visibleLine(tags.join(", "))})</span>`
    }</span
  >`;
}
