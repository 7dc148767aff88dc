/** The page of access tokens: make one, see it once, list and revoke them. */
import { html } from "hono/html";
import { Access } from "../../terms/api-file.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { AccessToken } from "../../vault/access-tokens.ts";
import { formatScope } from "../../terms/scopes.ts";
import type { User } from "../sign-in/sign-in.ts";
import { accessWords } from "./access-words.ts";
import { page, type Markup } from "./layout.ts";

export interface TokensView {
  user: User;
  list: AccessToken[];
  apis: DeployedApi[];
  status?: number;
  problem?: string;
  issued?: { token: string; record: AccessToken };
}

export function tokensPage({ user, list, apis, status, problem, issued }: TokensView): Promise<Response> {
  return page({
    title: "Access tokens",
    ...(status === undefined ? {} : { status }),
    body: html`<h1>Access tokens</h1>
      <p class="quiet">
        For programs that cannot open a browser. Signed in as ${user.label}.
        <a href="/connections">All connections</a>
      </p>
      ${problem ? html`<p class="note bad" role="alert">${problem}</p>` : ""}
      ${
        issued
          ? html`<div class="note" role="status">
              <p>This is the token “${issued.record.name}”. Copy it now: it is not shown again.</p>
              <p><code>${issued.token}</code></p>
            </div>`
          : ""
      }
      ${
        list.length > 0
          ? html`<h2>Yours</h2>
              ${list.map(row)}`
          : ""
      }
      <h2>A new one</h2>
      <form method="post">
        <label class="field">Name<input name="name" required maxlength="60" autocomplete="off" /></label>
        <label class="field"
          >Days until it ends<input name="days" type="number" min="1" max="365" value="30"
        /></label>
        ${apis.map(
          (api) =>
            html`<fieldset>
              <legend>${api.title}</legend>
              ${Access.options.map(
                (access) =>
                  html`<label
                    ><input
                      type="checkbox"
                      name="scope"
                      value="${formatScope({ api: api.name, access })}"
                      ${access === "read" ? "checked" : ""}
                    /><span>${accessWords[access].label}</span></label
                  >`,
              )}
              ${
                api.file.credential && api.file.credential.from !== "shared"
                  ? html`<p class="quiet">
                      Called with your own credential, which a token does not bring: with it, programs can
                      only search the document.
                    </p>`
                  : ""
              }
            </fieldset>`,
        )}
        <div class="actions"><button class="primary">Make the token</button></div>
      </form>`,
  });
}

function row({ id, name, scopes, expiresAt }: AccessToken): Markup {
  const end = new Date(expiresAt * 1_000).toISOString().slice(0, 10);
  return html`<form method="post" class="row">
    <p>
      <strong>${name}</strong><br /><span class="quiet">${scopes.join(", ")}; until <time>${end}</time></span>
    </p>
    <button name="revoke" value="${id}" aria-label="Revoke ${name}">Revoke</button>
  </form>`;
}
