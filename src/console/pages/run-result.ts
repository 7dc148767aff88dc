/** The result of a run: on its page, to download, and what it cost a model. */
import { html } from "hono/html";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { defaultBudgetTokens } from "../../mcp/shorten.ts";
import { parseJson } from "../../terms/json.ts";
import type { RunRecord } from "../../terms/record.ts";
import { download, ledgerOf, type ConsoleContext } from "../context.ts";
import { block, blockBelow, copyFrom } from "../parts/block.ts";
import { tableOf, treeOf } from "../parts/json-view.ts";
import { preText } from "../parts/lines.ts";
import { number, visible } from "../text.ts";
import { missingPage } from "./missing.ts";

/** A longer result is downloaded; a page shows its beginning. */
const maxShownResultChars = 200_000;

/** The whole result: while it is kept for `recall`, or as long as the run if it is short. */
export async function runResult(c: ConsoleContext): Promise<Response> {
  const runId = c.req.param("run") ?? "";
  const result = (await ledgerOf(c).recall(runId)) ?? (await shortResult(c, runId));
  if (result === null) return missingPage(c, "result");
  return download(result, "application/json", `result-${runId.replace(/\W/g, "")}.json`);
}

async function shortResult(c: ConsoleContext, runId: string): Promise<string | null> {
  const kept = await ledgerOf(c).run(runId);
  const { head, chars } = (kept?.ended && kept.record.result) || { head: "", chars: undefined };
  return head.length === chars ? head : null;
}

/** JSON costs a model about one token for this many characters. */
const charsPerToken = 3.3;

/** What the reply with this result cost a model, roughly: longer ones were shortened to the budget. */
export function replyTokens(resultChars: number | undefined): string | undefined {
  if (resultChars === undefined) return undefined;
  const tokens = Math.min(defaultBudgetTokens, Math.ceil(resultChars / charsPerToken));
  return tokens < 1_000 ? `~${Math.ceil(tokens / 10) * 10}` : `~${(tokens / 1_000).toFixed(1)}k`;
}

/** The whole result as JSON text, if it is kept and not too long for a page. */
export async function resultText(c: ConsoleContext, { result, runId }: RunRecord): Promise<string | null> {
  if (!result) return null;
  if (result.chars === result.head.length) return result.head;
  return result.chars <= maxShownResultChars ? ledgerOf(c).recall(runId) : null;
}

/** @param text of the whole result, if the page has it */
export function resultPart(record: RunRecord, text: string | null): Markup | undefined {
  const { result, notes = [], runId } = record;
  if (!result) return undefined;
  const path = `/runs/${runId}/result`;
  const copy = copyFrom(path, "the result");
  const save = html`<a class="button plain little" href="${path}">${icon("download")} Download all of it</a>`;
  const isWhole = result.chars === result.head.length;
  return html`<section class="section">
    ${notes.map((one) => html`<p class="quiet">${visible(one)}</p>`)}
    ${text === null ? resultHead(record, save) : resultView(text, isWhole ? copy : html`<span class="row">${save}${copy}</span>`)}
  </section>`;
}

function resultHead({ result }: RunRecord, save: Markup): Markup {
  const { head, chars } = result!;
  const isGone = chars <= maxShownResultChars;
  return html`${block("Result", preText(head), !isGone && save)}
    <p class="quiet small">
      The first ${number(head.length)} of ${number(chars)} characters.
      ${isGone ? "The whole result is not kept any more." : "The whole result is kept for a while."}
    </p>`;
}

function resultView(text: string, extra: Markup): Markup {
  const value = parseJson(text);
  if (typeof value === "string") return block("Result", preText(value), extra);
  const asTable = tableOf(value);
  if (!asTable) return block("Result", treeOf(value), extra);
  return html`${block("Result", asTable, extra)}
    <details>
      <summary class="quiet small">As JSON</summary>
      ${blockBelow("Result as JSON", treeOf(value))}
    </details>`;
}
