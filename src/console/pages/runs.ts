/** The list of runs with its filters, the export, and forgetting all of them. */
import { html } from "hono/html";
import { tools } from "../../mcp/tools/index.ts";
import { readManifest } from "../../store/catalogs.ts";
import type { RunFilter, RunSummary } from "../../store/ledger/runs.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import type { Markup } from "../parts/layout.ts";
import { outcomeBadge, outcomes } from "../parts/outcome.ts";
import { when } from "../parts/when.ts";
import { bytes, count, duration, number, visible } from "../text.ts";

const runsPerPage = 50;
const refreshMs = 2_000;
const dayMs = 24 * 60 * 60 * 1000;

/** Outcomes to choose from, by the words that the ledger finds them by. */
const choices = [
  ["", "any outcome"],
  ["failed", "any failure"],
  ...Object.entries(outcomes).filter(([outcome]) => outcome !== "stopped"),
] as const;

/** What a form has done, by the word it leaves in the address. */
const notices: Record<string, string> = {
  "all-forgotten": "All runs are forgotten.",
  forgotten: "The run is forgotten.",
  "not-there": "There was no such run any more.",
};

export async function runsPage(c: ConsoleContext): Promise<Response> {
  const ledger = ledgerOf(c);
  const { notice: done = "", ...asked } = c.req.query();
  const notice = notices[done];
  const filter = filterOf(asked);
  const before = Number(asked.before) || undefined;
  const [{ runs, next }, size, { apis }] = await Promise.all([
    ledger.runs(filter, { limit: runsPerPage, ...(before !== undefined && { before }) }),
    ledger.size(),
    readManifest(c.env.env.CATALOGS),
  ]);
  const filtered = Object.keys(filter).length > 0;
  return show(c, {
    title: "Runs",
    section: "runs",
    ...(notice !== undefined && { notice }),
    ...(before === undefined && { refreshMs }),
    body: html`<h1>Runs</h1>
      ${filterForm(
        asked,
        apis.map(({ name }) => name),
      )}
      ${
        runs.length === 0
          ? html`<p>
              ${filtered ? html`No run fits. <a href="/runs">Show all</a>` : html`Nothing has run yet. <a href="/">Connect a client</a> or try the <a href="/playground">playground</a>.`}
            </p>`
          : table(runs)
      }
      ${next === undefined ? "" : html`<p><a class="button" href="${olderLink(asked, next)}">Older runs</a></p>`}
      <p class="quiet">
        ${count(size.runs, "run")} kept, ${bytes(size.bytes)}.
        ${size.lost > 0 ? html`<strong>${count(size.lost, "run")} could not be recorded.</strong>` : ""}
      </p>
      <div class="row">
        <a class="button" href="/runs.jsonl" download>Export as JSON lines</a>
        <details>
          <summary>Forget all runs …</summary>
          <form method="post" action="/runs/forget">
            ${c.env.form.field}
            <p>Their code, results and requests are deleted for good. Nothing is undone in the APIs.</p>
            <button class="danger">Forget ${count(size.runs, "run")}</button>
          </form>
        </details>
      </div>`,
  });
}

/** All runs as JSON lines. */
export async function exportRuns(c: ConsoleContext): Promise<Response> {
  return new Response(await ledgerOf(c).export(), {
    headers: {
      "Content-Type": "application/jsonl; charset=utf-8",
      "Content-Disposition": 'attachment; filename="runs.jsonl"',
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

function table(runs: RunSummary[]): Markup {
  return html`<div class="scroll">
    <table class="stack">
      <caption class="sr">
        Runs, newest first
      </caption>
      <thead>
        <tr>
          <th scope="col">Code</th>
          <th scope="col">Outcome</th>
          <th scope="col">Tool</th>
          <th scope="col">APIs</th>
          <th scope="col" class="n">Requests</th>
          <th scope="col" class="n">Took</th>
          <th scope="col">Client</th>
          <th scope="col">Began</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map(
          (run) =>
            html`<tr>
              <td class="wide">
                <a id="${run.runId}" href="/runs/${run.runId}"
                  ><code>${visible(run.title) || "(no code)"}</code></a
                >
              </td>
              <td>${outcomeBadge(run.outcome)}</td>
              <td>${run.tool}</td>
              <td>${run.apis.join(", ")}</td>
              <td class="n">
                ${run.requests === 0 ? "" : html`${number(run.requests)}<span class="unit"> ${run.requests === 1 ? "request" : "requests"}</span>`}
              </td>
              <td class="n">${run.durationMs === undefined ? "" : duration(run.durationMs)}</td>
              <td>${visible(run.client)}</td>
              <td class="nowrap">${when(run.startedAtMs)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function filterForm(asked: Record<string, string>, apis: string[]): Markup {
  const option = (value: string, label: string, chosen: string | undefined) =>
    html`<option value="${value}" ${value === (chosen ?? "") ? "selected" : ""}>${label}</option>`;
  return html`<form class="filter" method="get" action="/runs" role="search">
    <label>Words <input type="search" name="text" value="${asked.text ?? ""}" /></label>
    <label
      >Tool
      <select name="tool">
        ${[option("", "any tool", asked.tool), ...tools.map(({ name }) => option(name, name, asked.tool))]}
      </select></label
    >
    <label
      >API
      <select name="api">
        ${[option("", "any API", asked.api), ...apis.map((api) => option(api, api, asked.api))]}
      </select></label
    >
    <label
      >Outcome
      <select name="outcome">
        ${choices.map(([value, label]) => option(value, label, asked.outcome))}
      </select></label
    >
    <label>Operation <input name="operation" value="${asked.operation ?? ""}" /></label>
    <label>From (UTC) <input type="date" name="from" value="${asked.from ?? ""}" /></label>
    <label>To (UTC) <input type="date" name="to" value="${asked.to ?? ""}" /></label>
    <button class="primary">Filter</button>
  </form>`;
}

/** What the query asks for; what makes no sense is left out. */
function filterOf(asked: Record<string, string>): RunFilter {
  const from = Date.parse(`${asked.from ?? ""}T00:00:00Z`);
  const to = Date.parse(`${asked.to ?? ""}T00:00:00Z`);
  return {
    ...(asked.tool && { tool: asked.tool }),
    ...(asked.api && { api: asked.api }),
    ...(asked.outcome && { outcome: asked.outcome }),
    ...(asked.operation && { operation: asked.operation.trim() }),
    ...(asked.text && { text: asked.text }),
    ...(Number.isFinite(from) && { fromMs: from }),
    ...(Number.isFinite(to) && { toMs: to + dayMs - 1 }),
  };
}

function olderLink(asked: Record<string, string>, before: number): string {
  return `/runs?${new URLSearchParams({ ...asked, before: String(before) })}`;
}
