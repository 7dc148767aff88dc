/** What waits for the user, to be decided here or on its own page; what was decided; and what is always allowed. */
import { html } from "hono/html";
import { feedPath } from "../../auth/feed.ts";
import { accessChip, shortName, state } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { requestText } from "../../request/shown/request-text.ts";
import type { PausedRun, ReviewedRequest, Shown } from "../../store/ledger/approvals/review.ts";
import {
  allowedBy,
  type AlwaysAllowed,
  type AlwaysAllowedKey,
} from "../../store/ledger/approvals/always-allowed.ts";
import { titleOf } from "../../store/ledger/runs.ts";
import { accessLabels, feedScope } from "../../terms/scopes.ts";
import { maxDays } from "../../terms/token-days.ts";
import { ledgerOf, noticeOf, show, type ConsoleContext } from "../context.ts";
import { accessesOf, decidingWords } from "../parts/deciding.ts";
import { requestView } from "../parts/exact-request.ts";
import {
  apiTitle,
  documentsOf,
  inWords,
  operationInWords,
  togetherInWords,
  type Documents,
} from "../parts/in-words.ts";
import { empty, pageHead } from "../parts/layout.ts";
import { purposeOf } from "../parts/run-in-words.ts";
import { table } from "../parts/table.ts";
import { ago, count, number, sentence, until, visible, when } from "../text.ts";
import { waitingPrograms } from "./programs.ts";

const maxListed = 60;
const refreshMs = 3_000;
/** Requests of one run that the list shows whole, and so lets a person decide on. */
const maxHere = 3;
/** Longer ones are read on the page of their run. */
const maxHereChars = 1_200;

/** What a form has done, by the value of `notice` in the address. */
const notices: Record<string, string> = {
  approved:
    "Approved. Tell the client to send the same code again, or run it again in the playground: it continues from here.",
  rejected: "Rejected. The code learns of it when it is sent again.",
  "approved-lasting": "Approved. The run goes on by itself.",
  "rejected-lasting": "Rejected. The run goes on by itself, and its code learns of it.",
  asked: "It will be asked about again.",
};

export async function approvalsPage(c: ConsoleContext): Promise<Response> {
  const ledger = ledgerOf(c);
  const [paused, allowed, programs] = await Promise.all([
    ledger.pausedRunsWith(maxListed),
    ledger.alwaysAllowed(),
    ledger.programs(),
  ]);
  const proposed = waitingPrograms(programs);
  const documents = await documentsOf(c.env.env.CATALOGS, [
    ...paused.flatMap(({ requests }) => requests.map(({ request }) => request.api)),
    ...allowed.map(({ api }) => api),
  ]);
  const open = paused.filter(({ paused: { state: now } }) => now === "open");
  const ended = paused.filter(({ paused: { state: now } }) => now !== "open");
  const { field } = c.env.form;
  return show(c, {
    title: "Approvals",
    section: "approvals",
    refreshMs,
    asksBeforeChange: open.length > 0,
    notice: noticeOf(c, notices),
    body: html`${pageHead("Approvals", { under: "Requests and programs that wait for your decision." })}
    ${
      open.length === 0
        ? !proposed &&
          empty(
            "shield",
            "Nothing waits for you",
            html`A run waits when it wants to do something that the rules of its API mark as <code>ask</code>.
              It then appears here, and on every page in the navigation.`,
            html`<a class="button" href="/apis">APIs and their rules</a>`,
          )
        : html`<div class="stack">${open.map((one) => openCard(one, documents, field))}</div>`
    }
    ${proposed}
    ${
      allowed.length > 0 &&
      html`<section class="section">
        <h2>Always allowed</h2>
        ${allowedTable(allowed, documents, field)}
      </section>`
    }
    ${
      ended.length > 0 &&
      html`<section class="section">
        <h2>Earlier</h2>
        <ul class="list ended">
          ${ended.map((one) => endedRow(one, documents))}
        </ul>
      </section>`
    }
    ${elsewhere(c.env.user.connections !== undefined)}`,
  });
}

/** @param hasTokens without login there are none, and the feed needs none */
function elsewhere(hasTokens: boolean): Markup {
  return html`<section class="section">
    <h2>Hear of it elsewhere</h2>
    <p class="quiet">
      A feed reader can tell you what waits here. The feed has the titles of this page, and nothing of the
      requests themselves.
      ${hasTokens && "Everybody who has its address can read it, until you revoke it among your access tokens."}
    </p>
    ${
      hasTokens
        ? html`<form method="post" action="/tokens">
            <input type="hidden" name="name" value="Feed of what waits" />
            <input type="hidden" name="days" value="${maxDays}" />
            <button name="scope" value="${feedScope}">Make an address for ${maxDays} days</button>
          </form>`
        : html`<a class="button" href="${feedPath}">Atom feed</a>`
    }
  </section>`;
}

/** Ends an "always allowed". */
export async function askAgain(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const key = Object.fromEntries(allowedBy.map((name) => [name, fields.get(name) ?? ""]));
  await ledgerOf(c).askAgain(key as AlwaysAllowedKey);
  return c.redirect("/approvals?notice=asked", 303);
}

export interface Paused {
  paused: PausedRun;
  requests: ReviewedRequest[];
}

/** What a paused run would do, by the requests that are there. */
export function pausedInWords({ paused, requests }: Paused, documents: Documents): string {
  const waiting = requests.filter((one) => one.state === "pending");
  const shown = waiting.length > 0 ? waiting : requests;
  const titles = shown.map(({ request }) => operationInWords(documents, request.api, request.operation));
  const all = waiting.length > 0 ? paused.waiting : paused.requests;
  return titles.length === 0 ? "Nothing was asked" : togetherInWords(titles, Math.max(all, titles.length));
}

/** Who asks, and in what. */
export function clientName({ kind, client }: PausedRun): Markup {
  return html`${kind === "plan" ? "Plan" : "Waiting run"} of ${shortName(client.name ?? client.id)}`;
}

/** What the code says that it is for, as the code's own words. */
export function purpose({ code }: PausedRun): Markup | false {
  const words = purposeOf(titleOf(code));
  return words !== undefined && html`<p class="quiet small">Its code says: “${visible(words)}”</p>`;
}

/** The same for a card that does not show them. @param all how many there are, of which some may not be listed */
function accessChips(requests: readonly ReviewedRequest[], all: number): Markup | false {
  const isWhole = requests.length === all;
  const chips = [...accessesOf(requests)].map(([access, times]) =>
    accessChip(access, isWhole && times > 1 ? `${accessLabels[access]} × ${number(times)}` : undefined),
  );
  return chips.length > 0 && html`<div class="row">${chips}</div>`;
}

/** What a form says of a request that it shows: its id, and the hash of what was shown. */
export const fieldOf = ({ id, hash }: Shown) =>
  html`<input type="hidden" name="request" value="${id}.${hash}" />`;

function openCard(one: Paused, documents: Documents, field: Markup): Markup {
  const { paused, requests } = one;
  const waiting = requests.filter(({ state: now }) => now === "pending");
  const undecided = requests.filter(({ state: now }) => now === "pending" || now === "unknown");
  const isHere =
    waiting.length === paused.waiting &&
    paused.unknown === 0 &&
    waiting.length > 0 &&
    waiting.length <= maxHere &&
    waiting.every(({ request }) => {
      const { text, isWhole } = requestText(request);
      return isWhole && text.length <= maxHereChars;
    });
  const words = decidingWords(waiting, paused.waiting);
  return html`<article class="card" id="run-${paused.id}" data-key="${paused.id}">
    <div class="head">
      <div>
        <h2><a href="/approvals/${paused.id}">${pausedInWords(one, documents)}</a></h2>
        <p class="quiet small">
          ${clientName(paused)}, ${ago(paused.createdAtMs)}, ${count(paused.requests, "request")}, waits until
          ${until(paused.expiresAtMs)}
        </p>
        ${purpose(paused)}
      </div>
      ${stateOf(paused)}
    </div>
    ${
      isHere
        ? html`${waiting.map(({ request }) => requestHere(request, documents, waiting.length > 1))}
            <form class="decide" method="post" action="/approvals/${paused.id}">
              ${field} ${waiting.map(fieldOf)} <input type="hidden" name="from" value="list" />
              <button class="primary" name="do" value="approve-listed">${words.approve}</button>
              <button name="do" value="reject-all">${words.reject}</button>
              <a class="button plain" href="/approvals/${paused.id}">Details</a>
            </form>`
        : html`${accessChips(undecided, paused.waiting + paused.unknown)}
            ${
              paused.unknown > 0 &&
              html`<p>
                ${paused.unknown === 1 ? "It" : number(paused.unknown)} went out, and no answer was recorded.
                Check in the API whether ${paused.unknown === 1 ? "it" : "each"} took effect, then say so.
              </p>`
            }<a class="button" href="/approvals/${paused.id}">${nextStep(paused)}</a>`
    }
  </article>`;
}

function nextStep({ waiting, unknown }: PausedRun): string {
  if (waiting > 0) return `Review ${count(waiting, "request")}`;
  return unknown > 0 ? "Say what became of it" : "Open";
}

function requestHere(
  request: ReviewedRequest["request"],
  documents: Documents,
  isOneOfSeveral: boolean,
): Markup {
  const words = inWords(documents, request);
  const { title, api } = words;
  return html`<div>
    <p class="row small">
      ${accessChip(request.access)} ${isOneOfSeveral && html`<strong>${title}</strong>`}
      <span class="quiet"
        >${api}${request.account && `, account ${visible(JSON.stringify(request.account))}`}</span
      >
    </p>
    ${requestView(request, words)}
  </div>`;
}

function endedRow(one: Paused, documents: Documents): Markup {
  const { paused } = one;
  return html`<li>
    ${stateOf(paused)}
    <div class="grow">
      <div class="what cut">
        <a class="whole" href="/approvals/${paused.id}">${pausedInWords(one, documents)}</a>
      </div>
    </div>
    <span class="num">${shortName(paused.client.name ?? paused.client.id)}</span>
    <span class="num">${ago(paused.createdAtMs)}</span>
  </li>`;
}

export function stateOf({ kind, state: now, waiting, unknown }: PausedRun): Markup {
  if (now === "done") return state("ok", "Continued");
  if (now !== "open") return state("calm", sentence(now), now === "expired" ? "clock" : "cross");
  if (unknown > 0) return state("fail", `${count(unknown, "outcome")} unknown`, "unknown");
  return waiting > 0
    ? state("wait", `${number(waiting)} waiting`)
    : state("ok", kind === "lasting" ? "Decided: the run goes on" : "Decided: the code can be sent again");
}

function allowedTable(allowed: AlwaysAllowed[], documents: Documents, field: Markup): Markup {
  const row = (one: AlwaysAllowed) => {
    const { client, clientName: name, api, route, server, account, sinceMs } = one;
    const words = operationInWords(documents, api, route);
    const id = visible(route);
    return html`<tr>
      <td class="wide">
        <strong>${words}</strong>
        <span class="quiet"
          >${apiTitle(documents, api)}${words !== id && html`, <code>${id}</code>`}, at
          ${visible(server)}${account !== "" && `, account ${visible(JSON.stringify(account))}`}</span
        >
      </td>
      <td>${visible(name ?? client)}</td>
      <td class="nowrap">${when(sinceMs)}</td>
      <td>
        <form method="post" action="/approvals/ask-again">
          ${field} ${allowedBy.map((key) => html`<input type="hidden" name="${key}" value="${one[key]}" />`)}
          <button class="little" aria-label="Ask me again for ${id}">Ask me again</button>
        </form>
      </td>
    </tr>`;
  };
  const columns = ["Operation", "Client", "Since", { sr: "Action" }];
  return table("Operations that are allowed without asking", columns, allowed.map(row));
}
