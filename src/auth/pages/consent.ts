/**
 * The consent page: which program asks, where the access goes, and what to give it. The person decides by ticking; at
 * first only reading is ticked, and what else the client asked for is marked. Works without a script.
 *
 * Fields of its form: `handle`, `decision` (`approve` or `deny`), `scope` (once per ticked `<api>:<access>`),
 * `tag` (once per ticked `<api>:<access>:<tag>`; narrows that access), and those of `pasted.ts`.
 */
import { html } from "hono/html";
import type { ConsentDescription } from "@cloudflare/workers-oauth-provider";
import type { Access, UserCredential } from "../../terms/api-file.ts";
import type { Offer, OfferedAccess, OfferedApi } from "../consent-offer.ts";
import { accountRows, labelField, secretField } from "../pasted.ts";
import { accessLabels, formatScope } from "../../terms/scopes.ts";
import { visibleLine } from "../../terms/visible.ts";
import { facts, tick } from "./elements.ts";
import { page, type Markup } from "./layout.ts";

interface ConsentView {
  client: ConsentDescription;
  /** Who is signed in, in words. */
  user: string;
  offer: Offer;
  handle: string;
  headers: Headers;
  /** What was wrong with the submitted form. */
  problem?: string | undefined;
}

export function consentPage(view: ConsentView): Promise<Response> {
  const { client, offer, problem } = view;
  const titles = offer.apis.map(({ title }) => title);
  const name = visibleLine(client.clientName);
  return page({
    title: `Connect ${name}`,
    headers: view.headers,
    status: problem ? 400 : 200,
    body: html`<h1>Let ${name} use ${listed(titles, "APIs")}?</h1>
      ${problem && html`<p class="problem" role="alert">${problem}</p>`} ${parties(view)}
      ${
        client.redirectIsLoopback &&
        html`<p class="note">
          This gives access to a program on this computer. Continue only if you have just started it yourself.
        </p>`
      }
      <form method="post">
        <input type="hidden" name="handle" value="${view.handle}" />
        <h2>What it may do</h2>
        ${
          offer.connected &&
          html`<p class="quiet">
            This program is connected already. If you allow this, it gets what is ticked here instead.
          </p>`
        }
        ${offer.apis.map((api) => apiFields(api, offer.connected))}
        ${
          offer.unknown.length > 0 &&
          html`<p class="note">
            It also asked for ${listed(offer.unknown.map(visibleLine), "scopes")}, which this server does not
            have and cannot give.
          </p>`
        }
        <div class="actions">
          <button class="primary" name="decision" value="approve">Allow</button>
          <button name="decision" value="deny">Deny</button>
        </div>
        <p class="quiet">To change this later, connect again: this page appears every time.</p>
      </form>`,
  });
}

function parties({ client, user }: ConsentView): Markup {
  const unverified = html`<span class="quiet">Unverified: the program chose this name itself</span>`;
  return facts({
    Program: visibleLine(client.clientName),
    "Published by": client.clientDomain ?? unverified,
    "Access goes to": visibleLine(client.redirectHost),
    "Signed in as": visibleLine(user),
  });
}

function apiFields(api: OfferedApi, connected: boolean): Markup {
  return html`<fieldset>
    <legend>${visibleLine(api.title)}</legend>
    ${
      api.demo &&
      html`<p class="quiet">
        A made-up API on this computer. To block the attackers, the prompt of the README needs Read and Write.
      </p>`
    }
    ${api.choices
      .filter(({ operations, ticked, asked }) => operations > 0 || ticked || asked)
      .map((choice) => accessField(api, choice, connected))}
    ${credentialFields(api)}
  </fieldset>`;
}

function credentialFields(api: OfferedApi): Markup | false | undefined {
  const { credential } = api;
  if (credential?.from === "user") return pasteFields(api, credential);
  return (
    credential?.from === "oauth" &&
    html`<p class="quiet">You log in at ${new URL(credential.authorizationUrl).host} on the next page.</p>`
  );
}

function pasteFields(api: OfferedApi, { fields, help }: UserCredential): Markup {
  const secrets = (row: number) =>
    Object.entries(fields).map(
      ([scheme, words]) =>
        html`<label
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
      It is tested once, then stored encrypted for this connection.
      ${help && html`<a href="${help}" rel="noreferrer noopener" target="_blank">Where to get it</a>`}
    </p>
    <details class="further">
      <summary>More accounts</summary>
      <p class="quiet">The program uses the first account, except when it selects another by name.</p>
      ${nameField(api, 0, "Name of the first account (optional)")}
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
  return html`<label
    >${words}<input
      name="${labelField(api.name, row)}"
      maxlength="40"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
  /></label>`;
}

function accessField(api: OfferedApi, choice: OfferedAccess, connected: boolean): Markup {
  const { access, operations, ticked, tags } = choice;
  const counted = `${number.format(operations)} ${access} ${operations === 1 ? "operation" : "operations"}`;
  const words = html`${accessLabels[access]}<span class="quiet">${counted}</span>${marks(choice, connected)}`;
  return html`${tick("checkbox", "scope", formatScope({ api: api.name, access }), ticked, words)}
  ${tags.length > 1 && tagFields(api, access, tags)}`;
}

/** What a person should know of a box: whether the client asked for it, and whether it had it before. */
function marks({ access, asked, before, only }: OfferedAccess, connected: boolean): Markup | false {
  const limit = only.length > 0 ? `, only ${listed(only.map(visibleLine), "tags")}` : "";
  const wish = connected && !before ? "The program says that it needs this now" : "Also asked for";
  const said = [
    ...(asked && (access !== "read" || (connected && !before)) ? [`${wish}${limit}`] : []),
    ...(before ? ["Granted before"] : []),
  ];
  return said.length > 0 && html`<span class="asked">${said.join(". ")}</span>`;
}

function tagFields(api: OfferedApi, access: Access, tags: OfferedAccess["tags"]): Markup {
  const narrowed = tags.some((tag) => tag.ticked);
  return html`<details class="under" ${narrowed && "open"}>
    <summary>Only some of its ${tags.length} tags</summary>
    <p class="quiet">If you tick none, all are included.</p>
    <div class="tags">
      ${tags.map(({ tag, operations, ticked }) => {
        const words = html`${visibleLine(tag)} <span class="quiet">${number.format(operations)}</span>`;
        return tick("checkbox", "tag", formatScope({ api: api.name, access, tag }), ticked, words);
      })}
    </div>
  </details>`;
}

const number = new Intl.NumberFormat("en");

/** "A, B and C", or only how many there are if the list would be long. */
function listed(words: string[], noun: string): string {
  if (words.length > 4) return `${words.length} ${noun}`;
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(words);
}
