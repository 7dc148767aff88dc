/** The page of access tokens: make one, see it once, list and revoke them. */
import { html } from "hono/html";
import { note, tick } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import type { TokensView } from "../../auth/token-page.ts";
import { Access } from "../../terms/api-file.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import { accessLabels, formatScope } from "../../terms/scopes.ts";
import { maxDays } from "../../terms/token-days.ts";
import type { AccessToken } from "../../vault/access-tokens.ts";
import { toCopy } from "../parts/block.ts";
import type { Documents } from "../parts/in-words.ts";
import { empty, page, pageHead, type FrameFacts } from "../parts/layout.ts";
import { rightsInWords } from "../parts/rights.ts";
import { ago, visible, when } from "../text.ts";
import { endOnce } from "./connections.ts";

/** @param documents for the titles of the APIs */
export function tokensPage(view: TokensView, frame: FrameFacts, documents: Documents): Promise<Response> {
  const { user, list, apis, status, problem, issued } = view;
  return page(
    {
      title: "Access tokens",
      section: "tokens",
      status,
      body: html`${pageHead("Access tokens", {
          under: html`<p class="lead">
            For programs that cannot open a browser. Signed in as ${visible(user.label)}.
            <a href="/connections">All connections</a>
          </p>`,
          actions: list.length > 0 && html`<a class="button" href="#new">${icon("key")} New token</a>`,
        })}
        ${problem && note("fail", problem, "alert")}
        ${
          issued &&
          note(
            "ok",
            html`<p>
                This is the token “${visible(issued.record.name)}”. Copy it now: it will not be shown again.
              </p>
              ${toCopy("token", "the token", issued.token)}`,
            "status",
          )
        }
        ${
          list.length === 0
            ? empty(
                "key",
                "No token yet",
                "A token is for a job or a server: give it only what that needs, and an end.",
              )
            : html`<section class="section">
                <h2>Your tokens</h2>
                <ul class="list tokens">
                  ${list.map((token) => row(token, documents))}
                </ul>
              </section>`
        }
        <section class="section" id="new">
          <h2>New token</h2>
          <form method="post" class="card">
            <div class="cards">
              <label class="field"
                >Name<input
                  name="name"
                  required
                  maxlength="60"
                  autocomplete="off"
                  placeholder="Nightly report"
              /></label>
              <label class="field"
                >Days until it expires<input name="days" type="number" min="1" max="${maxDays}" value="30"
              /></label>
            </div>
            <div class="pick">${apis.map(apiFields)}</div>
            <div class="row"><button class="primary">Make the token</button></div>
          </form>
        </section>`,
    },
    frame,
  );
}

function apiFields({ name, title, file: { credential } }: DeployedApi): Markup {
  return html`<div>
    <fieldset>
      <legend>${visible(title)}</legend>
      ${Access.options.map((access) =>
        tick(
          "checkbox",
          "scope",
          formatScope({ api: name, access }),
          access === "read",
          accessLabels[access],
        ),
      )}
    </fieldset>
    ${
      credential &&
      credential.from !== "shared" &&
      html`<p class="quiet small">
        Calls to this API need your own credential, which a token does not carry: programs that use the token
        can only search the document.
      </p>`
    }
  </div>`;
}

function row({ id, name, scopes, createdAt, expiresAt }: AccessToken, documents: Documents): Markup {
  return html`<li data-key="${id}">
    ${icon("key")}
    <div class="grow">
      <strong>${visible(name)}</strong>
      ${rightsInWords(scopes, documents)}
      <p class="quiet small">Made ${ago(createdAt * 1_000)}, until ${when(expiresAt * 1_000)}</p>
    </div>
    ${endOnce(
      html`<form method="post">
        <button class="danger little" name="revoke" value="${id}" aria-label="Revoke ${visible(name)}">
          Revoke
        </button>
      </form>`,
      "Revoke …",
    )}
  </li>`;
}
