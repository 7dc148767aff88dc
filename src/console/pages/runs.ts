/** The list of runs with its filters, the export, and the form that deletes all of them. */
import { html } from "hono/html";
import { note } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { tools } from "../../mcp/tools/index.ts";
import type { RunFilter, RunSummary } from "../../store/ledger/runs.ts";
import { download, ledgerOf, noticeOf, show, type ConsoleContext } from "../context.ts";
import { filterForm, found } from "../parts/filter.ts";
import { apiChoices, documentsOf, type Documents } from "../parts/in-words.ts";
import { empty, pageHead } from "../parts/layout.ts";
import { select } from "../parts/select.ts";
import { outcomes, outcomeState } from "../parts/outcome.ts";
import { runInWords, said } from "../parts/run-in-words.ts";
import { ago, bytes, count, duration, number, visible } from "../text.ts";
import { replyTokens } from "./run-result.ts";

const runsPerPage = 50;
const refreshMs = 2_000;
const dayMs = 24 * 60 * 60 * 1000;

/** Outcomes to choose from, with the values that the ledger searches by. */
const choices = [
  ["", "Any outcome"],
  ["failed", "Any failure"],
  ...Object.entries(outcomes).filter(([outcome]) => outcome !== "stopped"),
] as const;

/** What a form has done, by the value of `notice` in the address. */
const notices: Record<string, string> = {
  "all-forgotten": "All runs were deleted.",
  forgotten: "The run was deleted.",
  "not-there": "The run no longer existed.",
};

export async function runsPage(c: ConsoleContext): Promise<Response> {
  const ledger = ledgerOf(c);
  const { notice: _, ...asked } = c.req.query();
  const filter = filterOf(asked);
  const before = Number(asked.before) || undefined;
  const [{ runs, next }, size] = await Promise.all([
    ledger.runs(filter, { limit: runsPerPage, ...(before !== undefined && { before }) }),
    ledger.size(),
  ]);
  const documents = await documentsOf(
    c.env.env.CATALOGS,
    runs.flatMap(({ did }) => did.map(({ api }) => api)),
  );
  const none =
    size.runs > 0
      ? empty(
          "search",
          "No run matches",
          "Words are looked for in the code, the operations, the paths and the failure.",
          html`<a class="button" href="/runs">Show all runs</a>`,
        )
      : empty(
          "activity",
          "Nothing has run yet",
          "Everything that your clients run appears here at once: the code, its requests, and what came of them.",
          html`<div class="row">
            <a class="button primary" href="/">Connect a client</a>
            <a class="button" href="/playground">Try the playground</a>
          </div>`,
        );
  return show(c, {
    title: "Runs",
    section: "runs",
    notice: noticeOf(c, notices),
    refreshMs: before === undefined ? refreshMs : undefined,
    body: html`${pageHead("Runs")} ${narrowed(asked, apiChoices(documents), size.runs)}
    ${size.runs > 0 && Object.keys(filter).length === 0 && kept(size, c.env.form.field)}
    ${found(runs.length === 0 ? "No run matches" : `${count(runs.length, "run")}${next === undefined ? "" : " and older ones"}`, false)}
    ${
      runs.length === 0
        ? none
        : html`<div class="parts">
            <ul class="list runs" aria-label="Runs, newest first">
              ${runs.map((run) => runRow(run, documents))}
            </ul>
          </div>`
    }
    ${size.lost > 0 && note("fail", html`<strong>${count(size.lost, "run")} could not be recorded.</strong>`)}
    ${next !== undefined && html`<div class="row"><a class="button" id="older" href="${olderLink(asked, next)}">Older runs</a></div>`}`,
  });
}

/** What is kept of all runs, and what can be done with it: above the list, which may be without an end. */
function kept({ runs, bytes: size }: { runs: number; bytes: number }, field: Markup): Markup {
  return html`<div class="row kept">
    <span class="quiet small">${count(runs, "run")} kept, ${bytes(size)}</span>
    <a class="button plain little" href="/runs.jsonl" download title="As JSON lines"
      >${icon("download")} Download all</a
    >
    <details class="menu">
      <summary class="button plain little">${icon("trash")} Delete all …</summary>
      <form class="pop" method="post" action="/runs/forget">
        ${field}
        <p>Deletes their code, results and requests for good. Changes nothing in the APIs.</p>
        <button class="danger">Delete ${count(runs, "run")}</button>
      </form>
    </details>
  </div>`;
}

/** All runs as JSON lines. */
export async function exportRuns(c: ConsoleContext): Promise<Response> {
  return download(await ledgerOf(c).export(), "application/jsonl", "runs.jsonl");
}

/** A run in a line of the list: as few elements as it takes, because thousands of them are scrolled through. */
export function runRow(run: RunSummary, documents: Documents): Markup {
  const { what, more } = runInWords({ ...run, called: run.did }, documents);
  const tokens = replyTokens(run.resultChars);
  return html`<li data-key="${run.runId}">
    <a class="line" id="${run.runId}" href="/runs/${run.runId}" title="${what.text}">
      ${outcomeState(run.outcome, run.plan)}
      <span class="grow cut"
        ><strong class="what">${said(what)}</strong> <span class="more">${said(more)}</span></span
      >
      <span class="by cut">${visible(run.client)}</span>
      <span class="num req"
        >${run.requests > 0 && html`${number(run.requests)} ${run.requests === 1 ? "request" : "requests"}`}</span
      >
      <span class="num took">${run.durationMs !== undefined && duration(run.durationMs)}</span>
      <span class="num tok">${tokens !== undefined && html`${tokens} tokens`}</span>
      ${ago(run.startedAtMs)}
    </a>
  </li>`;
}

function narrowed(
  asked: Record<string, string>,
  apis: [id: string, title: string][],
  all: number,
): Markup | false {
  const more = [asked.tool, asked.operation, asked.from, asked.to].filter(Boolean).length;
  const title = "Words of the code, the operations, the paths and the failure";
  const fields = html`${select("Outcome", "outcome", asked.outcome, choices)}
    ${select("API", "api", asked.api, [["", "Any API"], ...apis])}
    <details class="menu ${more > 0 && "on"}">
      <summary class="button">${icon("filter")} More${more > 0 && html` (${more})`}</summary>
      <div class="pop">
        ${select("Tool", "tool", asked.tool, [["", "Any tool"], ...tools.map(({ name }) => name)])}
        <label>Operation <input name="operation" value="${asked.operation}" /></label>
        <label
          >From<span data-utc> (UTC)</span> <input type="date" name="from" value="${asked.from}"
        /></label>
        <label>To<span data-utc> (UTC)</span> <input type="date" name="to" value="${asked.to}" /></label>
        <input type="hidden" name="zone" value="${asked.zone}" />
        <a class="button plain little" href="/runs">Clear all</a>
      </div>
    </details>`;
  const find = { name: "text", value: asked.text, words: "Search runs", title };
  return filterForm({ action: "/runs", find, fields, button: "Filter", all });
}

/** Minutes that a browser can be behind UTC, or before it. */
const maxZoneMinutes = 15 * 60;

/** What the query asks for, without values that make no sense. */
function filterOf(asked: Record<string, string>): RunFilter {
  const { tool, api, outcome, operation, text, from, to, zone } = asked;
  // As `Date.getTimezoneOffset` gives it; a page without a script says UTC.
  const minutes = Number(zone);
  const zoneMs = Math.abs(minutes) <= maxZoneMinutes ? minutes * 60_000 : 0;
  const midnight = (date = "") => Date.parse(`${date}T00:00:00Z`) + zoneMs;
  const days = { fromMs: midnight(from), toMs: midnight(to) + dayMs - 1 };
  const wanted = { tool, api, outcome, operation: operation?.trim(), text, ...days };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
}

function olderLink(asked: Record<string, string>, before: number): string {
  return `/runs?${new URLSearchParams({ ...asked, before: String(before) })}`;
}
