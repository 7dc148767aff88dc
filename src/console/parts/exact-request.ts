/** A request exactly as it would be sent, for a person to judge. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { requestText } from "../../request/shown/request-text.ts";
import type { ExactRequest } from "../../terms/approvals.ts";
import { bytes } from "../text.ts";

export function exactRequest(request: ExactRequest): Markup {
  const { text, isWhole, hasBytes } = requestText(request);
  const { body } = request;
  return html`<pre class="wrap" dir="ltr" tabindex="0">${text}</pre>
    ${!isWhole && html`<p class="problem">The body is too long to be shown in full.</p>`}
    ${body && hasBytes && html`<p class="quiet">Body: ${bytes(body.bytes)}, SHA-256 <code>${body.hash}</code></p>`}`;
}
