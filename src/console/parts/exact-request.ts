/** A request for a person to judge: the values that matter, and all of it exactly as it would be sent. */
import { html } from "hono/html";
import { note } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { requestText } from "../../request/shown/request-text.ts";
import { ruleInWords } from "../../request/shown/rule-in-words.ts";
import type { ExactBody, ExactRequest } from "../../terms/approvals.ts";
import { bytes, count, visible } from "../text.ts";
import type { InWords } from "./in-words.ts";
import { pre, type Piece } from "./lines.ts";
import { asWritten } from "./method.ts";

/** Which rule asks about a request, what it says in words, and the request itself beside it. */
export function requestView(request: ExactRequest, words: InWords): Markup {
  const { asks } = request;
  return html`${asks && html`<p class="quiet small">${visible(ruleInWords({ grounds: asks }))}.</p>`}
    <div class="two">
      ${valueList(words)}
      <div class="stack">${exactRequest(request)}</div>
    </div>`;
}

function exactRequest(request: ExactRequest): Markup {
  const { text, isWhole, hasBytes } = requestText(request);
  const { body } = request;
  return html`${!isWhole && body && note("wait", cutShort(body), undefined, "warning")}
  ${pre(requestPieces(text), { dir: "ltr" })}
  ${body && hasBytes && html`<p class="quiet">Body: ${bytes(body.bytes)}, SHA-256 <code>${body.hash}</code></p>`}`;
}

/** The first line has the method and the target. */
function requestPieces(text: string): Piece[] {
  const end = text.search(/\n|$/);
  return [{ text: text.slice(0, end), as: asWritten }, { text: text.slice(end) }];
}

/** Said before the text: below it nobody would read it in time. */
const cutShort = ({ bytes: all, content }: ExactBody) =>
  html`<strong>Not all of it is shown.</strong> The body has ${bytes(all)}; these are the first
    ${bytes(content?.byteLength ?? 0)}.`;

function valueList({ values, more }: InWords): Markup | false {
  return (
    values.length > 0 &&
    html`<div>
      <dl class="values">
        ${values.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${more > 0 && html`<p class="quiet small">And ${count(more, "more value")}, all of them in the request.</p>`}
    </div>`
  );
}
