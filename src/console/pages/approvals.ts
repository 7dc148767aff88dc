/** What waits for the user, what was decided, and what is always allowed. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import type { PausedRun } from "../../store/ledger/approvals/review.ts";
import type { AlwaysAllowed } from "../../store/ledger/approvals/always-allowed.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import { table } from "../parts/table.ts";
import { count, visible, when } from "../text.ts";

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
              Nothing waits for you. A run pauses when it wants to do something that the API's rules mark as
              <code>ask</code>.
            </p>`
          : html`<div class="cards">${open.map(card)}</div>`
      }
      ${allowed.length > 0 && html`<h2>Always allowed</h2>`}
      ${allowed.length > 0 && allowedTable(allowed, c.env.form.field)}
      ${ended.length > 0 && html`<h2>Earlier</h2>`}
      ${ended.length > 0 && html`<div class="cards">${ended.map(card)}</div>`}`,
  });
}

/** Ends an "always allowed". */
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

export function stateBadge({ state, waiting, unknown }: PausedRun): Markup {
  if (state !== "open") return html`<span class="badge">${state}</span>`;
  if (unknown > 0) return html`<span class="badge bad">${count(unknown, "outcome")} unknown</span>`;
  return waiting > 0
    ? html`<span class="badge ask">${waiting} waiting</span>`
    : html`<span class="badge ok">decided: the client can send the code again</span>`;
}

export function pausedTitle({ kind, client }: PausedRun): string {
  return `${kind === "plan" ? "Plan" : "Paused run"} of ${visible(client.name ?? client.id)}`;
}

function allowedTable(allowed: AlwaysAllowed[], field: Markup): Markup {
  const row = ({ client, clientName, api, operation, sinceMs }: AlwaysAllowed) =>
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
    </tr>`;
  const columns = ["Operation", "Client", "Since", { sr: "Action" }];
  return table("Operations that are allowed without asking", columns, allowed.map(row));
}

const maxShownLines = 6;

function firstLines(code: string): string {
  const lines = code.trim().split("\n");
  return [...lines.slice(0, maxShownLines), ...(lines.length > maxShownLines ? ["…"] : [])].join("\n");
}
