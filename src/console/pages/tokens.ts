/** The page of access tokens: make one, see it once, list and revoke them. */
import { html } from "hono/html";
import { fieldError, note, tick } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { feedAddress } from "../../auth/feed.ts";
import type { TokensView } from "../../auth/token-page.ts";
import { accessTokenClientId } from "../../terms/access-token-client.ts";
import { Access } from "../../terms/api-file.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import { accessLabels, formatScope, isForFeed } from "../../terms/scopes.ts";
import { conjunction } from "../../terms/conjunction.ts";
import { maxDays } from "../../terms/token-days.ts";
import type { AccessToken } from "../../vault/access-tokens.ts";
import { toCopy } from "../parts/block.ts";
import { apiTitle, type Documents } from "../parts/in-words.ts";
import { nothing, page, pageHead, type FrameFacts } from "../parts/layout.ts";
import { rightsInWords } from "../parts/rights.ts";
import { ago, until, visible } from "../text.ts";
import { endOnce } from "./connections.ts";

/** What the page needs besides: for the titles of the APIs, and when a token last ran something. */
interface Known {
  documents: Documents;
  /** By the id of the client, in milliseconds since the epoch. */
  lastUsed: Record<string, number>;
  /** Names of the secrets that each API is called with and that this server does not have. */
  unset: Map<string, string[]>;
}

const refreshMs = 5_000;

export function tokensPage(view: TokensView, frame: FrameFacts, known: Known): Promise<Response> {
  const { user, list, status, problem, issued, given, notice, origin } = view;
  return page(
    {
      title: "Access tokens",
      section: "tokens",
      status,
      notice,
      // What a form has done is said until the person goes on: the token above all.
      refreshMs: issued || problem || notice !== undefined ? undefined : refreshMs,
      body: html`${pageHead("Access tokens", {
        under: html`<p class="lead">
          For clients that cannot open a browser. Signed in as ${visible(user.label)}.
          <a href="/connections">All connections</a>
        </p>`,
        actions: list.length > 0 && html`<a class="button" href="#new">${icon("key")} New token</a>`,
      })}
      ${problem && !given && note("fail", problem, "alert")}
      ${issued && note("ok", made(issued, origin), "status")}
      ${
        list.length === 0
          ? nothing(
              "key",
              "No token yet",
              "A token is for a job or a server: give it only what that needs, and an end.",
            )
          : html`<section class="section">
              <h2>Your tokens</h2>
              <ul class="list tokens">
                ${list.map((token) => row(token, known))}
              </ul>
            </section>`
      }
      ${form(view, known)}`,
    },
    frame,
  );
}

/** The token, once, and where it is used. */
function made({ token, record }: NonNullable<TokensView["issued"]>, origin: string): Markup {
  if (isForFeed(record.scopes))
    return html`<p>
        This is the address of your feed. Copy it into your reader now: it will not be shown again.
      </p>
      ${toCopy("token", "the address", feedAddress(origin, token))}`;
  return html`<p>This is the token “${visible(record.name)}”. Copy it now: it will not be shown again.</p>
    ${toCopy("token", "the token", token)}
    <p>Your client sends it to this address, as <code>Authorization: Bearer &lt;token&gt;</code>:</p>
    ${toCopy("token-url", "the address of the server", `${origin}/mcp`)}`;
}

/** What a person has given stays, with what is wrong beside it. */
function form({ apis, problem = "", given }: TokensView, known: Known): Markup {
  const isWrong = (field: string) => given?.wrong === field;
  const wrong = (field: string) =>
    isWrong(field) && html`aria-invalid="true" aria-describedby="wrong" autofocus`;
  const said = (field: string) => isWrong(field) && fieldError("wrong", problem);
  return html`<section class="section" id="new">
    <h2>New token</h2>
    <form method="post" action="/tokens#new" class="card">
      <div class="cards">
        <div>
          <label class="field"
            >Name<input
              name="name"
              required
              maxlength="60"
              autocomplete="off"
              placeholder="Nightly report"
              value="${given?.name ?? ""}"
              ${wrong("name")}
          /></label>
          ${said("name")}
        </div>
        <div>
          <label class="field"
            >Days until it expires<input
              name="days"
              type="number"
              min="1"
              max="${maxDays}"
              value="${given?.days ?? "30"}"
              ${wrong("days")}
          /></label>
          ${said("days")}
        </div>
      </div>
      <div
        class="pick"
        role="group"
        aria-label="Access"
        ${isWrong("scopes") && html`aria-describedby="wrong"`}
      >
        <p class="quiet small">
          Tick what the client needs. It can do nothing else. What no <a href="/apis">rule of the API</a> asks
          about or refuses goes out without asking you.
        </p>
        ${apis.map((api) => apiFields(api, known, given?.scopes))}
      </div>
      ${said("scopes")} ${given && !given.wrong && fieldError("wrong", problem)}
      <div class="row"><button class="primary">Make the token</button></div>
    </form>
  </section>`;
}

function apiFields(
  { name, file: { credential } }: DeployedApi,
  { documents, unset }: Known,
  ticked?: string[],
): Markup {
  const missing = unset.get(name) ?? [];
  return html`<div>
    <fieldset>
      <legend>${apiTitle(documents, name)}</legend>
      ${Access.options.map((access) =>
        tick(
          "checkbox",
          "scope",
          formatScope({ api: name, access }),
          ticked?.includes(formatScope({ api: name, access })) === true,
          accessLabels[access],
        ),
      )}
    </fieldset>
    ${
      missing.length > 0 &&
      html`<p class="quiet small">Cannot be called yet: this server has no ${conjunction(missing)}.</p>`
    }
    ${
      credential &&
      credential.from !== "shared" &&
      html`<p class="quiet small">
        Calls to this API need your own credential, which a token does not carry: clients that use the token
        can only search the document.
      </p>`
    }
  </div>`;
}

function row(
  { id, name, scopes, createdAt, expiresAt }: AccessToken,
  { documents, lastUsed: { [accessTokenClientId(id)]: used } }: Known,
): Markup {
  return html`<li data-key="${id}">
    ${icon("key")}
    <div class="grow">
      <strong>${visible(name)}</strong>
      ${rightsInWords(scopes, documents)}
      <p class="quiet small">
        ${!isForFeed(scopes) && html`${used === undefined ? "No run yet" : html`Last used ${ago(used)}`}, `}made
        ${ago(createdAt * 1_000)}, until ${until(expiresAt * 1_000)}
      </p>
    </div>
    ${endOnce(
      html`<form method="post" action="/tokens">
        <button class="danger little" name="revoke" value="${id}" aria-label="Revoke ${visible(name)}">
          Revoke
        </button>
      </form>`,
      "Revoke …",
    )}
  </li>`;
}
