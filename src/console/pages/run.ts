/** One run: what happened in a sentence, its result, its requests on a time scale, its code and its log. */
import { html } from "hono/html";
import { facts, note, shortName, state } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { ruleInWords } from "../../request/shown/rule-in-words.ts";
import { callsOf, titleOf } from "../../store/ledger/runs.ts";
import type { RunRecord, RunStart } from "../../terms/record.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import type { LastingState } from "../../terms/lasting.ts";
import { parseJson } from "../../terms/json.ts";
import { consoleClient, download, ledgerOf, show, type ConsoleContext } from "../context.ts";
import { block, copyButton } from "../parts/block.ts";
import { highlight } from "../parts/highlight.ts";
import { givenFiles } from "../parts/given-files.ts";
import { apiTitle, documentsOf, operationInWords, type Documents } from "../parts/in-words.ts";
import { valueInWords } from "../parts/json-view.ts";
import { pageHead } from "../parts/layout.ts";
import { preText } from "../parts/lines.ts";
import { outcomeState, stayed, toneOf } from "../parts/outcome.ts";
import { runInWords, said, type Said } from "../parts/run-in-words.ts";
import { isGrouped, waterfall } from "../parts/waterfall.ts";
import { ago, count, duration, number, visible, when } from "../text.ts";
import { missingPage } from "./missing.ts";
import { runActions } from "./run-actions.ts";
import { replyTokens, resultPart, resultText } from "./run-result.ts";

/** The page of a run in progress looks for a new version of itself after this time. */
const refreshMs = 1_000;

export async function runPage(c: ConsoleContext): Promise<Response> {
  const runId = c.req.param("run") ?? "";
  const kept = await ledgerOf(c).run(runId);
  if (!kept) return missingPage(c, "run");
  const called = kept.ended ? kept.record.requests : kept.requests;
  const documents = await documentsOf(
    c.env.env.CATALOGS,
    called.map(({ api }) => api),
  );
  const { field } = c.env.form;
  const each = c.req.query("each") !== undefined;
  const frame = { title: `Run ${runId}`, section: "runs" as const };
  const files = givenFiles(await ledgerOf(c).filesOf(runId));
  if (!kept.ended) {
    const isGoing = kept.outcome === "running" || kept.lasting !== undefined;
    const requests = kept.requests.map(isGoing ? untilNow : unanswered);
    return show(c, {
      ...frame,
      refreshMs: isGoing ? refreshMs : undefined,
      body: html`${heading(kept.start, kept.outcome, requests, documents, isGoing ? { field } : {})}
      ${ofProgram(kept.start)} ${!isGoing && lost(requests)} ${kept.lasting && inBackground(kept.lasting)}
      ${files} ${requestsPart(kept.start, requests, documents, { suffix: isGoing ? " so far" : "", each })}
      ${codePart(kept.start)} ${!isGoing && runActions(kept.start, kept.outcome, field)}`,
    });
  }
  const { record } = kept;
  const { outcome, plan } = record;
  const paused = outcome === "needs-approval" || plan ? await ledgerOf(c).pausedRunOf(runId) : null;
  const text = await resultText(c, record);
  return show(c, {
    ...frame,
    body: html`${heading(record, outcome, record.requests, documents, { record })} ${ofProgram(record)}
    ${lookedBack(record)} ${whatHappened(record, { paused, text, documents })} ${resultPart(record, text)}
    ${files} ${requestsPart(record, record.requests, documents, { left: record.cut?.requests, each })}
    ${logsPart(record)} ${codePart(record)} ${runActions(record, outcome, field)}`,
  });
}

/** The kept program that it was a run of. */
function ofProgram({ program }: RunStart): Markup | undefined {
  if (!program) return undefined;
  const { id, name, version, timeMs } = program;
  return html`<p class="quiet">
    Version ${number(version)} of <a href="/programs/${id}">${visible(name)}</a>,
    ${timeMs === undefined ? "run by its name" : html`due ${when(timeMs)}`}
  </p>`;
}

/** Leads to the comparison that it was made for. */
function lookedBack({ lookedBack: looked, runId }: RunRecord): Markup | undefined {
  if (!looked) return undefined;
  return note(
    "calm",
    html`<div class="row">
      <p>
        This compared <a href="/runs/${looked.run}">an earlier run</a> with today, as a plan that nobody has
        to decide on.
      </p>
      <a class="button primary" href="/runs/${runId}/differences">See what differs</a>
    </div>`,
  );
}

/** How far a run in the background is. */
function inBackground({ state: now, untilMs, link }: LastingState): Markup {
  const words =
    untilMs !== undefined
      ? html`It sleeps until ${when(untilMs)}, and then goes on by itself.`
      : now === "waiting" || link !== undefined
        ? "It waits for you."
        : "It runs.";
  if (link === undefined) return note("calm", words, "status");
  const review = html`<a class="button primary" href="${new URL(link).pathname}">Review what waits</a>`;
  return note(
    "wait",
    html`<div class="row">
      <p>${words}</p>
      ${review}
    </div>`,
    "status",
  );
}

/** How to end a run that goes on. @param field of every form */
function ending(runId: string, field: Markup): Markup {
  return html`<details class="menu">
    <summary class="button">${icon("stop")} End this run …</summary>
    <form class="pop" method="post" action="/runs/${runId}/cancel">
      ${field}
      <p>Nothing more of it is sent. What was done stands.</p>
      <button class="danger">End this run</button>
    </form>
  </details>`;
}

/** Ends a run that goes on, in the background or for a client that waits. */
export async function cancelRun(c: ConsoleContext): Promise<Response> {
  const runId = c.req.param("run") ?? "";
  const ledger = ledgerOf(c);
  if (!(await ledger.cancelLasting(runId, "The user ended this run."))) await ledger.askToStop(runId);
  return c.redirect(`/runs/${encodeURIComponent(runId)}`, 303);
}

/** Of a run whose end was never recorded. */
function lost(requests: readonly RequestRecord[]): Markup {
  return note(
    "fail",
    html`<strong>The server heard nothing more of this run.</strong>
      <p>
        The server was restarted, or stopped in the middle of the run.
        ${
          requests.length > 0
            ? "A request below without an answer may have taken effect: look in the API before you send it again."
            : "No request of it was recorded, and a write is recorded before it is sent: it wrote nothing."
        }
      </p>`,
  );
}

/** Everything that is kept of a run, as JSON. */
export async function runRecord(c: ConsoleContext): Promise<Response> {
  const runId = c.req.param("run") ?? "";
  const kept = await ledgerOf(c).run(runId);
  if (!kept) return missingPage(c, "run");
  const record = kept.ended
    ? kept.record
    : { ...kept.start, outcome: kept.outcome, requests: kept.requests, progress: kept.lasting };
  return download(
    JSON.stringify(record, undefined, 2),
    "application/json",
    `run-${runId.replace(/\W/g, "")}.json`,
  );
}

/** @param field of every form, for a run that goes on; `record` for one that has ended */
function heading(
  start: RunStart,
  outcome: string,
  requests: readonly RequestRecord[],
  documents: Documents,
  { record, field }: { record?: RunRecord; field?: Markup },
): Markup {
  const tokens = replyTokens(record?.result?.chars);
  const access = Object.entries(start.access).map(
    ([api, kinds]) => `${apiTitle(documents, api)}: ${kinds.join(", ")}`,
  );
  return html`${pageHead(said(nameOf(start, requests, documents)), {
    crumb: html`<a href="/runs">Runs</a>`,
    under: html`<div class="row">
      <span role="status">${outcomeState(outcome, start.plan)}</span>
      <span class="quiet"
        >${shortName(start.client.name ?? start.client.id)},
        ${ago(start.startedAtMs)}${
          record && html`, ${duration(record.durationMs)}`
        }${tokens !== undefined && html`, <span class="nowrap">${tokens} tokens</span>`}</span
      >
    </div>`,
    actions: html`${
        (record !== undefined || outcome === "interrupted") &&
        html`<a
          class="button"
          href="/playground?run=${start.runId}"
          title="Its code, to run it again or to change it first"
          >${icon("terminal")} Open in playground</a
        >`
      }
      ${field && ending(start.runId, field)}
      <details class="menu">
        <summary class="button">${icon("info")} Details</summary>
        <div class="pop">
          ${facts({
            Run: html`<code>${start.runId}</code>`,
            Tool: `${start.tool}${start.plan ? ", as a plan: nothing was written" : ""}`,
            Began: when(start.startedAtMs),
            Granted: access.join("; ") || "nothing",
          })}
        </div>
      </details>`,
  })}`;
}

function nameOf({ code, tool }: RunStart, requests: readonly RequestRecord[], documents: Documents): Said {
  return runInWords({ tool, title: titleOf(code), called: callsOf(requests) }, documents).what;
}

interface HappenedView {
  /** Id of the paused run that it left. */
  paused: string | null;
  /** The whole result, if the page has it. */
  text: string | null;
  documents: Documents;
}

/** What happened, in one sentence, and what to do next. */
function whatHappened(record: RunRecord, { paused, text, documents }: HappenedView): Markup {
  const { outcome, plan, failure, requests, cut } = record;
  const review =
    paused !== null &&
    html`<a class="button primary" href="/approvals/${paused}"
      >${plan ? "Review the plan" : "Review what waits"}</a
    >`;
  if (outcome === "needs-approval")
    return note("wait", html`<div class="row">${waits(requests, documents)} ${review}</div>`);
  if (failure) return failed(record, documents);
  const kept = requests.filter((one) => !stayed.has(one.outcome));
  const sent = kept.length + (cut?.requests ?? 0);
  const refused = requests.filter((one) => one.outcome === "denied").length;
  const failing = kept.filter(({ status = 0 }) => status >= 400).length;
  const how = `Sent ${sent === 0 ? "no request" : count(sent, "request")}`;
  if (record.tool === "search") return html`<p>Returned ${returned(record, text)}.</p>`;
  return html`<p>
      ${plan ? `${how} to read with, and listed its writes` : how}${record.result && html` and returned ${returned(record, text)}`}.
      ${failing > 0 && state("fail", `${number(failing)} failed`)}
      ${refused > 0 && state("refuse", `${number(refused)} more refused`)}
    </p>
    ${review && html`<div class="row">${review}</div>`}`;
}

/** What a paused run waits for. */
function waits(requests: readonly RequestRecord[], documents: Documents): Markup {
  const { api, operation } = requests.find((one) => one.outcome === "waiting") ?? {};
  const what =
    api === undefined || operation === undefined
      ? "The run waits"
      : `${operationInWords(documents, api, operation)}: this waits`;
  return html`<p><strong>${what} for your decision.</strong> Nothing of what waits was sent.</p>`;
}

/** In a reader's words where a rule or a grant decided; the failure's own are for the model, and say so. */
function failed({ outcome, failure, requests, client }: RunRecord, documents: Documents): Markup {
  const { sentence, next } = failure!;
  const denied = requests.find((one) => one.outcome === "denied" && one.rule !== undefined);
  const asked = denied?.operation && operationInWords(documents, denied.api, denied.operation);
  if (denied?.grounds?.by === "no grant")
    return note(
      toneOf(outcome),
      html`<strong
          >${shortName(client.name ?? client.id)} was not given this
          access${asked && html`: ${asked}`}.</strong
        >
        <p>
          Nothing of it was sent. To allow it,
          ${client.id === consoleClient ? "tick it there" : "connect the client again and tick it on the page that opens"}.
        </p>
        ${toTheModel(next, client.id)}`,
    );
  if (denied && outcome === "denied")
    return note(
      toneOf(outcome),
      html`<strong>${visible(sentence)}</strong>
        <p>${visible(ruleInWords(denied))}.</p>
        ${toTheModel(next, client.id)}`,
    );
  const refused = outcome === "upstream-error" && refusedByApi(requests, documents);
  return note(
    toneOf(outcome),
    html`${
        refused
          ? html`<strong>${refused}</strong> ${preText(sentence)}`
          : html`<strong>${visible(sentence)}</strong>`
      }
      <p class="small">${client.id === consoleClient ? "Advice:" : "The model was told:"}</p>
      ${preText(next)}`,
  );
}

/** What the API did not do, in words: its answer, which may be long, stands below. */
function refusedByApi(requests: readonly RequestRecord[], documents: Documents): string {
  const [first, ...others] = requests.filter(({ status = 0 }) => status >= 400);
  if (!first?.operation) return "The API answered with an error.";
  const isOne = others.every(
    ({ operation, status }) => operation === first.operation && status === first.status,
  );
  const what = operationInWords(documents, first.api, first.operation);
  return isOne ? `${what}: the API answered ${first.status}.` : "The API answered with errors.";
}

const toTheModel = (next: string, clientId: string) =>
  html`<details>
    <summary class="small">
      ${clientId === consoleClient ? "What the answer was" : "What the model was told"}
    </summary>
    ${preText(next)}
  </details>`;

function returned({ result }: RunRecord, text: string | null): string {
  if (!result) return "nothing";
  return text === null
    ? `${number(result.chars)} characters of JSON`
    : visible(valueInWords(parseJson(text)));
}

function codePart(start: RunStart): Markup {
  return html`<section class="section">
    ${block("Code", highlight(start.code, "code"), copyButton("code", "the code"))}
    ${notKept(start.codeChars - start.code.length)}
  </section>`;
}

const notKept = (chars = 0) =>
  chars > 0 && html`<p class="quiet">${count(chars, "more character")} not kept.</p>`;

/** A request in progress with the time it has taken until now. */
function untilNow(request: RequestRecord): RequestRecord {
  const { outcome, startedAtMs = Date.now() } = request;
  return outcome === "under way" ? { ...request, durationMs: Date.now() - startedAtMs } : request;
}

/** A request of which nothing more is heard: the server ended before its answer. */
function unanswered(request: RequestRecord): RequestRecord {
  return request.outcome === "under way" ? { ...request, outcome: "unknown" } : request;
}

interface RequestsView {
  suffix?: string;
  /** How many more were not kept. */
  left?: number | undefined;
  each: boolean;
}

function requestsPart(
  { startedAtMs, runId }: RunStart,
  requests: RequestRecord[],
  documents: Documents,
  { suffix = "", left = 0, each }: RequestsView,
): Markup | false {
  return (
    requests.length > 0 &&
    html`<section class="section">
      <div class="row">
        <h2>${count(requests.length + left, "request")}${suffix}</h2>
        ${
          isGrouped(requests) &&
          html`<a class="button plain little" href="/runs/${runId}${each ? "" : "?each"}"
            >${each ? "By operation" : "Each on its own line"}</a
          >`
        }
      </div>
      ${waterfall(requests, startedAtMs, documents, each)}
      ${left > 0 && html`<p class="quiet">Details of the last ${number(left)} are not kept.</p>`}
    </section>`
  );
}

function logsPart({ logs, cut }: RunRecord): Markup | undefined {
  if (logs.length === 0) return undefined;
  const lines = html`<ul class="log">
    ${logs.map(({ level, text }) => html`<li class="${level}">${level !== "log" && `${level}: `}${visible(text)}</li>`)}
  </ul>`;
  return html`<section class="section">
    ${block("Log", lines, html`<span>${count(logs.length, "line")}</span>`)} ${notKept(cut?.logChars)}
  </section>`;
}
