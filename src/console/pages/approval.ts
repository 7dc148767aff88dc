/** One paused run: the code, each request exactly as it would be sent, and the decision. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import type { PausedRun, ReviewChoice, ReviewedRequest } from "../../store/ledger/approvals/review.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import { exactRequest } from "../parts/exact-request.ts";
import { highlight } from "../parts/highlight.ts";
import { accessBadge } from "../parts/outcome.ts";
import { count, number, visible, when } from "../text.ts";
import { pausedTitle, stateBadge } from "./approvals.ts";
import { missingPage } from "./missing.ts";

/** Requests shown on the page, waiting ones first. */
const maxShown = 100;
const maxReasonChars = 500;

export async function approvalPage(c: ConsoleContext, problem?: string): Promise<Response> {
  const found = await ledgerOf(c).pausedRun(c.req.param("id") ?? "", maxShown);
  if (!found) return missingPage(c, "This paused run does not exist. It may belong to another account.");
  const { paused, requests } = found;
  const open = paused.state === "open";
  return show(c, {
    title: pausedTitle(paused),
    section: "approvals",
    status: problem === undefined ? 200 : 409,
    body: html`<h1 class="row"><span>${pausedTitle(paused)}</span> ${stateBadge(paused)}</h1>
      ${problem && html`<p class="problem" role="alert">${problem}</p>`} ${facts(paused)}
      ${open && runForm(paused, c.env.form.field)}
      <h2>${count(paused.requests, "request")}</h2>
      ${requests.map((request, n) => requestCard(paused, request, n + 1, c.env.form.field))}
      ${paused.requests > requests.length && html`<p class="quiet">The first ${number(requests.length)} are shown.</p>`}
      <h2>The code</h2>
      ${highlight(paused.code)}`,
  });
}

/** Carries out the decision of the form. */
export async function decideApproval(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const decision = decisionOf(fields);
  if (!decision) return approvalPage(c, "The form holds no decision that this page offers.");
  const id = c.req.param("id") ?? "";
  const result = await ledgerOf(c).review(id, decision);
  return result.ok
    ? c.redirect(`/approvals/${encodeURIComponent(id)}`, 303)
    : approvalPage(c, result.problem);
}

function decisionOf(fields: URLSearchParams): ReviewChoice | undefined {
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
  const { kind, state, firstRun, createdAtMs, expiresAtMs, waiting, unknown, approveAll } = paused;
  const open = state === "open";
  return html`<dl class="facts">
      <dt>${kind === "plan" ? "Planned in" : "Paused in"}</dt>
      <dd>
        <a href="/runs/${firstRun}"><code>${firstRun}</code></a
        >, ${when(createdAtMs)}
      </dd>
      ${
        open &&
        html`<dt>Waits until</dt>
          <dd>${when(expiresAtMs)}</dd>`
      }
      ${
        approveAll &&
        html`<dt>Approved</dt>
          <dd>everything that this code asks for</dd>`
      }
    </dl>
    ${
      open &&
      waiting === 0 &&
      unknown === 0 &&
      html`<p class="notice" role="status">
        Decided. Tell the client to send the same code again: it continues from here, and no request is sent
        twice.
      </p>`
    }
    ${
      open &&
      unknown > 0 &&
      html`<p class="problem" role="status">
        ${count(unknown, "request")} went out without a recorded answer. Check in the API whether it took
        effect: if it did, drop the run; if not, send it again.
      </p>`
    }`;
}

function runForm({ id, kind, waiting }: PausedRun, field: Markup): Markup {
  return html`<form class="card" method="post" action="/approvals/${id}">
    ${field}
    <div class="row">
      ${
        waiting > 0 &&
        html`<button class="primary" name="do" value="approve-listed">
            Approve ${waiting === 1 ? "this request" : `these ${number(waiting)} requests`}
          </button>
          ${kind !== "plan" && html`<button name="do" value="approve-all">Approve everything that this code asks for</button>`}`
      }
      <button name="do" value="drop">Drop the run</button>
    </div>
    ${
      waiting > 0 &&
      html`<div class="row">
        <label>Reason, for the model <input name="reason" maxlength="${maxReasonChars}" /></label>
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
      <span class="badge ${kind}">${label}${status !== undefined && ` ${status}`}</span>
      ${accessBadge(request.access)}
    </h3>
    ${exactRequest(request)}
    <p class="quiet">
      ${decidedAtMs !== undefined && html`Decided ${when(decidedAtMs)}${reason && `: ${visible(reason)}`}. `}
      ${sentAtMs !== undefined && html`Sent ${when(sentAtMs)}.`}
    </p>
    ${paused.state === "open" && requestForm(paused, one, position, field)}
  </section>`;
}

function requestForm(
  paused: PausedRun,
  { id, state, asked }: ReviewedRequest,
  position: number,
  field: Markup,
): Markup | false {
  const form = (content: Markup) =>
    html`<form method="post" action="/approvals/${paused.id}" aria-label="Request ${position}">
      ${field}<input type="hidden" name="request" value="${id}" />
      <div class="row">${content}</div>
    </form>`;
  if (state === "unknown")
    return form(
      html`<button name="do" value="send-again">It had no effect: send it again</button>
        <span class="quiet">Check in the API first: it may have taken effect.</span>`,
    );
  if (state !== "pending") return false;
  return form(
    html`<button class="primary" name="do" value="approve">Approve once</button>
      ${asked && html`<button name="do" value="always">Always for this client</button>`}
      <label
        ><span class="sr">Reason for rejecting request ${position}</span
        ><input name="reason" maxlength="${maxReasonChars}" placeholder="Reason"
      /></label>
      <button class="danger" name="do" value="reject">Reject</button>`,
  );
}
