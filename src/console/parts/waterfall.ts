/**
 * The requests of a run on one time scale. Many requests of one operation share a line, whose bars are all of them. The
 * bars are SVG, which needs no style and so no exception in the CSP.
 */
import { html } from "hono/html";
import { state, type Tone } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { ruleInWords } from "../../request/shown/rule-in-words.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { bytes, count, duration, number, visible } from "../text.ts";
import { apiTitle, operationInWords, type Documents } from "./in-words.ts";
import { methodAnd } from "./method.ts";
import { requestAnswer, requestState, requestTone, stayed } from "./outcome.ts";
import { table } from "./table.ts";

/** More requests than this are shown by operation. */
const maxSingle = 25;

interface Timed {
  request: RequestRecord;
  offsetMs: number;
}

interface Scale {
  endMs: number;
  documents: Documents;
}

/**
 * @param startedAtMs when the run began, in milliseconds since the epoch
 * @param each shows every request on a line of its own
 */
export function waterfall(
  requests: readonly RequestRecord[],
  startedAtMs: number,
  documents: Documents,
  each = false,
): Markup {
  const timed = requests.map((request) => ({
    request,
    offsetMs: Math.max((request.startedAtMs ?? startedAtMs) - startedAtMs, 0),
  }));
  const endMs = scaleMs(
    timed.reduce((end, { request, offsetMs }) => Math.max(end, offsetMs + request.durationMs), 1),
  );
  const scale = { endMs, documents };
  const groups =
    each || timed.length <= maxSingle
      ? timed.map((one) => [one])
      : [
          ...Map.groupBy(
            timed,
            ({ request: { api, operation, method, url } }) => `${api} ${operation ?? `${method} ${url}`}`,
          ).values(),
        ];
  return table(
    "Requests in the order of the code",
    ["Operation", "Answer", { n: "Time" }, { n: "Up / down" }, { axis: ticks(endMs) }],
    groups.map((group) => (group.length === 1 ? row(group[0]!, scale) : groupRow(group, scale))),
    "fall",
  );
}

/** Whether not every request has a line of its own. */
export const isGrouped = (requests: readonly RequestRecord[]) => requests.length > maxSingle;

/** Parts of the scale, each with a line and its time where it begins. */
const parts = 4;

/** Parts of long runs, in which round are seconds, minutes, hours and days. */
const longPartsMs = [
  ...[15, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3_600_000),
];

const dayMs = 24 * 3_600_000;

/** The end of the scale: the next one whose ticks are at round times. */
function scaleMs(endMs: number): number {
  const part = endMs / parts;
  if (part > 10_000)
    return parts * (longPartsMs.find((one) => one >= part) ?? Math.ceil(part / dayMs) * dayMs);
  const power = 10 ** Math.floor(Math.log10(part));
  const round = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((one) => one * power >= part)!;
  return Math.max(1, round * power) * parts;
}

function ticks(endMs: number): Markup {
  const at = (part: number) => duration((endMs / parts) * part).replace(".0 s", " s");
  return html`<div class="ticks">
    ${Array.from({ length: parts }, (_, part) => html`<span>${at(part)}</span>`)}
  </div>`;
}

/** Keeps a bar of a few milliseconds visible in a run of a minute. */
const minBarPercent = 0.6;

/** What went wrong is drawn over what did not. */
const failedLast = (timed: readonly Timed[]) =>
  timed.toSorted(
    (one, other) => Number(requestTone(one.request) !== "ok") - Number(requestTone(other.request) !== "ok"),
  );

function bars(timed: readonly Timed[], endMs: number): Markup {
  return html`<svg class="bars" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    ${failedLast(timed).map(({ request, offsetMs }) => {
      const lastsMs = request.outcome === "under way" ? endMs - offsetMs : request.durationMs;
      const width = Math.max((lastsMs / endMs) * 100, minBarPercent);
      const x = Math.min((offsetMs / endMs) * 100, 100 - width);
      const tone = requestTone(request);
      return html`<rect
        ${tone !== "ok" && html`class="${tone}"`}
        x="${x.toFixed(1)}"
        y="1"
        width="${width.toFixed(1)}"
        height="8"
      />`;
    })}
  </svg>`;
}

/** What a request is: its operation in words, and its method and path. @param times of several of one operation */
export function requestName(
  { api, operation, method, url }: Pick<RequestRecord, "api" | "operation" | "method" | "url">,
  documents: Documents,
  times?: number,
): Markup {
  return html`<strong
      >${operation === undefined ? "No operation" : operationInWords(documents, api, operation)}</strong
    >
    ${times !== undefined && html`<strong>× ${number(times)}</strong>`}
    <span class="quiet">${apiTitle(documents, api)}</span><br />
    <code title="${visible(url)}"
      >${methodAnd(method, times === undefined ? pathOf(url) : (operation ?? pathOf(url)))}</code
    >`;
}

/** All requests of an API go to one place, which would stand in each line; hovering tells it. */
function pathOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function row({ request, offsetMs }: Timed, { endMs, documents }: Scale): Markup {
  const { durationMs, bytesUp, bytesDown, rule, grounds, failure, outcome } = request;
  const isUngranted = grounds?.by === "no grant";
  // What was allowed is the usual case and needs no words.
  const left = !stayed.has(outcome);
  const telling = rule !== undefined && (outcome !== "answered" || grounds?.by !== "grant");
  return html`<tr>
    <td class="wide">
      ${requestName(request, documents)}
      ${telling && html`<br /><span class="quiet">${visible(ruleInWords(request))}${isUngranted && failure?.message !== undefined && html`: <code>${visible(failure.message)}</code>`}</span>`}
      ${request.replayed && html`<br /><span class="quiet">Answered in an earlier run, not sent again</span>`}
      ${!isUngranted && failure?.message !== undefined && html`<br />${visible(failure.message)}`}
    </td>
    <td class="nowrap">${requestState(request)}</td>
    <td class="n">${left && duration(durationMs)}</td>
    <td class="n">${left && html`${bytes(bytesUp)} / ${bytes(bytesDown)}`}</td>
    <td class="time">${bars([{ request, offsetMs }], endMs)}</td>
  </tr>`;
}

function groupRow(group: readonly Timed[], { endMs, documents }: Scale): Markup {
  const requests = group.map(({ request }) => request);
  const sum = (value: (request: RequestRecord) => number) =>
    requests.reduce((all, one) => all + value(one), 0);
  const answers = [...Map.groupBy(requests, requestAnswer)];
  const toneIn = (all: RequestRecord[]): Tone => requestTone(all[0]!);
  return html`<tr>
    <td class="wide">${requestName(requests[0]!, documents, requests.length)}</td>
    <td>
      ${answers.map(([answer, all]) => html`${state(toneIn(all), html`${answer}<span class="sr">,</span> × ${number(all.length)}`)} `)}
    </td>
    <td class="n">
      ${duration(sum(({ durationMs }) => durationMs) / requests.length)} <span class="quiet">each</span>
    </td>
    <td class="n">${bytes(sum(({ bytesUp }) => bytesUp))} / ${bytes(sum(({ bytesDown }) => bytesDown))}</td>
    <td class="time">${bars(group, endMs)}<span class="sr">${count(group.length, "request")}</span></td>
  </tr>`;
}
