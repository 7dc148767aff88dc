/** One paused run: the code, each request exactly as it would be sent, and the decision. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { requestText } from "../../request/shown/request-text.ts";
import { isNoConnection } from "../../terms/caller.ts";
import type { PausedRun, ReviewChoice, ReviewedRequest, Shown } from "../../store/ledger/approvals/review.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import { exactRequest } from "../parts/exact-request.ts";
import { highlight } from "../parts/highlight.ts";
import { accessBadge } from "../parts/outcome.ts";
import { count, number, visible, visibleLine, when } from "../text.ts";
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
      ${open && runForm(paused, listed(requests), c.env.form.field)}
      <h2>${count(paused.requests, "request")}</h2>
      ${requests.map((request, n) => requestCard(paused, request, n + 1, c.env.form.field))}
      ${paused.requests > requests.length && html`<p class="quiet">The first ${number(requests.length)} are shown; a decision is about these.</p>`}
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
  const requests = fields.getAll("request").flatMap((field) => shownIn(field) ?? []);
  const reason = (fields.get("reason") ?? "").trim().slice(0, maxReasonChars);
  switch (action) {
    case "approve":
    case "always":
    case "send-again":
      return { do: action, requests };
    case "approve-listed":
      return { do: "approve", requests };
    case "reject":
    case "reject-all":
      return { do: "reject", requests, reason };
    case "approve-all":
    case "drop":
      return { do: action };
    default:
      return undefined;
  }
}

/** What a form says of a request on the page that it stands on: its id, and the hash of what was shown. */
const fieldOf = ({ id, hash }: Shown) => html`<input type="hidden" name="request" value="${id}.${hash}" />`;

function shownIn(field: string): Shown | undefined {
  const [id = "", hash = "", ...rest] = field.split(".");
  return id !== "" && hash !== "" && rest.length === 0 ? { id, hash } : undefined;
}

/** The requests that one click may decide on: those that wait, and were shown whole. */
function listed(requests: readonly ReviewedRequest[]): ReviewedRequest[] {
  return requests.filter(({ state, request }) => state === "pending" && requestText(request).isWhole);
}

function facts(paused: PausedRun): Markup {
  const { kind, state, firstRun, createdAtMs, expiresAtMs, waiting, unknown, approveAll } = paused;
  const open = state === "open";
  return html`<dl>
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

/** @param shown the requests that it is about; the others that wait are decided on one by one, or on the next page */
function runForm({ id, kind, waiting }: PausedRun, shown: readonly ReviewedRequest[], field: Markup): Markup {
  const left = waiting - shown.length;
  return html`<form class="card" method="post" action="/approvals/${id}">
    ${field} ${shown.map(fieldOf)}
    <div class="row">
      ${
        shown.length > 0 &&
        html`<button class="primary" name="do" value="approve-listed">
          Approve ${shown.length === 1 ? "this request" : `these ${number(shown.length)} requests`}
        </button>`
      }
      ${
        waiting > 0 &&
        html`${kind !== "plan" && html`<button name="do" value="approve-all">Approve everything that this code asks for</button>`}`
      }
      <button name="do" value="drop">Drop the run</button>
    </div>
    ${
      shown.length > 0 &&
      left > 0 &&
      html`<p class="quiet">
        ${count(left, "more request")} ${left === 1 ? "waits" : "wait"} for a decision of its own.
      </p>`
    }
    ${
      shown.length > 0 &&
      html`<div class="row">
        <label>Reason, for the model <input name="reason" maxlength="${maxReasonChars}" /></label>
        <button class="danger" name="do" value="reject-all">
          Reject ${shown.length === 1 ? "it" : `all ${number(shown.length)}`}
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
      <span
        >${position}. ${visibleLine(request.operation)}
        <span class="quiet"
          >${request.api}${request.account && `, account ${visibleLine(JSON.stringify(request.account))}`}</span
        ></span
      >
      <span class="badge ${kind}">${label}${status !== undefined && ` ${status}`}</span>
      ${accessBadge(request.access)}
    </h3>
    ${exactRequest(request)}
    <p class="quiet">
      ${decidedAtMs !== undefined && html`Decided ${when(decidedAtMs)}. `}
      ${reason && html`${visible(reason)} `} ${sentAtMs !== undefined && html`Sent ${when(sentAtMs)}.`}
    </p>
    ${paused.state === "open" && requestForm(paused, one, position, field)}
  </section>`;
}

function requestForm(
  paused: PausedRun,
  one: ReviewedRequest,
  position: number,
  field: Markup,
): Markup | false {
  const { state, asked, request } = one;
  const isWhole = requestText(request).isWhole;
  const form = (content: Markup) =>
    html`<form method="post" action="/approvals/${paused.id}" aria-label="Request ${position}">
      ${field} ${fieldOf(one)}
      <div class="row">${content}</div>
    </form>`;
  if (state === "unknown")
    return form(
      html`<button name="do" value="send-again">It had no effect: send it again</button>
        <span class="quiet">Check in the API first: it may have taken effect.</span>`,
    );
  if (state !== "pending") return false;
  return form(
    html`<button class="${isWhole && "primary"}" name="do" value="approve">
        ${isWhole ? "Approve once" : "Approve once, though not all of it is shown"}
      </button>
      ${asked && !isNoConnection(paused.client.id) && html`<button name="do" value="always">Always for this client</button>`}
      <label
        ><span class="sr">Reason for rejecting request ${position}</span
        ><input name="reason" maxlength="${maxReasonChars}" placeholder="Reason"
      /></label>
      <button class="danger" name="do" value="reject">Reject</button>`,
  );
}
