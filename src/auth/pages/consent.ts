/**
 * The consent page: who asks, where access is sent, and what of it to give. The person decides by ticking; what the
 * client asked for is ticked already. Works without a script.
 *
 * Fields of its form: `handle`, `decision` (`approve` or `deny`), `scope` (once per ticked `<api>:<access>`), and
 * `tag` (once per ticked `<api>:<access>:<tag>`; narrows that access), and those of `pasted.ts`.
 */
import { html } from "hono/html";
import type { ConsentDescription } from "@cloudflare/workers-oauth-provider";
import type { Access, Credential, UserCredential } from "../../terms/api-file.ts";
import type { Offer, OfferedAccess, OfferedApi } from "../consent-offer.ts";
import { accountRows, labelField, secretField } from "../pasted.ts";
import { formatScope } from "../../terms/scopes.ts";
import { accessWords } from "./access-words.ts";
import { page, type Markup } from "./layout.ts";

export interface ConsentView {
  client: ConsentDescription;
  /** Who is signed in, in words. */
  user: string;
  offer: Offer;
  /** API name → where its credential comes from. */
  credentials: Map<string, Credential | undefined>;
  handle: string;
  headers: Headers;
  /** What was wrong with the form the last time. */
  problem?: string;
}

export function consentPage(view: ConsentView): Promise<Response> {
  const { client, offer } = view;
  return page({
    title: `Connect ${client.clientName}`,
    headers: view.headers,
    status: view.problem ? 400 : 200,
    body: html`<h1>
        Let ${client.clientName} use
        ${listed(
          offer.apis.map((api) => api.title),
          "APIs",
        )}?
      </h1>
      ${view.problem ? html`<p class="note bad" role="alert">${view.problem}</p>` : ""} ${facts(view)}
      ${
        client.redirectIsLoopback
          ? html`<p class="note">
              This sends access to a program on this computer. Go on only if you started it yourself just now.
            </p>`
          : ""
      }
      <form method="post">
        <input type="hidden" name="handle" value="${view.handle}" />
        <h2>What it may do</h2>
        ${offer.apis.map((api) => apiFields(api, view.credentials.get(api.name)))}
        ${
          offer.unknown.length > 0
            ? html`<p class="note">
                It also asked for ${listed(offer.unknown, "things")}, which this server does not have and will
                not give.
              </p>`
            : ""
        }
        <div class="actions">
          <button class="primary" name="decision" value="approve">Allow</button>
          <button name="decision" value="deny">Deny</button>
        </div>
        <p class="quiet">To change this later, connect again: this page comes back every time.</p>
      </form>`,
  });
}

function facts({ client, user }: ConsentView): Markup {
  return html`<dl>
    <dt>Program</dt>
    <dd>${client.clientName}</dd>
    <dt>Published by</dt>
    <dd>
      ${client.clientDomain ?? html`<span class="quiet">unknown: it named itself, nobody checked the name</span>`}
    </dd>
    <dt>Access goes to</dt>
    <dd>${client.redirectHost}</dd>
    <dt>Signed in as</dt>
    <dd>${user}</dd>
  </dl>`;
}

function apiFields(api: OfferedApi, credential: Credential | undefined): Markup {
  return html`<fieldset>
    <legend>${api.title}</legend>
    ${api.choices
      .filter(({ operations, preselected }) => operations > 0 || preselected)
      .map((choice) => accessField(api, choice))}
    ${credential ? credentialFields(api, credential) : ""}
  </fieldset>`;
}

function credentialFields(api: OfferedApi, credential: Credential): Markup {
  switch (credential.from) {
    case "shared":
      return html``;
    case "oauth":
      return html`<p class="quiet">
        You log in at ${new URL(credential.authorizationUrl).host} on the next page.
      </p>`;
    case "user":
      return pasteFields(api, credential);
  }
}

function pasteFields(api: OfferedApi, { fields, help }: UserCredential): Markup {
  const secrets = (row: number) =>
    Object.entries(fields).map(
      ([scheme, words]) =>
        html`<label class="field"
          >${words}<input
            type="password"
            name="${secretField(api.name, row, scheme)}"
            autocomplete="off"
            spellcheck="false"
        /></label>`,
    );
  const further = Array.from({ length: accountRows - 1 }, (_, index) => index + 1);
  return html`${secrets(0)}
    <p class="quiet">
      It is tried once, then kept sealed for this connection.
      ${help ? html`<a href="${help}" rel="noreferrer noopener" target="_blank">Where to get it</a>` : ""}
    </p>
    <details class="further">
      <summary>Further accounts of yours</summary>
      <p class="quiet">The program uses the first unless it asks for another by its name.</p>
      ${nameField(api, 0, "Name of the first account (may stay empty)")}
      ${further.map(
        (row) =>
          html`<div class="account" role="group" aria-label="Account ${row + 1}">
            <h3>Account ${row + 1}</h3>
            ${nameField(api, row, "Its name, such as work")} ${secrets(row)}
          </div>`,
      )}
    </details>`;
}

function nameField(api: OfferedApi, row: number, words: string): Markup {
  return html`<label class="field"
    >${words}<input
      name="${labelField(api.name, row)}"
      maxlength="40"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
  /></label>`;
}

function accessField(api: OfferedApi, { access, operations, preselected, tags }: OfferedAccess): Markup {
  const words = accessWords[access];
  const scope = formatScope({ api: api.name, access });
  return html`<label
      ><input type="checkbox" name="scope" value="${scope}" ${preselected ? "checked" : ""} /><span
        >${words.label}<span class="quiet">${counted(operations, words.kind)}</span></span
      ></label
    >
    ${tags.length > 1 ? tagFields(api, access, tags) : ""}`;
}

function tagFields(api: OfferedApi, access: Access, tags: OfferedAccess["tags"]): Markup {
  const narrowed = tags.some((tag) => tag.preselected);
  return html`<details class="under" ${narrowed ? "open" : ""}>
    <summary>Only some of its ${tags.length} parts</summary>
    <p class="quiet">Nothing ticked here means all of them.</p>
    <div class="tags">
      ${tags.map(
        ({ tag, operations, preselected }) =>
          html`<label
            ><input
              type="checkbox"
              name="tag"
              value="${formatScope({ api: api.name, access, tag })}"
              ${preselected ? "checked" : ""}
            /><span>${tag} <span class="quiet">${number.format(operations)}</span></span></label
          >`,
      )}
    </div>
  </details>`;
}

const number = new Intl.NumberFormat("en");

function counted(operations: number, kind: string): string {
  return `${number.format(operations)} ${kind} ${operations === 1 ? "operation" : "operations"}`;
}

/** "A, B and C", or how many there are when it would be a long list. */
function listed(words: string[], noun: string): string {
  if (words.length > 4) return `${words.length} ${noun}`;
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(words);
}
