/** What was given to clients in the person's name, and taking it back. */
import { html } from "hono/html";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";
import type { Connection } from "../person.ts";
import type { Markup } from "../parts/layout.ts";
import { when } from "../parts/when.ts";
import { visible } from "../text.ts";

export async function connectionsPage(c: ConsoleContext): Promise<Response> {
  const { person } = c.env;
  const ended = c.req.query("notice") === "ended";
  const connections = await person.connections?.list();
  const { field } = c.env.form;
  return show(c, {
    title: "Connections",
    section: "connections",
    ...(ended && { notice: "Its access has ended, and with it all that waited in its name." }),
    body: html`<h1>Connections</h1>
      <p class="quiet">
        Signed in as ${visible(person.label)}.
        ${connections === undefined ? "" : html`For programs that cannot open a browser: <a href="/tokens">access tokens</a>.`}
      </p>
      ${
        connections === undefined
          ? html`<p>This server runs without login: every program on this machine may use it.</p>`
          : connections.length === 0
            ? html`<p>No client has access yet. <a href="/">Connect one</a>.</p>`
            : html`<div class="cards">${connections.map((connection) => card(connection, field))}</div>`
      }`,
  });
}

/** Ends a connection: its tokens, what waits for approval in its name, and what was always allowed to it. */
export async function revokeConnection(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const { connections } = c.env.person;
  const id = fields.get("id") ?? "";
  const connection = (await connections?.list())?.find((one) => one.id === id);
  if (connections && connection) {
    await connections.revoke(id);
    await ledgerOf(c).disconnect(connection.clientId);
  }
  return c.redirect("/connections?notice=ended", 303);
}

function card({ id, client, scopes, createdAtMs, expiresAtMs }: Connection, field: Markup): Markup {
  return html`<section class="card">
    <h2>${visible(client)}</h2>
    <dl class="facts">
      <dt>May</dt>
      <dd>${scopes.map((scope) => html`<span class="badge">${visible(scope)}</span> `)}</dd>
      <dt>Since</dt>
      <dd>${when(createdAtMs)}</dd>
      ${
        expiresAtMs === undefined
          ? ""
          : html`<dt>Until</dt>
              <dd>${when(expiresAtMs)}</dd>`
      }
    </dl>
    <form method="post" action="/connections/revoke">
      ${field}<input type="hidden" name="id" value="${id}" />
      <button class="danger" aria-label="End the access of ${visible(client)}">End access</button>
    </form>
  </section>`;
}
