/** The requests of a run on one time scale. The bars are SVG, which needs no style and so no exception in the CSP. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { bytes, duration, visible } from "../text.ts";
import { table } from "./table.ts";

/** @param startedAtMs when the run began, in milliseconds since the epoch */
export function waterfall(requests: readonly RequestRecord[], startedAtMs: number): Markup {
  const offsets = requests.map((request) => Math.max((request.startedAtMs ?? startedAtMs) - startedAtMs, 0));
  const endMs = Math.max(1, ...requests.map((request, n) => offsets[n]! + request.durationMs));
  return table(
    "Requests in the order of the code",
    ["Operation", "Answer", { n: "Time" }, { n: "Up / down" }, `0 to ${duration(endMs)}`],
    requests.map((request, n) => row(request, offsets[n]!, endMs)),
  );
}

function kindOf({ outcome, status = 0 }: RequestRecord): "ok" | "bad" | "ask" | "" {
  if (outcome === "answered") return status < 400 ? "ok" : "bad";
  if (outcome === "waiting" || outcome === "planned") return "ask";
  return outcome === "under way" ? "" : "bad";
}

/** Keeps a bar of a few milliseconds visible in a run of a minute. */
const minBarPercent = 0.6;

function row(request: RequestRecord, offsetMs: number, endMs: number): Markup {
  const { api, method, url, operation, outcome, status, durationMs, bytesUp, bytesDown, rule, failure } =
    request;
  const kind = kindOf(request);
  const width = Math.max((durationMs / endMs) * 100, minBarPercent);
  const x = Math.min((offsetMs / endMs) * 100, 100 - width);
  return html`<tr>
    <td class="wide">
      <strong>${visible(operation ?? "no operation")}</strong> <span class="quiet">${api}</span><br />
      <code>${method} ${visible(url)}</code>
      ${rule !== undefined && html`<br /><span class="quiet">Rule: ${visible(rule)}</span>`}
      ${request.replayed && html`<br /><span class="quiet">Answered in an earlier run, not sent again</span>`}
      ${failure?.message !== undefined && html`<br />${visible(failure.message)}`}
    </td>
    <td class="nowrap">
      <span class="badge ${kind}">${outcome === "answered" ? (status ?? outcome) : outcome}</span>
    </td>
    <td class="n">${duration(durationMs)}</td>
    <td class="n">${bytes(bytesUp)} / ${bytes(bytesDown)}</td>
    <td class="wide">
      <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect
          class="${kind === "bad" ? "bad" : ""}"
          x="${x.toFixed(2)}"
          y="1"
          width="${width.toFixed(2)}"
          height="8"
        />
      </svg>
    </td>
  </tr>`;
}
