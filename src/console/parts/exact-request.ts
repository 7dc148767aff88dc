/** A request as it would be sent, for a person to judge: everything of it, the credential masked by the gateway. */
import { html } from "hono/html";
import type { ExactRequest } from "../../terms/approvals.ts";
import { bytes, count, visible } from "../text.ts";
import type { Markup } from "./layout.ts";

export function exactRequest({ method, url, headers, body }: ExactRequest): Markup {
  const cut = body?.cutChars ?? 0;
  const head = [`${method} ${url}`, ...headers.map(([name, value]) => `${name}: ${value}`)].join("\n");
  return html`<pre class="wrap" tabindex="0">
${visible(head)}${
        body === undefined
          ? ""
          : html`${"\n\n"}${body.text === undefined ? `(${bytes(body.bytes)} that are no text, SHA-256 ${body.hash})` : visible(pretty(body.text))}`
      }</pre>
    ${
      cut > 0
        ? html`<p class="problem">
            ${count(cut, "more character")} of the body cannot be shown here: reject it if you must see them.
          </p>`
        : ""
    }`;
}

/** JSON is shown indented; the person judges what it says, not how it is packed. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
