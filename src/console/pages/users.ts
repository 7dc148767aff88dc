/** Everybody who uses this server, and how to put somebody out. For operators; for others the page does not exist. */
import { html } from "hono/html";
import type { Markup } from "../../auth/pages/layout.ts";
import { isOfToken, type Connection } from "../../auth/connections.ts";
import { noticeOf, show, type ConsoleContext } from "../context.ts";
import { filterForm, found } from "../parts/filter.ts";
import { documentsOf, type Documents } from "../parts/in-words.ts";
import { empty, pageHead } from "../parts/layout.ts";
import { rightsInWords } from "../parts/rights.ts";
import { ago, count, visible, when } from "../text.ts";
import type { ListedUser } from "../users.ts";
import { endOnce } from "./connections.ts";
import { missingPage } from "./missing.ts";

const refreshMs = 10_000;

const wantsJson = (c: ConsoleContext) => c.req.header("Accept")?.includes("application/json") ?? false;

export async function usersPage(c: ConsoleContext): Promise<Response> {
  const { users } = c.env.user;
  if (!users) return missingPage(c, "page");
  const text = c.req.query("q") ?? "";
  const page = Math.max(1, Math.trunc(Number(c.req.query("page") ?? "1")) || 1);
  const listed = await users.list(text, page);
  if (wantsJson(c)) return c.json(listed, 200, { "Cache-Control": "no-store" });
  const documents = await documentsOf(c.env.env.CATALOGS);
  const next = new URLSearchParams({ ...(text && { q: text }), page: String(page + 1) });
  return show(c, {
    title: "Users",
    section: "users",
    refreshMs,
    notice: noticeOf(c, notices),
    body: html`${pageHead("Users", {
      under: html`<p class="lead">
        Access that you end is refused at once here, and elsewhere within a minute. People who may still sign
        in can connect again: to keep somebody out, first take them off <code>OIDC_ALLOWED</code>, or close
        their account at the identity provider.
      </p>`,
    })}
    ${filterForm({ action: "/users", find: { name: "q", value: text, words: "Name or id" }, button: "Find" })}
    ${found(count(listed.total, "user"), true)}
    ${
      listed.users.length === 0
        ? empty(
            "users",
            "No user matches",
            "Part of a name or of an id is enough.",
            html`<a class="button" href="/users">All users</a>`,
          )
        : html`<div class="stack">
            ${listed.users.map((user) => userCard(user, { field: c.env.form.field, documents }))}
          </div>`
    }
    ${listed.more && html`<div class="row"><a class="button" href="/users?${next}">More users</a></div>`}`,
  });
}

/** Ends one connection of a user, or everything of them. */
export async function endAccess(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const { users } = c.env.user;
  if (!users) return missingPage(c, "page");
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

interface CardView {
  field: Markup;
  documents: Documents;
}

function userCard({ id, label, seenMs, connections }: ListedUser, view: CardView): Markup {
  // Without a connection there is still their session here.
  const name = visible(label);
  const [words, short, whose] =
    connections.length > 0
      ? ["End all access", "End all access …", `End all access of ${name}`]
      : ["Sign out", "Sign out …", `Sign out ${name}`];
  const ending = endForm({ user: id }, view.field, words, whose);
  return html`<section class="card" aria-label="${visible(label)}" data-key="${id}">
    <div class="head">
      <div>
        <h2>${visible(label)}</h2>
        <p class="quiet small">Last seen ${ago(seenMs)}, <code>${visible(id)}</code></p>
      </div>
      ${endOnce(ending, short)}
    </div>
    ${connections.length === 0 && html`<p class="quiet">No connections.</p>`}
    ${connections.map((connection) => connectionRow(id, label, connection, view))}
  </section>`;
}

function connectionRow(
  user: string,
  label: string,
  { id, client, scopes, createdAtMs, expiresAtMs }: Connection,
  { field, documents }: CardView,
): Markup {
  const words = isOfToken(id) ? "Revoke" : "End access";
  const name = `${isOfToken(id) ? "Revoke the token" : "End access of"} ${visible(client)} for ${visible(label)}`;
  return html`<div class="connection">
    <div class="head">
      <div>
        <h3>${visible(client)}</h3>
        ${rightsInWords(scopes, documents)}
        <p class="quiet small">
          Since ${when(createdAtMs)}${expiresAtMs !== undefined && html`, until ${when(expiresAtMs)}`}
        </p>
      </div>
      ${endOnce(endForm({ user, connection: id }, field, words, name), `${words} …`)}
    </div>
  </div>`;
}

function endForm(fields: Record<string, string>, field: Markup, words: string, name: string): Markup {
  return html`<form method="post" action="/users/end">
    ${field}${Object.entries(fields).map(
      ([key, value]) => html`<input type="hidden" name="${key}" value="${value}" />`,
    )}
    <button class="danger little" aria-label="${name}">${words}</button>
  </form>`;
}
