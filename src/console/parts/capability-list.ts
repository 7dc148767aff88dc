/** What a program can call, for a person to judge: each operation by its summary, and exactly. */
import { html } from "hono/html";
import { accessChip } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { capabilityGroups, capabilityText } from "../../request/shown/capability-text.ts";
import type { Capability, CapabilitySet } from "../../terms/capabilities.ts";
import { visibleLine } from "../text.ts";
import { apiTitle, operationInWords, type Documents } from "./in-words.ts";
import { asWritten } from "./method.ts";

export function capabilityList(capabilities: CapabilitySet, documents: Documents): Markup {
  if (capabilities.length === 0) return html`<p>Nothing that could be read from it.</p>`;
  return html`${capabilityGroups(capabilities).map(
    ({ api, servers, capabilities: group }) =>
      html`<p class="quiet small">
          ${apiTitle(documents, api)}, at
          <code>${servers.map(visibleLine).join(" or ")}</code>
        </p>
        <ul class="list can">
          ${group.map((one) => row(one, documents))}
        </ul>`,
  )}`;
}

function row(one: Capability, documents: Documents): Markup {
  const { api, operation, access } = one;
  const [strictest = "read"] = access.toReversed();
  const title = operation === undefined ? undefined : operationInWords(documents, api, operation);
  return html`<li>
    <span class="kind">${accessChip(strictest)}</span>
    <div class="grow">
      ${title !== undefined && html`<div>${title}</div>`}
      <code>${asWritten(capabilityText(one))}</code>
    </div>
  </li>`;
}
