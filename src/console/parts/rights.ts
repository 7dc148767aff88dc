/** What was granted, in the words of the consent page. */
import { html } from "hono/html";
import { accessChip } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { Access } from "../../terms/api-file.ts";
import { accessLabels, parseScope, type Scope } from "../../terms/scopes.ts";
import { visibleLine } from "../text.ts";
import type { Documents } from "./in-words.ts";

/** @param scopes as the grant has them; one that is none is shown as it is */
export function rightsInWords(scopes: readonly string[], documents: Documents): Markup {
  const parsed = scopes.map((text) => ({ text, scope: parseScope(text) }));
  const known = parsed.flatMap(({ scope }) => (scope ? [scope] : []));
  const others = parsed.flatMap(({ text, scope }) => (scope ? [] : [text]));
  const rows = [...Map.groupBy(known, ({ api }) => api)].map(
    ([api, all]) =>
      html`<li title="${all.map((scope) => scopeText(scope)).join(" ")}">
        <span>${visibleLine(documents.get(api)?.api.title ?? api)}</span>
        <span class="row"
          >${Access.options.map((access) =>
            one(
              access,
              all.filter((scope) => scope.access === access),
            ),
          )}</span
        >
      </li>`,
  );
  return html`<ul class="rights">
    ${rows}${others.map((text) => html`<li><code>${visibleLine(text)}</code></li>`)}
  </ul>`;
}

const scopeText = ({ api, access, tag }: Scope) =>
  [api, access, ...(tag === undefined ? [] : [tag])].join(":");

function one(access: Access, scopes: readonly Scope[]): Markup | false {
  const tags = scopes.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
  return (
    scopes.length > 0 &&
    html`${accessChip(access, accessLabels[access])}${
      tags.length === scopes.length &&
      html` <span class="quiet small">only ${visibleLine(tags.join(", "))}</span>`
    }`
  );
}
