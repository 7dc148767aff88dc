/** The access that clients have in the user's name, and how to end it. */
import { html } from "hono/html";
import { facts } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import type { Connection, Connections } from "../../auth/connections.ts";
import type { Ending } from "../../store/ledger/endings.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import { visible, when } from "../text.ts";

export async function connectionsPage(c: ConsoleContext): Promise<Response> {
  const { id, label, connections } = c.env.user;
  const endings = await ledgerOf(c).endings();
  const ended = c.req.query("notice") === "ended";
  return show(c, {
    title: "Connections",
    section: "connections",
    notice: ended ? "Its access has ended, and everything that waited in its name was dropped." : undefined,
    body: html`<h1>Connections</h1>
      <p class="quiet">
        Signed in as ${visible(label)} <span class="quiet">(id <code>${visible(id)}</code>)</span>.
        ${connections && html`For programs that cannot open a browser: <a href="/tokens">access tokens</a>.`}
      </p>
      ${
        connections
          ? await cards(connections, c.env.form.field)
          : html`<p>This server runs without login: every program on this machine may use it.</p>`
      }
      ${endings.length > 0 && endedBefore(endings)}`,
  });
}

/** Ends a connection: its tokens, its waiting approvals, and whatever it was always allowed. */
export async function revokeConnection(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  await c.env.user.end?.(fields.get("id") ?? "");
  return c.redirect("/connections?notice=ended", 303);
}

function endedBefore(endings: Ending[]): Markup {
  return html`<h2>Ended</h2>
    <ul>
      ${endings.map(({ at, what, by }) => html`<li>${when(at)}: ${visible(what)}, by ${visible(by)}</li>`)}
    </ul>`;
}

async function cards(connections: Connections, field: Markup): Promise<Markup> {
  const list = await connections.list();
  if (list.length === 0) return html`<p>No client has access yet. <a href="/">Connect one</a>.</p>`;
  return html`<div class="cards">${list.map((connection) => card(connection, field))}</div>`;
}

function card({ id, client, scopes, createdAtMs, expiresAtMs }: Connection, field: Markup): Markup {
  return html`<section class="card">
    <h2>${visible(client)}</h2>
    ${facts({
      Access: html`${scopes.map((scope) => html`<span class="badge">${visible(scope)}</span> `)}`,
      Since: when(createdAtMs),
      Until: expiresAtMs !== undefined && when(expiresAtMs),
    })}
    <form method="post" action="/connections/revoke">
      ${field}<input type="hidden" name="id" value="${id}" />
      <button class="danger" aria-label="End access of ${visible(client)}">End access</button>
    </form>
  </section>`;
}
