/** What waits for the person, what was decided, and what is always allowed. */
import { html } from "hono/html";
import type { PausedRun } from "../../store/ledger/approvals/review.ts";
import type { AlwaysAllowed } from "../../store/ledger/approvals/always-allowed.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import type { Markup } from "../parts/layout.ts";
import { when } from "../parts/when.ts";
import { count, visible } from "../text.ts";

const maxListed = 100;
const refreshMs = 3_000;

export async function approvalsPage(c: ConsoleContext): Promise<Response> {
  const ledger = ledgerOf(c);
  const [paused, allowed] = await Promise.all([ledger.pausedRuns(maxListed), ledger.alwaysAllowed()]);
  const open = paused.filter(({ state }) => state === "open");
  const ended = paused.filter(({ state }) => state !== "open");
  return show(c, {
    title: "Approvals",
    section: "approvals",
    refreshMs,
    body: html`<h1>Approvals</h1>
      ${
        open.length === 0
          ? html`<p>
              Nothing waits for you. A run is paused when it wants to do something that its API's rules mark
              as <code>ask</code>.
            </p>`
          : html`<div class="cards">${open.map(card)}</div>`
      }
      ${
        allowed.length === 0
          ? ""
          : html`<h2>Always allowed</h2>
              ${allowedTable(allowed, c.env.form.field)}`
      }
      ${
        ended.length === 0
          ? ""
          : html`<h2>Before</h2>
              <div class="cards">${ended.map(card)}</div>`
      }`,
  });
}

/** What was always allowed is asked about again. */
export async function askAgain(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const field = (name: string) => fields.get(name) ?? "";
  await ledgerOf(c).askAgain({
    client: field("client"),
    api: field("api"),
    operation: field("operation"),
  });
  return c.redirect("/approvals", 303);
}

function card(paused: PausedRun): Markup {
  return html`<section class="card">
    <h2>
      <a href="/approvals/${paused.id}">${pausedTitle(paused)}</a>
    </h2>
    <p class="row">
      ${stateBadge(paused)}
      <span class="quiet">${count(paused.requests, "request")}, ${when(paused.createdAtMs)}</span>
    </p>
    <pre class="wrap">${visible(firstLines(paused.code))}</pre>
  </section>`;
}

/** How a paused run stands. */
export function stateBadge({ state, waiting, unknown }: PausedRun): Markup {
  if (state !== "open") return html`<span class="badge">${state}</span>`;
  if (unknown > 0) return html`<span class="badge bad">${count(unknown, "outcome")} unknown</span>`;
  return waiting > 0
    ? html`<span class="badge ask">${waiting} waiting</span>`
    : html`<span class="badge ok">decided: waits for the code to be sent again</span>`;
}

/** Whose it is, and what. */
export function pausedTitle({ kind, client }: PausedRun): string {
  return `${kind === "plan" ? "Plan" : "Paused run"} of ${visible(client.name ?? client.id)}`;
}

function allowedTable(allowed: AlwaysAllowed[], field: Markup): Markup {
  return html`<div class="scroll">
    <table class="stack">
      <caption class="sr">
        Operations that are allowed without asking
      </caption>
      <thead>
        <tr>
          <th scope="col">Operation</th>
          <th scope="col">Client</th>
          <th scope="col">Since</th>
          <th scope="col"><span class="sr">Action</span></th>
        </tr>
      </thead>
      <tbody>
        ${allowed.map(
          ({ client, clientName, api, operation, sinceMs }) =>
            html`<tr>
              <td class="wide"><strong>${visible(operation)}</strong> <span class="quiet">${api}</span></td>
              <td>${visible(clientName ?? client)}</td>
              <td class="nowrap">${when(sinceMs)}</td>
              <td>
                <form method="post" action="/approvals/ask-again">
                  ${field}
                  <input type="hidden" name="client" value="${client}" />
                  <input type="hidden" name="api" value="${api}" />
                  <input type="hidden" name="operation" value="${operation}" />
                  <button aria-label="Ask again for ${visible(operation)}">Ask again</button>
                </form>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const maxShownLines = 6;

function firstLines(code: string): string {
  const lines = code.trim().split("\n");
  return lines.length <= maxShownLines
    ? lines.join("\n")
    : [...lines.slice(0, maxShownLines), "…"].join("\n");
}
