/** One run: what was asked, what it did, what came of it. */
import { html } from "hono/html";
import type { RunRecord, RunStart } from "../../terms/record.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import { highlight } from "../parts/highlight.ts";
import type { Markup } from "../parts/layout.ts";
import { outcomeBadge } from "../parts/outcome.ts";
import { waterfall } from "../parts/waterfall.ts";
import { when } from "../parts/when.ts";
import { count, duration, number, visible } from "../text.ts";
import { missingPage } from "./missing.ts";

/** A run that is going is looked at again after this time. */
const refreshMs = 1_000;

export async function runPage(c: ConsoleContext): Promise<Response> {
  const runId = c.req.param("run") ?? "";
  const kept = await ledgerOf(c).run(runId);
  if (!kept)
    return missingPage(c, "There is no such run. It may have been forgotten, or be another account's.");
  const { field } = c.env.form;
  if (!kept.ended)
    return show(c, {
      title: `Run ${runId}`,
      section: "runs",
      ...(kept.outcome === "running" && { refreshMs }),
      body: html`${heading(kept.start, kept.outcome)} ${codePart(kept.start)}
      ${soFar(kept.start, kept.requests)} ${actions(kept.start, field)}`,
    });
  const { record } = kept;
  const paused =
    record.outcome === "needs-approval" || record.plan ? await ledgerOf(c).pausedRunOf(runId) : null;
  return show(c, {
    title: `Run ${runId}`,
    section: "runs",
    body: html`${heading(record, record.outcome, record)} ${failurePart(record)}
    ${paused === null ? "" : html`<p><a class="button primary" href="/approvals/${paused}">${record.plan ? "What it would do" : "What it waits for"}</a></p>`}
    ${codePart(record)} ${requestsPart(record)} ${resultPart(record)} ${logsPart(record)}
    ${actions(record, field)}`,
  });
}

/** The whole result, while it is kept for `recall`. */
export async function runResult(c: ConsoleContext): Promise<Response> {
  const runId = c.req.param("run") ?? "";
  const result = await ledgerOf(c).recall(runId);
  if (result === null) return missingPage(c, "This result is not kept any more.");
  return new Response(result, {
    headers: {
      "Content-Type": "application/json; charset=utf-8",
      "Content-Disposition": `attachment; filename="result-${runId.replace(/\W/g, "")}.json"`,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

function heading(start: RunStart, outcome: string, record?: RunRecord): Markup {
  const access = Object.entries(start.access).map(([api, kinds]) => `${api}: ${kinds.join(", ")}`);
  return html`<h1 class="row">
      <span>Run <code>${start.runId}</code></span> ${outcomeBadge(outcome)}
    </h1>
    <dl class="facts">
      <dt>Tool</dt>
      <dd>${start.tool}${start.plan ? ", as a plan: no write was sent" : ""}</dd>
      <dt>Client</dt>
      <dd>${visible(start.client.name ?? start.client.id)}</dd>
      <dt>Was allowed</dt>
      <dd>${access.join("; ") || "nothing"}</dd>
      <dt>Began</dt>
      <dd>${when(start.startedAtMs)}</dd>
      ${
        record
          ? html`<dt>Took</dt>
              <dd>${duration(record.durationMs)}</dd>`
          : ""
      }
    </dl>`;
}

function failurePart({ failure }: RunRecord): Markup | "" {
  if (!failure) return "";
  return html`<div class="problem">
    ${visible(failure.sentence)}
    <pre>${visible(failure.next)}</pre>
  </div>`;
}

function codePart(start: RunStart): Markup {
  const missing = start.codeChars - start.code.length;
  return html`<h2>Code</h2>
    ${highlight(start.code)}
    ${missing > 0 ? html`<p class="quiet">${count(missing, "more character")} not kept.</p>` : ""}`;
}

/** What is under way has taken until now. */
function soFar({ startedAtMs }: RunStart, requests: readonly RequestRecord[]): Markup | "" {
  if (requests.length === 0) return "";
  const nowMs = Date.now();
  const until = requests.map((request) =>
    request.outcome === "under way"
      ? { ...request, durationMs: nowMs - (request.startedAtMs ?? startedAtMs) }
      : request,
  );
  return html`<h2>${count(requests.length, "request")} so far</h2>
    ${waterfall(until, startedAtMs)}`;
}

function requestsPart(record: RunRecord): Markup | "" {
  const { requests, cut, startedAtMs } = record;
  if (requests.length === 0) return "";
  const all = requests.length + (cut?.requests ?? 0);
  return html`<h2>${count(all, "request")}</h2>
    ${waterfall(requests, startedAtMs)}
    ${cut?.requests ? html`<p class="quiet">The last ${number(cut.requests)} are not kept one by one.</p>` : ""}`;
}

function resultPart({ result, notes = [], runId }: RunRecord): Markup | "" {
  if (!result) return "";
  const whole = result.chars === result.head.length;
  return html`<h2>Result</h2>
    ${notes.map((note) => html`<p class="quiet">${visible(note)}</p>`)}
    <pre class="result wrap" tabindex="0">${visible(whole ? indented(result.head) : result.head)}</pre>
    ${
      whole
        ? ""
        : html`<p class="quiet">
            The first ${number(result.head.length)} of ${number(result.chars)} characters.
            <a href="/runs/${runId}/result">All of it</a>, while it is kept.
          </p>`
    }`;
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}

function logsPart({ logs, cut }: RunRecord): Markup | "" {
  if (logs.length === 0) return "";
  return html`<h2>Log</h2>
    <ul class="log">
      ${logs.map(({ level, text }) => html`<li class="${level}">${level === "log" ? "" : `${level}: `}${visible(text)}</li>`)}
    </ul>
    ${cut?.logChars ? html`<p class="quiet">${count(cut.logChars, "more character")} not kept.</p>` : ""}`;
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
