/** The page of access tokens: make one, see it once, list and revoke them. */
import { html } from "hono/html";
import { Access } from "../../terms/api-file.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { AccessToken } from "../../vault/access-tokens.ts";
import { formatScope } from "../../terms/scopes.ts";
import type { User } from "../sign-in/sign-in.ts";
import { accessLabels } from "../../terms/scopes.ts";
import { tick } from "./elements.ts";
import { page, type Markup } from "./layout.ts";

/** What a form has done. */
export interface Outcome {
  status?: number;
  problem?: string;
  /** The token itself: shown now and never again. */
  issued?: { token: string; record: AccessToken };
}

interface TokensView extends Outcome {
  user: User;
  list: AccessToken[];
  apis: DeployedApi[];
}

export function tokensPage({ user, list, apis, status, problem, issued }: TokensView): Promise<Response> {
  return page({
    title: "Access tokens",
    status,
    body: html`<h1>Access tokens</h1>
      <p class="quiet">
        For programs that cannot open a browser. Signed in as ${user.label}.
        <a href="/connections">All connections</a>
      </p>
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      ${
        issued &&
        html`<div class="note" role="status">
          <p>This is the token “${issued.record.name}”. Copy it now: it will not be shown again.</p>
          <p><code>${issued.token}</code></p>
        </div>`
      }
      ${list.length > 0 && html`<h2>Your tokens</h2>`} ${list.map(row)}
      <h2>New token</h2>
      <form method="post">
        <label>Name<input name="name" required maxlength="60" autocomplete="off" /></label>
        <label>Days until it expires<input name="days" type="number" min="1" max="365" value="30" /></label>
        ${apis.map(apiFields)}
        <div class="actions"><button class="primary">Make the token</button></div>
      </form>`,
  });
}

function apiFields({ name, title, file: { credential } }: DeployedApi): Markup {
  return html`<fieldset>
    <legend>${title}</legend>
    ${Access.options.map((access) =>
      tick("checkbox", "scope", formatScope({ api: name, access }), access === "read", accessLabels[access]),
    )}
    ${
      credential &&
      credential.from !== "shared" &&
      html`<p class="quiet">
        Calls to this API need your own credential, which a token does not carry: programs that use the token
        can only search the document.
      </p>`
    }
  </fieldset>`;
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
