/** The list of runs with its filters, the export, and the form that deletes all of them. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { tools } from "../../mcp/tools/index.ts";
import { readManifest } from "../../store/catalogs.ts";
import type { RunFilter, RunSummary } from "../../store/ledger/runs.ts";
import { download, ledgerOf, show, type ConsoleContext } from "../context.ts";
import { select } from "../parts/select.ts";
import { outcomeBadge, outcomes } from "../parts/outcome.ts";
import { table } from "../parts/table.ts";
import { bytes, count, duration, number, visible, when } from "../text.ts";

const runsPerPage = 50;
const refreshMs = 2_000;
const dayMs = 24 * 60 * 60 * 1000;

/** Outcomes to choose from, with the values that the ledger searches by. */
const choices = [
  ["", "any outcome"],
  ["failed", "any failure"],
  ...Object.entries(outcomes).filter(([outcome]) => outcome !== "stopped"),
] as const;

/** What a form has done, by the value of `notice` in the address. */
const notices: Record<string, string> = {
  "all-forgotten": "All runs were forgotten.",
  forgotten: "The run was forgotten.",
  "not-there": "The run no longer existed.",
};

export async function runsPage(c: ConsoleContext): Promise<Response> {
  const ledger = ledgerOf(c);
  const { notice = "", ...asked } = c.req.query();
  const filter = filterOf(asked);
  const before = Number(asked.before) || undefined;
  const [{ runs, next }, size, { apis }] = await Promise.all([
    ledger.runs(filter, { limit: runsPerPage, ...(before !== undefined && { before }) }),
    ledger.size(),
    readManifest(c.env.env.CATALOGS),
  ]);
  const none =
    Object.keys(filter).length > 0
      ? html`<p>No run matches. <a href="/runs">Show all</a></p>`
      : html`<p>
          Nothing has run yet. <a href="/">Connect a client</a> or try the
          <a href="/playground">playground</a>.
        </p>`;
  return show(c, {
    title: "Runs",
    section: "runs",
    notice: notices[notice],
    refreshMs: before === undefined ? refreshMs : undefined,
    body: html`<h1>Runs</h1>
      ${filterForm(asked, apis)} ${runs.length === 0 ? none : runTable(runs)}
      ${next !== undefined && html`<p><a class="button" href="${olderLink(asked, next)}">Older runs</a></p>`}
      <p class="quiet">
        ${count(size.runs, "run")} kept, ${bytes(size.bytes)}.
        ${size.lost > 0 && html`<strong>${count(size.lost, "run")} could not be recorded.</strong>`}
      </p>
      <div class="row">
        <a class="button" href="/runs.jsonl" download>Export as JSON lines</a>
        <details>
          <summary>Forget all runs …</summary>
          <form method="post" action="/runs/forget">
            ${c.env.form.field}
            <p>Deletes their code, results and requests for good. Changes nothing in the APIs.</p>
            <button class="danger">Forget ${count(size.runs, "run")}</button>
          </form>
        </details>
      </div>`,
  });
}

/** All runs as JSON lines. */
export async function exportRuns(c: ConsoleContext): Promise<Response> {
  return download(await ledgerOf(c).export(), "application/jsonl", "runs.jsonl");
}

function runTable(runs: RunSummary[]): Markup {
  const row = (run: RunSummary) =>
    html`<tr>
      <td class="wide">
        <a id="${run.runId}" href="/runs/${run.runId}"><code>${visible(run.title) || "(no code)"}</code></a>
      </td>
      <td>${outcomeBadge(run.outcome)}</td>
      <td>${run.tool}</td>
      <td>${run.apis.join(", ")}</td>
      <td class="n">
        ${run.requests > 0 && html`${number(run.requests)}<span class="unit"> ${run.requests === 1 ? "request" : "requests"}</span>`}
      </td>
      <td class="n">${run.durationMs !== undefined && duration(run.durationMs)}</td>
      <td>${visible(run.client)}</td>
      <td class="nowrap">${when(run.startedAtMs)}</td>
    </tr>`;
  const columns = ["Code", "Outcome", "Tool", "APIs", { n: "Requests" }, { n: "Took" }, "Client", "Began"];
  return table("Runs, newest first", columns, runs.map(row));
}

function filterForm(asked: Record<string, string>, apis: { name: string }[]): Markup {
  const names = (all: readonly { name: string }[]) => all.map(({ name }) => name);
  return html`<form class="filter" method="get" action="/runs" role="search">
    <label>Words <input type="search" name="text" value="${asked.text}" /></label>
    ${select("Tool", "tool", asked.tool, [["", "any tool"], ...names(tools)])}
    ${select("API", "api", asked.api, [["", "any API"], ...names(apis)])}
    ${select("Outcome", "outcome", asked.outcome, choices)}
    <label>Operation <input name="operation" value="${asked.operation}" /></label>
    <label>From (UTC) <input type="date" name="from" value="${asked.from}" /></label>
    <label>To (UTC) <input type="date" name="to" value="${asked.to}" /></label>
    <button class="primary">Filter</button>
  </form>`;
}

/** What the query asks for, without values that make no sense. */
function filterOf(asked: Record<string, string>): RunFilter {
  const midnight = (date = "") => Date.parse(`${date}T00:00:00Z`);
  const { tool, api, outcome, operation, text, from, to } = asked;
  const days = { fromMs: midnight(from), toMs: midnight(to) + dayMs - 1 };
  const wanted = { tool, api, outcome, operation: operation?.trim(), text, ...days };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
}

function olderLink(asked: Record<string, string>, before: number): string {
  return `/runs?${new URLSearchParams({ ...asked, before: String(before) })}`;
}
