/** The access that clients have in the user's name, and how to end it. */
import { html } from "hono/html";
import { facts } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { isOfToken, type Connection } from "../../auth/connections.ts";
import type { Ending } from "../../store/ledger/endings.ts";
import { ledgerOf, noticeOf, show, type ConsoleContext } from "../context.ts";
import { documentsOf, type Documents } from "../parts/in-words.ts";
import { empty, pageHead } from "../parts/layout.ts";
import { rightsInWords } from "../parts/rights.ts";
import { ago, visible, when } from "../text.ts";

const refreshMs = 5_000;

const notices: Record<string, string> = {
  ended: "Its access has ended, and everything that waited in its name was dropped.",
  "not-there": "There was no such connection any more.",
};

export async function connectionsPage(c: ConsoleContext): Promise<Response> {
  const { id, label, connections } = c.env.user;
  const [list, endings, documents, lastUsed] = await Promise.all([
    connections?.list(),
    ledgerOf(c).endings(),
    documentsOf(c.env.env.CATALOGS),
    ledgerOf(c).lastRuns(),
  ]);
  return show(c, {
    title: "Connections",
    section: "connections",
    refreshMs,
    notice: noticeOf(c, notices),
    body: html`${pageHead("Connections", {
      under: html`<p class="lead">
        Clients that act in your
        name.${
          list &&
          html` Signed in as ${visible(label)}
            <span title="${visible(id)}"
              >(id <code>${visible(id.length > 24 ? `${id.slice(0, 23)}…` : id)}</code>)</span
            >.`
        }
      </p>`,
      actions: list?.length !== 0 && html`<a class="button" href="/">${icon("plug")} Connect a client</a>`,
    })}
    ${
      list
        ? cards(list, { field: c.env.form.field, documents, lastUsed })
        : empty(
            "monitor",
            "This server runs without login",
            "Every client on this machine may use it, so there is nobody to tell apart here.",
          )
    }
    ${endings.length > 0 && endedBefore(endings)}`,
  });
}

/** Ends a connection: its tokens, its waiting approvals, and whatever it was always allowed. */
export async function revokeConnection(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const known = (await c.env.user.end?.(fields.get("id") ?? "")) ?? false;
  return c.redirect(`/connections?notice=${known ? "ended" : "not-there"}`, 303);
}

function endedBefore(endings: Ending[]): Markup {
  return html`<section class="section">
    <h2>Ended</h2>
    <ul class="list ended">
      ${endings.map(
        ({ at, what, by }) =>
          html`<li>
            <span class="grow">${visible(what)}, by ${visible(by)}</span><span class="num">${when(at)}</span>
          </li>`,
      )}
    </ul>
  </section>`;
}

interface CardView {
  field: Markup;
  documents: Documents;
  /** Id of a client → when it last ran something, in milliseconds since the epoch. */
  lastUsed: Record<string, number>;
}

function cards(list: readonly Connection[], view: CardView): Markup {
  if (list.length === 0)
    return empty(
      "link",
      "No client has access yet",
      "A client appears here as soon as you allow it on the consent page.",
      html`<a class="button primary" href="/">${icon("plug")} Connect a client</a>`,
    );
  return html`<div class="cards">${list.map((connection) => card(connection, view))}</div>`;
}

function card(connection: Connection, { field, documents, lastUsed }: CardView): Markup {
  const { id, client, clientId, scopes, createdAtMs, expiresAtMs } = connection;
  const used = lastUsed[clientId];
  const [words, named] = isOfToken(id) ? ["Revoke", "Revoke"] : ["End access", "End access of"];
  return html`<section class="card" data-key="${id}">
    <h2>${visible(client)}</h2>
    ${rightsInWords(scopes, documents)}
    ${facts({
      "Published by": /^https?:/.test(clientId) && URL.canParse(clientId) && new URL(clientId).host,
      "Last used": used === undefined ? "no run yet" : ago(used),
      Since: when(createdAtMs),
      Until: expiresAtMs !== undefined && when(expiresAtMs),
    })}
    ${endOnce(
      html`<form method="post" action="/connections/revoke">
        ${field}<input type="hidden" name="id" value="${id}" />
        <p>It is refused at once, and what waits in its name is dropped.</p>
        <button class="danger" aria-label="${named} ${visible(client)}">${words}</button>
      </form>`,
      `${words} …`,
    )}
  </section>`;
}

/** A form that ends something, which folds out first: asked once, without a dialog. */
export function endOnce(form: Markup, words: string): Markup {
  return html`<details>
    <summary class="button little">${words}</summary>
    ${form}
  </details>`;
}
