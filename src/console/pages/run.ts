/** One run: its code, its requests, its result and its log. */
import { html } from "hono/html";
import { facts } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import type { RunRecord, RunStart } from "../../terms/record.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { download, ledgerOf, show, type ConsoleContext } from "../context.ts";
import { highlight } from "../parts/highlight.ts";
import { outcomeBadge } from "../parts/outcome.ts";
import { waterfall } from "../parts/waterfall.ts";
import { count, duration, indented, number, visible, when } from "../text.ts";
import { missingPage } from "./missing.ts";

/** The page of a run in progress reloads after this time. */
const refreshMs = 1_000;

export async function runPage(c: ConsoleContext): Promise<Response> {
  const runId = c.req.param("run") ?? "";
  const kept = await ledgerOf(c).run(runId);
  if (!kept)
    return missingPage(
      c,
      "This run does not exist. It may have been forgotten, or belong to another account.",
    );
  const { field } = c.env.form;
  const frame = { title: `Run ${runId}`, section: "runs" as const };
  if (!kept.ended)
    return show(c, {
      ...frame,
      refreshMs: kept.outcome === "running" ? refreshMs : undefined,
      body: html`${heading(kept.start, kept.outcome)} ${codePart(kept.start)}
      ${requestsPart(kept.start.startedAtMs, kept.requests.map(untilNow), " so far")}
      ${actions(kept.start, field)}`,
    });
  const { record } = kept;
  const { outcome, plan, failure } = record;
  const paused = outcome === "needs-approval" || plan ? await ledgerOf(c).pausedRunOf(runId) : null;
  return show(c, {
    ...frame,
    body: html`${heading(record, outcome, record)}
    ${
      failure &&
      html`<div class="problem">
        ${visible(failure.sentence)}
        <pre>${visible(failure.next)}</pre>
      </div>`
    }
    ${paused !== null && html`<p><a class="button primary" href="/approvals/${paused}">${plan ? "Review the plan" : "Review what waits"}</a></p>`}
    ${codePart(record)} ${requestsPart(record.startedAtMs, record.requests, "", record.cut?.requests)}
    ${resultPart(record)} ${logsPart(record)} ${actions(record, field)}`,
  });
}

/** The whole result, while it is kept for `recall`. */
export async function runResult(c: ConsoleContext): Promise<Response> {
  const runId = c.req.param("run") ?? "";
  const result = await ledgerOf(c).recall(runId);
  if (result === null) return missingPage(c, "This result is no longer stored.");
  return download(result, "application/json", `result-${runId.replace(/\W/g, "")}.json`);
}

function heading(start: RunStart, outcome: string, record?: RunRecord): Markup {
  const access = Object.entries(start.access).map(([api, kinds]) => `${api}: ${kinds.join(", ")}`);
  return html`<h1 class="row">
      <span>Run <code>${start.runId}</code></span> ${outcomeBadge(outcome)}
    </h1>
    ${facts({
      Tool: `${start.tool}${start.plan ? ", as a plan: no write was sent" : ""}`,
      Client: visible(start.client.name ?? start.client.id),
      Access: access.join("; ") || "none",
      Began: when(start.startedAtMs),
      Took: record && duration(record.durationMs),
    })}`;
}

function codePart(start: RunStart): Markup {
  return html`<h2>Code</h2>
    ${highlight(start.code)} ${notKept(start.codeChars - start.code.length)}`;
}

const notKept = (chars = 0) =>
  chars > 0 && html`<p class="quiet">${count(chars, "more character")} not kept.</p>`;

/** A request in progress with the time it has taken until now. */
function untilNow(request: RequestRecord): RequestRecord {
  const { outcome, startedAtMs = Date.now() } = request;
  return outcome === "under way" ? { ...request, durationMs: Date.now() - startedAtMs } : request;
}

/** @param left how many more were not kept */
function requestsPart(
  startedAtMs: number,
  requests: RequestRecord[],
  title: string,
  left = 0,
): Markup | false {
  return (
    requests.length > 0 &&
    html`<h2>${count(requests.length + left, "request")}${title}</h2>
      ${waterfall(requests, startedAtMs)}
      ${left > 0 && html`<p class="quiet">Details of the last ${number(left)} are not kept.</p>`}`
  );
}

function resultPart({ result, notes = [], runId }: RunRecord): Markup | undefined {
  if (!result) return undefined;
  const { chars, head } = result;
  const whole = chars === head.length;
  return html`<h2>Result</h2>
    ${notes.map((note) => html`<p class="quiet">${visible(note)}</p>`)}
    <pre class="result wrap" tabindex="0">${visible(whole ? indented(head) : head)}</pre>
    ${
      !whole &&
      html`<p class="quiet">
        The first ${number(head.length)} of ${number(chars)} characters.
        <a href="/runs/${runId}/result">Download all of it</a> while it is stored.
      </p>`
    }`;
}

function logsPart({ logs, cut }: RunRecord): Markup | undefined {
  if (logs.length === 0) return undefined;
  return html`<h2>Log</h2>
    <ul class="log">
      ${logs.map(({ level, text }) => html`<li class="${level}">${level !== "log" && `${level}: `}${visible(text)}</li>`)}
    </ul>
    ${notKept(cut?.logChars)}`;
}

function actions(start: RunStart, field: Markup): Markup {
  return html`<h2>Actions</h2>
    <div class="row">
      <a class="button primary" href="/playground?run=${start.runId}">Run again in the playground</a>
      <form method="post" action="/runs/${start.runId}/forget">
        ${field}
        <button class="danger">Forget this run</button>
      </form>
    </div>`;
}
