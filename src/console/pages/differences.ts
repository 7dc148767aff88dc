/** What a run of then would do today, request by request: compares its record with that of a look back at it. */
import { html } from "hono/html";
import { note, state, type Tone } from "../../auth/pages/elements.ts";
import { icon, type IconName } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { ruleInWords } from "../../request/shown/rule-in-words.ts";
import { callsOf, titleOf } from "../../store/ledger/runs.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import type { RunOfThen, RunRecord } from "../../terms/record.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import {
  apiDifferences,
  differencesOf,
  runOfThen,
  type ApiDifference,
  type Change,
  type Line,
} from "../parts/differences.ts";
import { apiTitle, documentsOf, operationInWords, type Documents } from "../parts/in-words.ts";
import { pageHead } from "../parts/layout.ts";
import { segments } from "../parts/method.ts";
import { runInWords, said } from "../parts/run-in-words.ts";
import { table } from "../parts/table.ts";
import { verdictOf } from "../parts/verdict.ts";
import { requestName } from "../parts/waterfall.ts";
import { count, number, visible, when } from "../text.ts";
import { missingPage } from "./missing.ts";

/** Lines of differences on a page, and as many of what is the same. */
const maxLines = 200;

export async function differencesPage(c: ConsoleContext): Promise<Response> {
  const ledger = ledgerOf(c);
  const kept = await ledger.run(c.req.param("run") ?? "");
  const now = kept?.ended ? kept.record : undefined;
  const keptThen = now?.lookedBack && (await ledger.run(now.lookedBack.run));
  if (!now || !keptThen) return missingPage(c, now?.lookedBack ? "runOfThen" : "run");
  const then = runOfThen(keptThen);
  const requests = [...then.requests, ...now.requests];
  const documents = await documentsOf(
    c.env.env.CATALOGS,
    requests.map(({ api }) => api),
  );
  const lines = differencesOf(then, now);
  return show(c, {
    title: `Then and today: run ${then.runId}`,
    section: "runs",
    body: html`${heading(then, now, documents, c.env.form.field)}
    ${whatItWouldDo(now) || (lines.length > 0 && lines.every(isSame) && note("ok", "Nothing differs: every request would go as it did."))}
    ${aroundPart(apiDifferences(then, now), documents)}
    ${requestsPart(lines, documents, now.failure === undefined)} ${resultPart(then, now)} ${finePrint()}`,
  });
}

function heading(then: RunOfThen, now: RunRecord, documents: Documents, field: Markup): Markup {
  const { tool, code, requests } = then;
  const { what } = runInWords({ tool, title: titleOf(code), called: callsOf(requests) }, documents);
  return html`${pageHead("Then and today", {
    crumb: html`<a href="/runs">Runs</a> / <a href="/runs/${then.runId}">${said(what)}</a>`,
    under: html`<p class="lead">
      The code of ${when(then.startedAtMs)} was run again on ${when(now.startedAtMs)}, with the documents,
      rules and data of today. It was a plan: reads were sent, and nothing was written.
    </p>`,
    actions: html`<form method="post" action="/runs/${then.runId}/look-back">
        ${field}<button>${icon("clock")} Compare again</button>
      </form>
      <a class="button" href="/runs/${now.runId}">Open the run of today</a>`,
  })}`;
}

/** How the run of today ended, where that says more than its requests. */
function whatItWouldDo({ failure, lookedBack }: RunRecord): Markup | false {
  const refused = lookedBack?.refused;
  if (refused)
    return note(
      "refuse",
      html`<strong>Today this code would be refused before it runs.</strong>
        <p>${visible(refused.sentence)}</p>
        <p>
          It was run without the check, so that you see the rest${failure && ", and did not get to its end"}.
          ${failure && failure.sentence !== refused.sentence && visible(failure.sentence)}
        </p>`,
    );
  return (
    failure !== undefined &&
    note(
      "fail",
      html`<strong>Today it would not get to its end.</strong>
        <p>${visible(failure.sentence)}</p>`,
    )
  );
}

function aroundPart(apis: ApiDifference[], documents: Documents): Markup | false {
  return (
    apis.length > 0 &&
    html`<section class="section">
      <h2>What has changed around it</h2>
      <ul class="list around">
        ${apis.map(
          (api) =>
            html`<li>
              <strong>${apiTitle(documents, api.name)}</strong>
              <div class="grow">${around(api)}</div>
            </li>`,
        )}
      </ul>
    </section>`
  );
}

function around({ isGone, document, rules, otherwise }: ApiDifference): Markup {
  if (isGone) return html`This server has no API of this name any more, or the run could not call it today.`;
  const documentWords = {
    same: "The document is the same.",
    changed: "The document has changed.",
    unknown: "Which document it had then is not known.",
  }[document ?? "unknown"];
  if (!rules) return html`${documentWords} Which rules it had then is not known.`;
  const rulesTold = [
    ...rules.added.map((rule) => ["added", ruleInWords({ grounds: { by: "policy", ...rule } })] as const),
    ...rules.removed.map((rule) => ["removed", ruleInWords({ grounds: { by: "policy", ...rule } })] as const),
  ];
  if (rulesTold.length === 0 && !otherwise) return html`${documentWords} Its rules are the same.`;
  return html`${documentWords} Its rules have changed:
    <ul class="diff">
      ${rulesTold.map(([sign, rule]) => html`<li>${sign === "added" ? html`<ins>+ New: ${visible(rule)}.</ins>` : html`<del>− Gone: ${visible(rule)}.</del>`}</li>`)}
      ${otherwise && html`<li><span>What no rule names: ${otherwise.was} then, ${otherwise.is} today.</span></li>`}
    </ul>`;
}

/** @param ended whether the run of today got to its end */
function requestsPart(lines: Line[], documents: Documents, ended: boolean): Markup {
  const [same, other] = [lines.filter(isSame), lines.filter((line) => !isSame(line))];
  if (lines.length === 0)
    return html`<section class="section">
      <p>It called no API, then or today.</p>
    </section>`;
  return html`${
    other.length > 0 &&
    html`<section class="section">
      <h2>${count(other.length, "request")} ${other.length === 1 ? "differs" : "differ"}</h2>
      <div class="row">${summaryOf(lines)}</div>
      ${linesTable("What differs, in the order of the code", other, documents, ended)}
    </section>`
  }
  ${
    same.length > 0 &&
    html`<section class="section">
      <details ${other.length === 0 && "open"}>
        <summary class="quiet">
          ${count(same.length, "request")} ${same.length === 1 ? "is" : "are"} the same
        </summary>
        ${linesTable("What is the same, in the order of the code", same, documents, ended)}
      </details>
    </section>`
  }`;
}

const isSame = ({ changes }: Line) => changes.length === 0;

function linesTable(caption: string, lines: Line[], documents: Documents, ended: boolean): Markup {
  const more = lines.length - maxLines;
  return html`${table(
    caption,
    ["Request", "Then and today"],
    lines.slice(0, maxLines).map((line) => row(line, documents, ended)),
  )}
  ${more > 0 && html`<p class="quiet">${count(more, "more line")} not shown.</p>`}`;
}

/** How many of each kind. A request with several changes counts in each. */
function summaryOf(lines: Line[]): Markup {
  const kinds = Map.groupBy(
    lines.flatMap(({ changes }) => changes.map(({ kind }) => kind)),
    (kind) => kind,
  );
  return html`${[...kinds].map(([kind, all]) => html`${changeState(kind, all.length)} `)}`;
}

/** What is said of each change, as docs/using.md explains it. */
export const changeWords: Record<Change["kind"], [words: string, drawing: IconName]> = {
  gone: ["Operation gone", "failed"],
  operation: ["Another operation", "boxes"],
  moved: ["Moved", "right"],
  called: ["Takes other arguments", "pencil"],
  decision: ["Decided differently", "shield"],
  access: ["Other access", "key"],
  answer: ["Changed answer", "activity"],
  unmade: ["No longer made", "stop"],
  new: ["New", "info"],
};

/** A difference is neither good nor bad, but for what cannot be called any more. */
const toneOf = (kind: Change["kind"]): Tone => (kind === "gone" ? "fail" : "calm");

function row(line: Line, documents: Documents, ended: boolean): Markup {
  const { was, is, changes } = line;
  // What is new was made.
  const shown = (was ?? is) as RequestRecord;
  const [then, today] = verdictOf(
    line,
    (operation) => operationInWords(documents, shown.api, operation),
    ended,
  );
  return html`<tr>
    <td class="wide">${requestName(shown, documents)}</td>
    <td class="wide verdict">
      <div class="row">
        ${changes.length === 0 && state("ok", "Same")} ${changes.map(({ kind }) => changeState(kind))}
      </div>
      <p>${visible(then)} ${segments(today)}</p>
    </td>
  </tr>`;
}

/** @param times in a summary */
function changeState(kind: Change["kind"], times = 1): Markup {
  const [text, drawing] = changeWords[kind];
  return state(
    toneOf(kind),
    times > 1 ? html`${text}<span class="sr">,</span> × ${number(times)}` : text,
    drawing,
  );
}

function resultPart(then: RunOfThen, now: RunRecord): Markup | false {
  const was = "result" in then ? (then as RunRecord).result : undefined;
  const is = now.result;
  if (!was && !is) return false;
  const isEqual = was?.head === is?.head && was?.chars === is?.chars;
  const whole = isEqual && was !== undefined && was.chars === was.head.length;
  return html`<section class="section">
    <h2>Result</h2>
    <p>
      ${
        isEqual
          ? whole
            ? "It returned the same."
            : "It returned as much, and the beginning, which is all that is kept, is the same."
          : html`Its result differs: <a href="/runs/${then.runId}">then</a>,
              <a href="/runs/${now.runId}">today</a>.`
      }
    </p>
  </section>`;
}

const finePrint = () =>
  html`<p class="quiet small">
    Answers and bodies of requests are not kept: answers are compared by their status and size. A write was
    answered with an example of the document, so what follows from its answer may differ for that reason
    alone. What the code did not ask for today was judged by its method and address.
  </p>`;
