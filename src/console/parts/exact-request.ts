/** A request exactly as it would be sent, for a person to judge; the gateway has masked the credential. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import type { ExactRequest } from "../../terms/approvals.ts";
import { bytes, count, indented, visible } from "../text.ts";

export function exactRequest({ method, url, headers, body }: ExactRequest): Markup {
  const cut = body?.cutChars ?? 0;
  const lines = [`${method} ${url}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  if (body) lines.push("", body.text === undefined ? binary(body) : indented(body.text));
  return html`<pre class="wrap" tabindex="0">${visible(lines.join("\n"))}</pre>
    ${
      cut > 0 &&
      html`<p class="problem">
        ${count(cut, "more character")} of the body cannot be shown here. If you need to see them, reject the
        request.
      </p>`
    }`;
}

const binary = (body: { bytes: number; hash: string }) =>
  `(${bytes(body.bytes)} of binary data, SHA-256 ${body.hash})`;
