/** One paused run: the code, each request exactly as it would be sent, and the decision. */
import { html } from "hono/html";
import type { PausedRun, ReviewDecision, ReviewedRequest } from "../../store/ledger/approvals/review.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import { exactRequest } from "../parts/exact-request.ts";
import { highlight } from "../parts/highlight.ts";
import type { Markup } from "../parts/layout.ts";
import { when } from "../parts/when.ts";
import { count, number, visible } from "../text.ts";
import { pausedTitle, stateBadge } from "./approvals.ts";
import { missingPage } from "./missing.ts";

/** Requests shown on the page; those that wait come first. */
const maxShown = 100;
const maxReasonChars = 500;

export async function approvalPage(c: ConsoleContext, problem?: string): Promise<Response> {
  const found = await ledgerOf(c).pausedRun(c.req.param("id") ?? "", maxShown);
  if (!found) return missingPage(c, "There is no such paused run. It may be another account's.");
  const { paused, requests } = found;
  const open = paused.state === "open";
  return show(c, {
    title: pausedTitle(paused),
    section: "approvals",
    ...(problem !== undefined && { status: 409 }),
    body: html`<h1 class="row"><span>${pausedTitle(paused)}</span> ${stateBadge(paused)}</h1>
      ${problem === undefined ? "" : html`<p class="problem" role="alert">${problem}</p>`} ${facts(paused)}
      ${open ? runForm(paused, c.env.form.field) : ""}
      <h2>${count(paused.requests, "request")}</h2>
      ${requests.map((request, n) => requestCard(paused, request, n + 1, c.env.form.field))}
      ${paused.requests > requests.length ? html`<p class="quiet">The first ${number(requests.length)} are shown.</p>` : ""}
      <h2>The code</h2>
      ${highlight(paused.code)}`,
  });
}

/** Takes the decision that the form holds. */
export async function decideApproval(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const decision = decisionOf(fields);
  if (!decision) return approvalPage(c, "This is not a decision.");
  const id = c.req.param("id") ?? "";
  const result = await ledgerOf(c).review(id, decision);
  return result.ok
    ? c.redirect(`/approvals/${encodeURIComponent(id)}`, 303)
    : approvalPage(c, result.problem);
}

function decisionOf(fields: URLSearchParams): ReviewDecision | undefined {
  const action = fields.get("do") ?? "";
  const request = fields.get("request") ?? "";
  const reason = (fields.get("reason") ?? "").trim().slice(0, maxReasonChars);
  switch (action) {
    case "approve":
    case "always":
    case "send-again":
      return { do: action, request };
    case "reject":
      return { do: action, request, reason };
    case "reject-all":
      return { do: action, reason };
    case "approve-listed":
    case "approve-all":
    case "drop":
      return { do: action };
    default:
      return undefined;
  }
}

function facts(paused: PausedRun): Markup {
  const { kind, state, firstRun, createdAtMs, expiresAtMs, waiting, unknown } = paused;
  return html`<dl class="facts">
      <dt>${kind === "plan" ? "Planned in" : "Paused in"}</dt>
      <dd>
        <a href="/runs/${firstRun}"><code>${firstRun}</code></a
        >, ${when(createdAtMs)}
      </dd>
      ${
        state === "open"
          ? html`<dt>Waits until</dt>
              <dd>${when(expiresAtMs)}</dd>`
          : ""
      }
      ${
        paused.approveAll
          ? html`<dt>Approved</dt>
              <dd>all that this code asks for</dd>`
          : ""
      }
    </dl>
    ${
      state === "open" && waiting === 0 && unknown === 0
        ? html`<p class="notice" role="status">
            Decided. Tell the client to send the same code again: it goes on from here, and nothing goes out
            twice.
          </p>`
        : ""
    }
    ${
      state === "open" && unknown > 0
        ? html`<p class="problem" role="status">
            ${count(unknown, "request")} went out, and no answer was recorded. Look into the API before you
            have it sent again; drop the run if it happened.
          </p>`
        : ""
    }`;
}

function runForm({ id, kind, waiting }: PausedRun, field: Markup): Markup {
  return html`<form class="card" method="post" action="/approvals/${id}">
    ${field}
    <div class="row">
      ${
        waiting === 0
          ? ""
          : html`<button class="primary" name="do" value="approve-listed">
                Approve ${waiting === 1 ? "this request" : `these ${number(waiting)} requests`}
              </button>
              ${kind === "plan" ? "" : html`<button name="do" value="approve-all">Approve all that this code asks for</button>`}`
      }
      <button name="do" value="drop">Drop the run</button>
    </div>
    ${
      waiting === 0
        ? ""
        : html`<div class="row">
            <label>Reason, told to the model <input name="reason" maxlength="${maxReasonChars}" /></label>
            <button class="danger" name="do" value="reject-all">
              Reject ${waiting === 1 ? "it" : `all ${number(waiting)}`}
            </button>
          </div>`
    }
  </form>`;
}

const shownStates: Record<ReviewedRequest["state"], [label: string, kind: string]> = {
  pending: ["waits for you", "ask"],
  approved: ["approved", "ok"],
  rejected: ["rejected", "bad"],
  sent: ["sent, no answer yet", ""],
  answered: ["done", "ok"],
  unknown: ["sent, outcome unknown", "bad"],
  void: ["never sent", ""],
};

function requestCard(paused: PausedRun, one: ReviewedRequest, position: number, field: Markup): Markup {
  const { request, state, status, reason, decidedAtMs, sentAtMs } = one;
  const [label, kind] = shownStates[state];
  return html`<section class="card request">
    <h3 class="row">
      <span>${position}. ${visible(request.operation)} <span class="quiet">${request.api}</span></span>
      <span class="badge ${kind}">${label}${status === undefined ? "" : ` ${status}`}</span>
      <span class="badge ${request.access === "read" ? "ok" : request.access === "write" ? "ask" : "bad"}"
        >${request.access}</span
      >
    </h3>
    ${exactRequest(request)}
    <p class="quiet">
      ${decidedAtMs === undefined ? "" : html`Decided ${when(decidedAtMs)}${reason ? `: ${visible(reason)}` : ""}. `}
      ${sentAtMs === undefined ? "" : html`Sent ${when(sentAtMs)}.`}
    </p>
    ${paused.state === "open" ? requestForm(paused, one, position, field) : ""}
  </section>`;
}

function requestForm(
  paused: PausedRun,
  { id, state, asked }: ReviewedRequest,
  position: number,
  field: Markup,
): Markup | "" {
  const form = (content: Markup) =>
    html`<form method="post" action="/approvals/${paused.id}" aria-label="Request ${position}">
      ${field}<input type="hidden" name="request" value="${id}" />
      <div class="row">${content}</div>
    </form>`;
  if (state === "unknown")
    return form(
      html`<button name="do" value="send-again">It did not happen: send it again</button>
        <span class="quiet">Look into the API first: it may have happened.</span>`,
    );
  if (state !== "pending") return "";
  return form(
    html`<button class="primary" name="do" value="approve">Approve once</button>
      ${asked ? html`<button name="do" value="always">Always for this client</button>` : ""}
      <label
        ><span class="sr">Reason for rejecting request ${position}</span
        ><input name="reason" maxlength="${maxReasonChars}" placeholder="Reason"
      /></label>
      <button class="danger" name="do" value="reject">Reject</button>`,
  );
}
