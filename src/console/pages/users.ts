/** Everybody who uses this server, and how to put somebody out. For operators; for others the page does not exist. */
import { html } from "hono/html";
import { facts } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import type { Connection } from "../../auth/connections.ts";
import { show, type ConsoleContext } from "../context.ts";
import { count, visible, when } from "../text.ts";
import type { ListedUser } from "../users.ts";
import { missingPage } from "./missing.ts";

const notThere = "This page does not exist.";

const wantsJson = (c: ConsoleContext) => c.req.header("Accept")?.includes("application/json") ?? false;

export async function usersPage(c: ConsoleContext): Promise<Response> {
  const { users } = c.env.user;
  if (!users) return missingPage(c, notThere);
  const text = c.req.query("q") ?? "";
  const page = Math.max(1, Math.trunc(Number(c.req.query("page") ?? "1")) || 1);
  const found = await users.list(text, page);
  if (wantsJson(c)) return c.json(found, 200, { "Cache-Control": "no-store" });
  const next = new URLSearchParams({ ...(text && { q: text }), page: String(page + 1) });
  return show(c, {
    title: "Users",
    section: "users",
    notice: notices[c.req.query("notice") ?? ""],
    body: html`<h1>Users</h1>
      <p class="quiet">
        What you end is refused at once, elsewhere within a minute. People who may still sign in can connect
        again: to keep somebody out, first take them off <code>OIDC_ALLOWED</code>, or close their account at
        the identity provider.
      </p>
      <form method="get" class="filter" role="search">
        <label>Name or id<input name="q" type="search" value="${text}" autocomplete="off" /></label>
        <button>Find</button>
      </form>
      <p class="quiet">${count(found.total, "user")}</p>
      ${found.users.map((user) => userCard(user, c.env.form.field))}
      ${found.more && html`<p><a href="/users?${next}">More users</a></p>`}`,
  });
}

/** Ends one connection of a user, or everything of them. */
export async function endAccess(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const { users } = c.env.user;
  if (!users) return missingPage(c, notThere);
  const connection = fields.get("connection") ?? undefined;
  const known = await users.end(fields.get("user") ?? "", connection);
  const notice = !known ? "not-there" : connection === undefined ? "user-ended" : "ended";
  if (wantsJson(c)) return c.json(known ? {} : { problem: notices[notice] }, known ? 200 : 404);
  return c.redirect(`/users?notice=${notice}`, 303);
}

const notices: Record<string, string> = {
  ended: "This access has ended, and everything that waited in its name was dropped.",
  "user-ended": "All access of this user has ended. They are signed out.",
  "not-there": "There is no such access any more.",
};

function userCard({ id, label, seenMs, connections }: ListedUser, field: Markup): Markup {
  return html`<section class="card" aria-label="${visible(label)}">
    <h2>${visible(label)}</h2>
    ${facts({ "Last seen": when(seenMs), Id: html`<code>${visible(id)}</code>` })}
    ${connections.length === 0 && html`<p class="quiet">No connections.</p>`}
    ${connections.map((connection) => connectionRow(id, label, connection, field))}
    ${endForm({ user: id }, field, "End all access", `End all access of ${visible(label)}`)}
  </section>`;
}

function connectionRow(
  user: string,
  label: string,
  { id, client, scopes, createdAtMs, expiresAtMs }: Connection,
  field: Markup,
): Markup {
  return html`<div class="connection">
    <h3>${visible(client)}</h3>
    ${facts({
      Access: html`${scopes.map((scope) => html`<span class="badge">${visible(scope)}</span> `)}`,
      Since: when(createdAtMs),
      Until: expiresAtMs !== undefined && when(expiresAtMs),
    })}
    ${endForm({ user, connection: id }, field, "End access", `End access of ${visible(client)} for ${visible(label)}`)}
  </div>`;
}

function endForm(fields: Record<string, string>, field: Markup, words: string, name: string): Markup {
  return html`<form method="post" action="/users/end">
    ${field}${Object.entries(fields).map(
      ([key, value]) => html`<input type="hidden" name="${key}" value="${value}" />`,
    )}
    <button class="danger" aria-label="${name}">${words}</button>
  </form>`;
}
