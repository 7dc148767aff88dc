/** The APIs of the deployment, and one of them with its operations. */
import { html } from "hono/html";
import { accessChip, facts, note, state, type Tone } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { unsetSecrets } from "../../gateway/sign/secrets.ts";
import { groundsOf } from "../../gateway/decide/policy/file-rules.ts";
import { decider } from "../../gateway/decide/decisions.ts";
import type { Effect } from "../../request/policy.ts";
import { ruleInWords } from "../../request/shown/rule-in-words.ts";
import { Access } from "../../terms/api-file.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import { accessLabels } from "../../terms/scopes.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { objectOf } from "../../spec/objects.ts";
import { describeIn } from "../../spec/read/search-document.ts";
import { openDeployed, readManifest } from "../../store/catalogs.ts";
import { show, type ConsoleContext } from "../context.ts";
import { blockBelow, copyButton } from "../parts/block.ts";
import { highlight } from "../parts/highlight.ts";
import { filterForm, found } from "../parts/filter.ts";
import { empty, pageHead } from "../parts/layout.ts";
import { markdown } from "../parts/markdown.ts";
import { methodAnd, methodName, segments } from "../parts/method.ts";
import { select } from "../parts/select.ts";
import { ago, count, number, visible, visibleLine, when } from "../text.ts";
import { missingPage } from "./missing.ts";

/** Operations shown at once; a search finds the others. */
const maxShown = 50;
const accesses = Access.options.map((access) => [access, accessLabels[access]] as const);

export async function apisPage(c: ConsoleContext): Promise<Response> {
  const { CATALOGS } = c.env.env;
  const { apis } = await readManifest(CATALOGS);
  const opened = await Promise.all(apis.map((api) => openDeployed(CATALOGS, api)));
  return show(c, {
    title: "APIs",
    section: "apis",
    body: html`${pageHead("APIs", { under: "What your clients can call, and what decides on it." })}
    ${
      apis.length === 0
        ? empty(
            "boxes",
            "This server has no API yet",
            html`Its operator adds one with <code>npm run api -- add &lt;file or URL&gt;</code>.`,
          )
        : html`<div class="cards">${apis.map((api, n) => apiCard(c, api, opened[n]!))}</div>`
    }`,
  });
}

export async function apiPage(c: ConsoleContext): Promise<Response> {
  const { CATALOGS } = c.env.env;
  const name = c.req.param("api");
  const api = (await readManifest(CATALOGS)).apis.find((one) => one.name === name);
  if (!api) return missingPage(c, "api");
  const catalog = await openDeployed(CATALOGS, api);
  const { q = "", tag = "", access = "", from: first = "", operation } = c.req.query();
  if (operation !== undefined) return operationPage(c, api, catalog, operation);
  const kind = Access.safeParse(access).data;
  const hits = search(catalog, q.trim(), tag, kind);
  // A search has its best hits only; what is merely narrowed has pages.
  const last = Math.max(0, Math.ceil(hits.length / maxShown) - 1) * maxShown;
  const from = q.trim() === "" ? Math.min(Math.max(0, Math.trunc(Number(first)) || 0), last) : 0;
  const tags = [...new Set(catalog.operations.flatMap((one) => one.tags))].sort();
  return show(c, {
    title: visible(api.title),
    section: "apis",
    body: html`${pageHead(visible(api.title), {
        crumb: html`<a href="/apis">APIs</a>`,
        under: html`<p class="lead">${countsOf(catalog)}</p>`,
        actions: html`<a class="button" href="/playground?api=${api.name}">${icon("play")} Try it</a>
          <a class="button" href="/?api=${api.name}">${icon("plug")} Connect to this one</a>`,
      })}
      ${unusable(unsetSecrets(api.file, { ...c.env.env }))} ${aboutApi(catalog)} ${rules(api)}
      <section class="section">
        <h2>Operations</h2>
        ${filterForm({
          action: `/apis/${api.name}`,
          find: { name: "q", value: q, words: "Search operations" },
          fields: html`${select("Access", "access", kind, [["", "Any access"], ...accesses])}
          ${tags.length > 1 && select("Tag", "tag", tag, [["", "Any tag"], ...tags])}`,
          button: "Search",
          all: catalog.operations.length,
        })}
        ${found(countShown(hits.length, from, q.trim() !== ""), hits.length !== catalog.operations.length || hits.length > maxShown)}
        ${
          hits.length > 0
            ? operationList(api, hits.slice(from, from + maxShown))
            : empty(
                "search",
                "No operation matches",
                "Words are looked for in ids, paths, summaries, descriptions and tags.",
                html`<a class="button" href="/apis/${api.name}">All operations</a>`,
              )
        }
        ${pages({ tag, access: kind ?? "" }, from, hits.length)}
      </section>
      <section class="section">
        <h2>The document</h2>
        ${factsOf(api)} ${lastChange(api)} ${faults(api)}
      </section>`,
  });
}

async function operationPage(
  c: ConsoleContext,
  api: DeployedApi,
  catalog: OpenedCatalog,
  id: string,
): Promise<Response> {
  const operation = catalog.operations.find((one) => one.id === id);
  if (!operation) return missingPage(c, "operation");
  const object = catalog.operationObject(operation);
  const description = typeof object.description === "string" ? object.description : "";
  const { apis } = await readManifest(c.env.env.CATALOGS);
  // As code has to write it at the path of all APIs.
  const client = apis.length > 1 ? `apis.${api.name}` : "api";
  const method = operation.method.toUpperCase();
  const unset = unsetSecrets(api.file, { ...c.env.env });
  return show(c, {
    title: operation.summary || operation.id,
    section: "apis",
    body: html`${pageHead(visibleLine(operation.summary || operation.id), {
        crumb: html`<a href="/apis">APIs</a> / <a href="/apis/${api.name}">${visible(api.title)}</a>`,
        under: html`<div class="row">
          <code>${methodAnd(method, operation.path)}</code>
          ${badges(operation)}
        </div>`,
        actions: html`<a
            class="${unset.length === 0 ? "button primary" : "button"}"
            href="/playground?${new URLSearchParams({ api: api.name, operation: operation.id })}"
            >${icon("play")} Try it</a
          >
          <a class="button" href="/runs?${new URLSearchParams({ operation: operation.id })}"
            >Runs that called it</a
          >`,
      })}
      ${unusable(unset)} ${decisionsOn(api, catalog, operation, unset.length === 0)}
      ${
        description !== "" &&
        description !== operation.summary &&
        html`<section class="section">
          <h2>What it does</h2>
          ${markdown(description)}
        </section>`
      }
      <section class="section">
        <h2>How it is called</h2>
        ${blockBelow(
          "Arguments and response",
          html`<div class="wraps">
            ${highlight(describeIn(operation, { document: withoutText(catalog), find: catalog.find }, { client }), "describe")}
          </div>`,
          copyButton("describe", "the description"),
        )}
      </section>
      ${facts({
        Id: html`<code>${visible(operation.id)}</code>`,
        Tags:
          operation.tags.length > 0 &&
          html`${operation.tags.map((tag) => html`<a href="/apis/${api.name}?${new URLSearchParams({ tag })}">${visibleLine(tag)}</a> `)}`,
      })}`,
  });
}

/** The description of an operation stands above its call already. */
function withoutText(catalog: OpenedCatalog): OpenedCatalog {
  const operationObject = (operation: OperationSummary) =>
    Object.create(catalog.operationObject(operation), { description: { value: undefined } });
  return Object.create(catalog, { operationObject: { value: operationObject } }) as OpenedCatalog;
}

const effects: Record<Effect, [tone: Tone, words: string]> = {
  allow: ["ok", "goes out without asking"],
  ask: ["wait", "waits for your approval"],
  deny: ["refuse", "is refused"],
};

/** What becomes of a call for each grant, as the gateway decides it for the template of its path. */
function decisionsOn(
  api: DeployedApi,
  catalog: OpenedCatalog,
  operation: OperationSummary,
  isCallable: boolean,
): Markup {
  const { grants, depending } = decider(api, catalog)(operation);
  const row = (access: Access) => {
    const decision = grants[access];
    const [tone, words] = decision ? effects[decision.effect] : (["refuse", "is refused"] as const);
    const why = decision ? ruleInWords(decision) : `It needs ${operation.access} access`;
    return html`<li>
      <span class="kind">${accessChip(access, `With ${access}`)}</span> ${state(tone, words)}
      <span class="quiet grow">${visible(why)}</span>
    </li>`;
  };
  const other = depending.map(({ effect, rule }) => `${effects[effect][1]} where this fits: ${rule}`);
  return html`<section class="section">
    <h2>What becomes of a call${!isCallable && ", once it can be made"}</h2>
    <ul class="list grants">
      ${Access.options.map(row)}
    </ul>
    ${other.length > 0 && html`<p class="quiet small">Depending on the values in its path, it ${visible(other.join("; it "))}.</p>`}
  </section>`;
}

/** Why the API cannot be called, if it cannot. */
function unusable(missing: readonly string[]): Markup | false {
  return (
    missing.length > 0 &&
    note(
      "calm",
      html`It cannot be called yet: this server has no <code>${missing.join(", ")}</code>. Searching its
        document works. The operator sets it in the environment, or with <code>wrangler secret put</code> on a
        deployed server.`,
      undefined,
      "key",
    )
  );
}

const shortChars = 400;

/** What the document says of the API as a whole. A long text is folded in: the operations come first. */
function aboutApi({ spec }: OpenedCatalog): Markup | undefined {
  const { description } = objectOf(spec.info);
  if (typeof description !== "string" || description.trim() === "") return undefined;
  if (description.length <= shortChars) return markdown(description);
  return html`<details data-key="about">
    <summary>What the document says of this API</summary>
    ${markdown(description)}
  </details>`;
}

function countShown(all: number, from: number, isSearch: boolean): string {
  if (isSearch && all === maxShown) return `The best ${maxShown} hits.`;
  if (all <= maxShown) return count(all, "operation");
  return `${number(from + 1)} to ${number(Math.min(from + maxShown, all))} of ${number(all)} operations.`;
}

function pages(narrowed: Record<string, string>, from: number, all: number): Markup | undefined {
  if (all <= maxShown) return undefined;
  const given = Object.entries(narrowed).filter(([, value]) => value !== "");
  const link = (to: number, words: string) =>
    html`<a class="button" href="?${new URLSearchParams([...given, ["from", String(to)]])}">${words}</a>`;
  return html`<div class="row">
    ${from > 0 && link(Math.max(0, from - maxShown), `Previous ${maxShown}`)}
    ${from + maxShown < all && link(from + maxShown, `Next ${Math.min(maxShown, all - from - maxShown)}`)}
  </div>`;
}

function search(catalog: OpenedCatalog, text: string, tag: string, access?: Access): OperationSummary[] {
  if (text !== "")
    return catalog.find(text, { limit: maxShown, ...(tag && { tag }), ...(access && { access }) });
  return catalog.operations.filter(
    (one) => (tag === "" || one.tags.includes(tag)) && (access === undefined || one.access === access),
  );
}

const callable = { shared: "can be called", user: "with your own key", oauth: "with your own login" };

function apiCard(c: ConsoleContext, api: DeployedApi, catalog: OpenedCatalog): Markup {
  const { name, title, file, report, change } = api;
  const missing = unsetSecrets(file, { ...c.env.env });
  return html`<a class="card" href="/apis/${name}">
    <div class="head">
      <h2>${visible(title)}</h2>
      ${missing.length > 0 ? state("calm", `no ${missing[0]}`, "key") : state("ok", callable[file.credential?.from ?? "shared"])}
    </div>
    <p class="quiet">${countsOf(catalog)}</p>
    <p class="row small">
      <code>${name}</code>
      <span class="quiet"
        >${file.policy ? count(file.policy.length, "rule") : "no rules"}${report && html`, document read ${ago(report.readAtMs)}`}${
          change && html`, changed ${ago(change.atMs)}`
        }</span
      >
    </p>
  </a>`;
}

function countsOf({ operations }: OpenedCatalog): string {
  const kinds = Access.options.map(
    (access) => `${number(operations.filter((one) => one.access === access).length)} ${access}`,
  );
  return `${count(operations.length, "operation")}: ${kinds.join(", ")}`;
}

function factsOf({ name, file, report, hash }: DeployedApi): Markup {
  return facts({
    Name: html`<code>${name}</code>, at <code>/mcp/${name}</code>`,
    Source: visible(file.source),
    Version: html`${report && html`${visible(report.version)}, read ${when(report.readAtMs)}, `}<code
        >${hash.slice(0, 12)}</code
      >`,
  });
}

/** What the API file says of its calls, in its order: a stricter rule wins over one that is less strict. */
function rules({ file: { policy = [], otherwise } }: DeployedApi): Markup {
  const row = (effect: Effect, about: string, reason = "") => {
    const [tone, words] = effects[effect];
    return html`<li>
      ${state(tone, words)}
      <span class="grow"
        >${visible(about)}${reason && html` <span class="quiet">${visible(reason)}</span>`}</span
      >
    </li>`;
  };
  const rows = policy.map((rule) => row(rule.effect, groundsOf(rule).what || "everything", rule.reason));
  return html`<section class="section">
    <h2>Rules</h2>
    ${
      rows.length === 0 && otherwise === undefined
        ? html`<p class="quiet">None: what a connection was granted goes out without asking.</p>`
        : html`<ul class="list grants">
            ${rows}
            ${row(otherwise ?? "allow", `${rows.length > 0 ? "what no rule names" : "everything"}, within what was granted`)}
          </ul>`
    }
  </section>`;
}

/** A list that opens, of which `all` may be more than is kept. */
function opening(summary: Markup, lines: Markup[], all: number, kind = ""): Markup {
  return html`<details>
    <summary>${summary}</summary>
    <ul class="${kind}">
      ${lines}
    </ul>
    ${all > lines.length && html`<p class="quiet">The first ${number(lines.length)} of ${number(all)}.</p>`}
  </details>`;
}

/** What the last accepted refresh changed. */
function lastChange({ change }: DeployedApi): Markup | undefined {
  if (!change) return undefined;
  const { atMs, added, removed, changed, lines } = change;
  const counts = `${number(added)} added, ${number(removed)} removed, ${number(changed)} changed`;
  const items = lines.map((line) => html`<li>${cameOrWent(line)}</li>`);
  return opening(html`Last change, ${when(atMs)}: ${counts}`, items, added + removed + changed, "diff");
}

/** A line with its sign. */
function cameOrWent(line: string): Markup {
  const code = html`<code>${visible(line)}</code>`;
  if (line.startsWith("+")) return html`<ins>${code}</ins>`;
  return line.startsWith("-") ? html`<del>${code}</del>` : html`<span>${code}</span>`;
}

function faults({ report }: DeployedApi): Markup | undefined {
  if (!report) return undefined;
  const { operationsKept, operationsFound, faultCount } = report;
  const kept =
    operationsKept === operationsFound
      ? "All operations"
      : `${number(operationsKept)} of ${number(operationsFound)} operations`;
  if (faultCount === 0) return html`<p class="quiet">${kept}, no faults in the document.</p>`;
  const items = report.faults.map(
    ({ pointer, message }) => html`<li><code>${visible(pointer)}</code>: ${visible(message)}</li>`,
  );
  return opening(html`${kept}, ${count(faultCount, "fault")} in the document`, items, faultCount);
}

function operationList(api: DeployedApi, operations: OperationSummary[]): Markup {
  const row = (one: OperationSummary) => {
    const method = one.method.toUpperCase();
    return html`<li>
      ${methodName(method)}
      <div class="grow">
        <a class="whole what cut" href="/apis/${api.name}?${new URLSearchParams({ operation: one.id })}"
          >${visibleLine(one.summary || one.id)}</a
        >
        <code class="cut">${segments(one.path)}</code>
      </div>
      ${badges(one)}
    </li>`;
  };
  return html`<ul class="list ops" aria-label="Operations">
    ${operations.map(row)}
  </ul>`;
}

function badges({ access, deprecated }: OperationSummary): Markup {
  return html`${deprecated && html`<span class="chip">deprecated</span>`} ${accessChip(access)}`;
}
