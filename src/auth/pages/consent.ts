/**
 * The consent page: which program asks, where the access goes, and what to give it. The person decides by ticking; at
 * first only reading is ticked, and what else the client asked for is marked. Works without a script.
 *
 * Fields of its form: `handle`, `decision` (`approve` or `deny`), `scope` (once per ticked `<api>:<access>`),
 * `tag` (once per ticked `<api>:<access>:<tag>`; narrows that access), and those of `pasted.ts`.
 */
import { html } from "hono/html";
import type { ConsentDescription } from "@cloudflare/workers-oauth-provider";
import { Access, type UserCredential } from "../../terms/api-file.ts";
import type { Outcome } from "../../gateway/decide/decisions.ts";
import type { Offer, OfferedAccess, OfferedApi } from "../consent-offer.ts";
import { unusedDays } from "../grants.ts";
import { accountRows, labelField, secretField } from "../pasted.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import { accessLabels, formatScope } from "../../terms/scopes.ts";
import { visibleLine } from "../../terms/visible.ts";
import { accessChip, facts, fieldError, note, state, tick } from "./elements.ts";
import { icon } from "./icons.ts";
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
  /** Name of the field that it is about; without one it is about the table. */
  field?: string | undefined;
  /** Where the form goes, if not to the page's own address. */
  action?: string | undefined;
}

export function consentPage(view: ConsentView): Promise<Response> {
  const { client, offer, problem, field } = view;
  const name = quotable(client.clientName);
  return page({
    title: `Connect ${name}`,
    headers: view.headers,
    status: problem ? 400 : 200,
    body: html`<div class="sheet">
        <h1>What may “${name}” do?</h1>
        ${parties(view)}
        ${
          client.redirectIsLoopback &&
          note(
            "wait",
            "This gives access to a client on this computer. Continue only if you have just started it yourself.",
            undefined,
            "monitor",
          )
        }
        ${
          offer.connected &&
          note(
            "calm",
            "This client is connected already. If you allow this, it gets what is ticked here instead.",
          )
        }
      </div>
      <form method="post" ${view.action && html`action="${view.action}"`}>
        <input type="hidden" name="handle" value="${view.handle}" />
        <div class="sheet">
          ${problem && field === undefined && note("fail", problem, "alert")} ${rights(view)}
          ${
            offer.unknown.length > 0 &&
            note(
              "calm",
              html`It also asked for ${listed(offer.unknown.map(visibleLine), "scopes")}, which this server
              does not have and cannot give.`,
            )
          }
        </div>
        <div class="bar">
          <div class="row">
            <button class="primary" name="decision" value="approve">Allow</button>
            <button name="decision" value="deny">Deny</button>
          </div>
          <p class="quiet small">
            Access ends after ${unusedDays} days without use, or when you end it under
            <a href="/connections" target="_blank" rel="noopener">Connections</a>.
          </p>
        </div>
      </form>`,
  });
}

/** A longer name would push what tells of its program out of view. */
const maxNameChars = 60;

/** A name that a program gave itself, to stand between quotes: it does not end them, and all of it is the name. */
function quotable(given: string): string {
  const chars = [...visibleLine(given).replaceAll(/["“”„‟«»]/g, "'")];
  return chars.length > maxNameChars ? `${chars.slice(0, maxNameChars).join("")}…` : chars.join("");
}

function parties({ client, user }: ConsentView): Markup {
  const publisher = client.clientDomain
    ? html`${client.clientDomain} ${state("ok", "checked")}`
    : html`<span class="trust">${icon("warning")} Unverified: the client chose this name itself</span>`;
  const host = visibleLine(client.redirectHost);
  return facts({
    "Published by": publisher,
    "Access goes to": isLoopbackHost(client.redirectHost.replace(/:\d+$/, ""))
      ? host
      : html`<strong>${host}</strong>`,
    "Signed in as": visibleLine(user),
  });
}

/** A row for each API and a column for each access; below a row, what else there is to decide of its API. */
function rights({ offer, problem, field }: ConsentView): Markup {
  return html`<table class="rights">
    <caption class="sr">
      What it may do
    </caption>
    <thead>
      <tr>
        <th scope="col">API</th>
        ${Access.options.map((access) => html`<th scope="col">${accessChip(access)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${offer.apis.map(
        (api) =>
          html`<tr class="api">
              <th scope="row">
                ${visibleLine(api.title)}
                ${api.host !== undefined && html`<span class="quiet">${visibleLine(api.host)}</span>`}
                ${
                  api.unset.length > 0 &&
                  html`<span class="quiet"
                    >Cannot be called yet: this server has no ${listed(api.unset, "secrets")}</span
                  >`
                }
              </th>
              ${api.choices.map(
                (choice) =>
                  html`<td class="c-${choice.access}">${accessField(api, choice, offer.connected)}</td>`,
              )}
            </tr>
            ${further(api, problem, field)}`,
      )}
    </tbody>
  </table>`;
}

/** What stands below the row of an API: there is always the list of its operations. */
function further(api: OfferedApi, problem: string | undefined, field: string | undefined): Markup {
  const tagged = api.choices.filter(({ tags }) => tags.length > 1).map((choice) => tagFields(api, choice));
  const demo =
    api.demo &&
    html`<p class="quiet small">
      A made-up API on this computer. To block the attackers, the prompt of the README needs Read and Write.
    </p>`;
  const credential = credentialFields(
    api,
    field === undefined ? undefined : { field, problem: problem ?? "" },
  );
  return html`<tr class="more">
    <td colspan="4">${demo}${tagged}${operationList(api)}${credential}</td>
  </tr>`;
}

/** The operations by name, and what a rule makes of each. A large API has more than a page should. */
function operationList({ name, choices }: OfferedApi): Markup {
  const all = choices.reduce((sum, { operations }) => sum + operations, 0);
  const named = choices.reduce((sum, { list }) => sum + list.length, 0);
  return html`<details class="under">
    <summary>
      ${all === named ? `See all ${count(all)}` : `See ${number.format(named)} of the ${count(all)}`}
    </summary>
    ${choices
      .filter(({ list }) => list.length > 0)
      .map(
        ({ access, list }) =>
          html`<div class="each">
            ${accessChip(access)}
            <ul>
              ${list.map((one) => html`<li>${visibleLine(one.name)}${mark(one.outcome)}</li>`)}
            </ul>
          </div>`,
      )}
    <p class="quiet small">
      <a href="/apis/${name}" target="_blank" rel="noopener"
        >${all === named ? "What they do" : `All ${count(all)}`}, and the rules for them</a
      >
    </p>
  </details>`;
}

const mark = (outcome: Outcome) =>
  outcome !== "allow" && html` <span class="does ${outcome}">${does[outcome].one}</span>`;

interface Wrong {
  field: string;
  problem: string;
}

function credentialFields(api: OfferedApi, wrong: Wrong | undefined): Markup | false | undefined {
  const { credential } = api;
  if (credential?.from === "user") return pasteFields(api, credential, wrong);
  return (
    credential?.from === "oauth" &&
    html`<p class="quiet small credential">
      ${icon("out")} You log in at ${new URL(credential.authorizationUrl).host} on the next page.
    </p>`
  );
}

function pasteFields(api: OfferedApi, { fields, help }: UserCredential, wrong: Wrong | undefined): Markup {
  const secrets = (row: number) =>
    Object.entries(fields).map(([scheme, words]) => {
      const name = secretField(api.name, row, scheme);
      return html`<div>
        <label class="field"
          >${words}<input
            type="password"
            name="${name}"
            autocomplete="off"
            spellcheck="false"
            ${invalid(name, wrong)}
        /></label>
        ${errorAt(name, wrong)}
      </div>`;
    });
  const rows = Array.from({ length: accountRows - 1 }, (_, index) => index + 1);
  const isFurther =
    wrong !== undefined &&
    (wrong.field.startsWith(labelField(api.name, 0).slice(0, -1)) ||
      rows.some((row) => wrong.field.startsWith(secretField(api.name, row, ""))));
  return html`<div class="paste credential">
    <div class="pair">${secrets(0)}</div>
    <p class="quiet small">
      ${Object.keys(fields).length === 1 ? "It is tested once, then" : "They are tested once, then"} stored
      encrypted for this connection.
      ${help && html`<a href="${help}" rel="noreferrer noopener" target="_blank">Where to get it</a>`}
    </p>
    <details class="further" ${isFurther && "open"}>
      <summary>More accounts</summary>
      <p class="quiet small">The client uses the first account, except when it selects another by name.</p>
      ${nameField(api, 0, "Name of the first account (optional)", wrong)}
      ${rows.map(
        (row) =>
          html`<div class="account" role="group" aria-label="Account ${row + 1}">
            <h2>Account ${row + 1}</h2>
            <div class="pair">${nameField(api, row, "Its name, such as work", wrong)} ${secrets(row)}</div>
          </div>`,
      )}
    </details>
  </div>`;
}

const invalid = (name: string, wrong: Wrong | undefined) =>
  wrong?.field === name && html`aria-invalid="true" aria-describedby="wrong" autofocus`;

const errorAt = (name: string, wrong: Wrong | undefined) =>
  wrong?.field === name && fieldError("wrong", wrong.problem);

function nameField(api: OfferedApi, row: number, words: string, wrong: Wrong | undefined): Markup {
  const name = labelField(api.name, row);
  return html`<div>
    <label class="field"
      >${words}<input
        name="${name}"
        maxlength="40"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        ${invalid(name, wrong)}
    /></label>
    ${errorAt(name, wrong)}
  </div>`;
}

function accessField(api: OfferedApi, choice: OfferedAccess, connected: boolean): Markup {
  const { access, operations, ticked, asked, examples, outcomes } = choice;
  if (operations === 0 && !ticked && !asked)
    return html`<span class="quiet" title="Nothing to ${access}">–</span>`;
  const more = operations > examples.length && examples.length > 0 ? " …" : "";
  const all = visibleLine(examples.join(", ")) + more;
  const words = html`<span class="sr">${visibleLine(api.title)}, </span
    ><span class="n"
      ><b><i class="some">some of </i>${number.format(operations)}</b> <b>${access}</b>
      <i>${operations === 1 ? "operation" : "operations"}</i></span
    ><span class="egs whole" title="${all}">${all}</span
    ><span class="egs some">only those of the ticked tags</span
    >${doing(access, outcomes)}${marks(choice, connected)}`;
  return tick("checkbox", "scope", formatScope({ api: api.name, access }), ticked, words);
}

/** What the rules make of calls, in words: of all, of each, and of a number of them. */
const does: Record<Outcome, { all: string; one: string; many: (operations: number) => string }> = {
  allow: {
    all: "Without asking you",
    one: "without asking you",
    many: (n) => `${number.format(n)} without asking`,
  },
  ask: {
    all: "Asks you each time",
    one: "asks you",
    many: (n) => `${number.format(n)} ${n === 1 ? "asks" : "ask"} you`,
  },
  varies: {
    all: "Depends on the values sent",
    one: "depends on the values",
    many: (n) => `${number.format(n)} ${n === 1 ? "depends" : "depend"} on the values`,
  },
  deny: { all: "Refused by a rule", one: "refused", many: (n) => `${number.format(n)} refused` },
};

/** Whether a person is asked again before each call. That reading goes without asking needs no words. */
function doing(access: Access, outcomes: OfferedAccess["outcomes"]): Markup | false {
  const [first] = outcomes;
  if (!first || (access === "read" && outcomes.length === 1 && first[0] === "allow")) return false;
  if (outcomes.length === 1) return html`<span class="does ${first[0]}">${does[first[0]].all}</span>`;
  const said = outcomes.map(
    ([outcome, n]) => html`<span class="does ${outcome}">${does[outcome].many(n)}</span>`,
  );
  return html`<span class="doing"
    ><i class="some">Of all: </i>${said.map((one, n) => html`${n > 0 && ", "}${one}`)}</span
  >`;
}

/** What a person should know of a box: whether the client asked for it, and whether it had it before. */
function marks({ access, asked, before, only }: OfferedAccess, connected: boolean): Markup | false {
  const limit = only.length > 0 ? `, only ${listed(only.map(visibleLine), "tags")}` : "";
  const wish = connected && !before ? "The client says that it needs this now" : "Also asked for";
  const said = [
    ...(asked && (access !== "read" || (connected && !before)) ? [`${wish}${limit}`] : []),
    ...(before ? ["Granted before"] : []),
  ];
  return said.length > 0 && html`<span class="asked">${said.join(". ")}</span>`;
}

function tagFields(api: OfferedApi, { access, tags }: OfferedAccess): Markup {
  const narrowed = tags.some((tag) => tag.ticked);
  return html`<details class="under t-${access}" ${narrowed && "open"}>
    <summary>${accessLabels[access]}: only some of its ${tags.length} tags</summary>
    <p class="quiet small">If you tick none, all are included.</p>
    <div class="tags">
      ${tags.map(({ tag, operations, ticked }) => {
        const words = html`${visibleLine(tag)} <span class="quiet">${number.format(operations)}</span>`;
        return tick("checkbox", "tag", formatScope({ api: api.name, access, tag }), ticked, words);
      })}
    </div>
  </details>`;
}

const number = new Intl.NumberFormat("en");
const count = (operations: number) =>
  `${number.format(operations)} ${operations === 1 ? "operation" : "operations"}`;

/** "A, B and C", or only how many there are if the list would be long. */
function listed(words: string[], noun: string): string {
  if (words.length > 4) return `${words.length} ${noun}`;
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(words);
}
