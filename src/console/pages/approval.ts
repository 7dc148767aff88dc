/**
 * One paused run: what it would do in words, each request exactly as it would be sent, the code, and the decision, which
 * stays in view below them.
 */
import { html } from "hono/html";
import { accessChip, note, state, type Tone } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { requestText } from "../../request/shown/request-text.ts";
import { approvalMaxAgeMs } from "../../store/ledger/limits.ts";
import { isNoConnection } from "../../terms/caller.ts";
import type {
  PausedFound,
  PausedProgram,
  PausedRun,
  ReviewChoice,
  ReviewedRequest,
  Shown,
} from "../../store/ledger/approvals/review.ts";
import { consoleClient, ledgerOf, show, type ConsoleContext } from "../context.ts";
import { block, copyButton } from "../parts/block.ts";
import { capabilityList } from "../parts/capability-list.ts";
import { requestView } from "../parts/exact-request.ts";
import { highlight } from "../parts/highlight.ts";
import { documentsOf, inWords, type Documents } from "../parts/in-words.ts";
import { pageHead } from "../parts/layout.ts";
import { alwaysChoice, decidingWords, maxReasonChars, otherDecisions, rejecting } from "../parts/deciding.ts";
import { ago, count, number, until, visible, visibleLine, when } from "../text.ts";
import { clientName, fieldOf, pausedInWords, purpose, stateOf } from "./approvals.ts";
import { missingPage } from "./missing.ts";

/** Requests shown on the page, waiting ones first. */
const maxShown = 100;
const refreshMs = 3_000;

export async function approvalPage(c: ConsoleContext, problem?: string): Promise<Response> {
  const found = await ledgerOf(c).pausedRun(c.req.param("id") ?? "", maxShown);
  if (!found) return missingPage(c, "paused");
  const { paused, requests, program } = found;
  const documents = await documentsOf(c.env.env.CATALOGS, [
    ...requests.map(({ request }) => request.api),
    ...(program?.capabilities ?? []).map(({ api }) => api),
  ]);
  const open = paused.state === "open";
  const isUndecided = ({ state: now }: ReviewedRequest) => now === "pending" || now === "unknown";
  const undecided = requests.filter(isUndecided);
  const decided = requests.filter((one) => !isUndecided(one));
  const cards = (some: ReviewedRequest[]) =>
    html`<div class="stack">
      ${some.map((one) => requestCard(paused, one, documents, c.env.form.field))}
    </div>`;
  const title = pausedInWords(found, documents);
  return show(c, {
    title,
    section: "approvals",
    status: problem === undefined ? 200 : 409,
    refreshMs: open ? refreshMs : undefined,
    asksBeforeChange: true,
    body: html`${pageHead(title, {
      crumb: html`<a href="/approvals">Approvals</a>`,
      under: html`<div class="row">
          ${stateOf(paused)}
          <span class="quiet"
            >${clientName(paused)}, ${ago(paused.createdAtMs)} in
            <a href="/runs/${paused.firstRun}">run <code>${paused.firstRun}</code></a
            >${open && html`, waits until ${until(paused.expiresAtMs)}`}</span
          >
        </div>
        ${purpose(paused)}`,
    })}
    ${problem && note("fail", problem, "alert")} ${remarks(paused)}
    ${
      open && decided.length > 0 && decided.length < requests.length
        ? html`${cards(undecided)}
            <h2>Earlier in this run</h2>
            ${cards(decided)}`
        : cards(requests)
    }
    ${paused.requests > requests.length && html`<p class="quiet">The first ${number(requests.length)} are shown; a decision is about these.</p>`}
    ${program && programSection(paused, program, documents)}
    ${block("The code that asks", highlight(paused.code, "code"), copyButton("code", "the code"))}
    ${open && html`<div class="bar out">${runForm(found, c.env.form.field)}</div>`}`,
  });
}

/** Carries out the decision of the form. */
export async function decideApproval(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const decision = decisionOf(fields);
  if (!decision) return approvalPage(c, "The form holds no decision that this page offers.");
  const id = c.req.param("id") ?? "";
  const result = await ledgerOf(c).review(id, decision);
  if (!result.ok) return approvalPage(c, result.problem);
  const decided = decision.do === "reject" ? "rejected" : "approved";
  const notice = result.lasting ? `${decided}-lasting` : decided;
  const back =
    fields.get("from") === "list" ? `/approvals?notice=${notice}` : `/approvals/${encodeURIComponent(id)}`;
  return c.redirect(back, 303);
}

function decisionOf(fields: URLSearchParams): ReviewChoice | undefined {
  const action = fields.get("do") ?? "";
  const requests = fields.getAll("request").flatMap((field) => shownIn(field) ?? []);
  const reason = (fields.get("reason") ?? "").trim().slice(0, maxReasonChars);
  switch (action) {
    case "approve":
    case "always":
    case "send-again":
    case "took-effect":
      return { do: action, requests };
    case "approve-listed":
      return { do: "approve", requests };
    case "reject":
    case "reject-all":
      return { do: "reject", requests, reason };
    case "allow-program":
      return { do: action, capabilities: fields.get("capabilities") ?? "" };
    case "drop":
      return { do: action };
    default:
      return undefined;
  }
}

function shownIn(field: string): Shown | undefined {
  const [id = "", hash = "", ...rest] = field.split(".");
  return id !== "" && hash !== "" && rest.length === 0 ? { id, hash } : undefined;
}

function remarks(paused: PausedRun): Markup {
  const { kind, client, state: now, waiting, unknown, isAllowed } = paused;
  const open = now === "open";
  return html`${
    open &&
    waiting === 0 &&
    unknown === 0 &&
    note(
      "ok",
      kind === "lasting"
        ? "Decided. The run goes on by itself, and no request is sent twice."
        : html`Decided. ${sendAgain(client)}: it continues from here, and no request is sent twice.`,
      "status",
    )
  }
  ${
    open &&
    unknown > 0 &&
    note(
      "fail",
      html`${count(unknown, "request")} went out, and no answer was recorded. Check in the API whether
      ${unknown === 1 ? "it" : "each"} took effect, and say so below. Until then nothing of this is sent
      again.`,
      "status",
    )
  }
  ${kind === "plan" && open && waiting > 0 && note("calm", "This is a plan: it may have read, and nothing of what is listed here was sent. If you approve it, nothing happens yet: the same code may then be run, and exactly these requests are sent, each once.")}
  ${open && kind !== "plan" && waiting > 0 && note("calm", beforeDecision(paused))}
  ${open && isAllowed && unknown === 0 && note("wait", "You allowed this code: until this run has ended, it does what is listed below without asking, and nothing else.", undefined, "warning")}`;
}

/** What a decision does, before it is made. */
const beforeDecision = ({ kind, client }: PausedRun) =>
  html`Nothing of what waits was sent. What you approve is sent once,
  ${
    kind === "lasting"
      ? "and the run goes on by itself"
      : html`${onceSentAgain(client)}, within ${count(approvalMaxAgeMs / 3_600_000, "hour")}`
  }.
  What nobody decides on in time is never sent.`;

/** What the code can call: what a person allows with the program, in words before the code itself. */
function programSection(paused: PausedRun, program: PausedProgram, documents: Documents): Markup {
  const isWhole = paused.state !== "open" || program.coversAll;
  return html`<section class="section">
    <h2>What this code can call</h2>
    ${
      !isWhole &&
      note(
        "wait",
        "This list is not complete: the code also asked for something that could not be read from it beforehand. You can decide on its requests, and not allow it as a program.",
        undefined,
        "warning",
      )
    }
    ${capabilityList(program.capabilities, documents)}
    ${isWhole && html`<p class="quiet small">With any values: ids, queries and bodies.</p>`}
  </section>`;
}

/**
 * The decision on the run: one button for one thing. It is about the requests that wait and are shown whole, or about the
 * first one that cannot be shown whole; the others are decided on one by one, or on the next page.
 */
function runForm({ paused, requests, program }: PausedFound, field: Markup): Markup {
  const { id, kind, waiting } = paused;
  const pending = requests.filter(({ state: now }) => now === "pending");
  const whole = pending.filter(({ request }) => requestText(request).isWhole);
  const shown = whole.length > 0 ? whole : pending.slice(0, 1);
  const left = waiting - shown.length;
  const [first] = shown;
  const words = decidingWords(shown, waiting);
  const mayAlways = waiting === 1 && first?.asked === true && !isNoConnection(paused.client.id);
  const lost = isInBar(paused) ? requests.find(({ state: now }) => now === "unknown") : undefined;
  return html`<form class="decide" method="post" action="/approvals/${id}" aria-label="Decision">
    ${field} ${shown.map(fieldOf)}
    ${
      shown.length === 0
        ? html`${lost && html`${fieldOf(lost)} ${outcomes(paused)}`}
            <button name="do" value="drop">Drop the run</button>
            <span class="quiet small">${dropping}</span>`
        : html`<button class="${words.isWhole && "primary"}" name="do" value="approve-listed">
              ${words.approve}
            </button>
            ${rejecting(words.reject, "reject-all", "Reason, for the model")}
            ${otherDecisions(
              html`${mayAlways && alwaysChoice}
                ${
                  kind !== "plan" &&
                  program?.coversAll &&
                  html`<input type="hidden" name="capabilities" value="${program.hash}" />
                    <button name="do" value="allow-program">
                      Allow this program until this run has ended
                    </button>
                    <p class="quiet small">
                      Whatever this run does of what is listed is sent without asking again.
                    </p>`
                }
                <button name="do" value="drop">Drop the run</button>
                <p class="quiet small">${dropping}</p>`,
            )}`
    }
    ${
      shown.length > 0 &&
      left > 0 &&
      html`<span class="quiet small">
        ${count(left, "more request")} ${left === 1 ? "waits" : "wait"} for a decision of its own.
      </span>`
    }
  </form>`;
}

/** What is known of a request whose answer was lost, each with what follows. */
const outcomes = ({ kind, client }: PausedRun) =>
  html`<p class="row">
      <button name="do" value="took-effect">It took effect</button>
      <span class="quiet small">It is not sent again, and the code is told so.</span>
    </p>
    <p class="row">
      <button name="do" value="send-again">It had no effect: send it again</button>
      <span class="quiet small"
        >${kind === "lasting" ? "It is sent once more, soon." : html`It is sent once more ${onceSentAgain(client)}.`}</span
      >
    </p>`;

const playground = html`<a href="/playground">playground</a>`;

/** What a person does next, for what was decided on to go out. */
const sendAgain = ({ id }: PausedRun["client"]) =>
  id === consoleClient
    ? html`Run the same code again in the ${playground}`
    : "Tell the client to send the same code again";

/** The same as a condition. */
const onceSentAgain = ({ id }: PausedRun["client"]) =>
  id === consoleClient
    ? html`when you run the same code again in the ${playground}`
    : "when the client sends the same code again";

/** Whether the bar stands for the one request that is to be decided on, whatever it waits for. */
const isInBar = ({ waiting, unknown }: PausedRun) => waiting + unknown === 1;

const dropping = "A run that you drop ends here: nothing more of it is sent.";

const shownStates: Record<ReviewedRequest["state"], [words: string, tone: Tone]> = {
  pending: ["Waits for you", "wait"],
  approved: ["Approved", "ok"],
  rejected: ["Rejected", "refuse"],
  sent: ["Sent, no answer yet", "run"],
  answered: ["Done", "ok"],
  unknown: ["Sent, outcome unknown", "fail"],
  confirmed: ["Took effect", "ok"],
  void: ["Never sent", "calm"],
};

function requestCard(paused: PausedRun, one: ReviewedRequest, documents: Documents, field: Markup): Markup {
  const { request, place, status, reason, decidedAtMs, sentAtMs } = one;
  const [label, tone] = shownStates[one.state];
  const words = inWords(documents, request);
  const remark = decidedAtMs !== undefined || !!reason || sentAtMs !== undefined;
  return html`<section class="card request" id="request-${one.id}" data-key="${one.id}">
    <h2 class="row">
      <span
        >${paused.requests > 1 ? `${place}. ${words.title}` : "The request"}
        <span class="quiet"
          >${words.api}${request.account && `, account ${visibleLine(JSON.stringify(request.account))}`}</span
        ></span
      >
      ${accessChip(request.access)}
      ${state(tone, html`${label}${status !== undefined && ` ${status}`}`, one.state === "unknown" ? "unknown" : undefined)}
    </h2>
    ${requestView(request, words)}
    ${
      remark &&
      html`<p class="quiet small">
        ${decidedAtMs !== undefined && html`Decided ${when(decidedAtMs)}. `}
        ${reason && html`${visible(reason)} `}
        ${sentAtMs !== undefined && html`<span class="nowrap">Sent ${when(sentAtMs)}.</span>`}
      </p>`
    }
    ${paused.state === "open" && requestForm(paused, one, field)}
  </section>`;
}

/** The decision on one request, where the bar below does not stand for it alone. */
function requestForm(paused: PausedRun, one: ReviewedRequest, field: Markup): Markup | false {
  const { state: now, place, asked, request } = one;
  const isWhole = requestText(request).isWhole;
  const form = (content: Markup) =>
    html`<form class="decide" method="post" action="/approvals/${paused.id}" aria-label="Request ${place}">
      ${field} ${fieldOf(one)} ${content}
    </form>`;
  if (isInBar(paused)) return false;
  if (now === "unknown") return form(outcomes(paused));
  if (now !== "pending" || paused.waiting === 1) return false;
  return form(
    html`<button class="little" name="do" value="approve">
        ${isWhole ? "Approve" : "Approve, though not all of it is shown"}
      </button>
      ${rejecting("Reject", "reject", `Reason for rejecting request ${place}`, "little")}
      ${asked && !isNoConnection(paused.client.id) && otherDecisions(alwaysChoice, "little")}`,
  );
}
