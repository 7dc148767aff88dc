/** The APIs of the deployment, and one of them with its operations. */
import { html } from "hono/html";
import { facts } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { Access } from "../../terms/api-file.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import { openDeployed, readManifest } from "../../store/catalogs.ts";
import { show, type ConsoleContext } from "../context.ts";
import { select } from "../parts/select.ts";
import { accessBadge } from "../parts/outcome.ts";
import { table } from "../parts/table.ts";
import { count, number, visible, when } from "../text.ts";
import { missingPage } from "./missing.ts";

/** Operations shown at once; a search finds the others. */
const maxShown = 100;

export async function apisPage(c: ConsoleContext): Promise<Response> {
  const { CATALOGS } = c.env.env;
  const { apis } = await readManifest(CATALOGS);
  const opened = await Promise.all(apis.map((api) => openDeployed(CATALOGS, api)));
  return show(c, {
    title: "APIs",
    section: "apis",
    body: html`<h1>APIs</h1>
      ${
        apis.length === 0
          ? html`<p>
              This server has no API yet. Add one with <code>npm run api -- add &lt;file or URL&gt;</code>.
            </p>`
          : html`<div class="cards">${apis.map((api, n) => apiCard(api, opened[n]!))}</div>`
      }`,
  });
}

export async function apiPage(c: ConsoleContext): Promise<Response> {
  const { CATALOGS } = c.env.env;
  const name = c.req.param("api");
  const api = (await readManifest(CATALOGS)).apis.find((one) => one.name === name);
  if (!api) return missingPage(c, "This server has no API of this name.");
  const catalog = await openDeployed(CATALOGS, api);
  const { q = "", tag = "", access = "", operation } = c.req.query();
  if (operation !== undefined) return operationPage(c, api, catalog, operation);
  const kind = Access.safeParse(access).data;
  const found = search(catalog, q.trim(), tag, kind);
  const tags = [...new Set(catalog.operations.flatMap((one) => one.tags))].sort();
  return show(c, {
    title: api.title,
    section: "apis",
    body: html`<h1>${visible(api.title)}</h1>
      ${factsOf(api, catalog)} ${lastChange(api)} ${faults(api)}
      <h2>Operations</h2>
      <form class="filter" method="get" role="search">
        <label>Words <input type="search" name="q" value="${q}" /></label>
        ${select("Tag", "tag", tag, [["", "any tag"], ...tags])}
        ${select("Access", "access", kind, [["", "any access"], ...Access.options])}
        <button class="primary">Search</button>
      </form>
      <p class="quiet" role="status">
        ${
          found.length > maxShown
            ? `The first ${maxShown} of ${number(found.length)}. Search to find the others.`
            : count(found.length, "operation")
        }
      </p>
      ${found.length > 0 && operationTable(api, found.slice(0, maxShown))}`,
  });
}

function operationPage(
  c: ConsoleContext,
  api: DeployedApi,
  catalog: OpenedCatalog,
  id: string,
): Promise<Response> {
  const operation = catalog.operations.find((one) => one.id === id);
  if (!operation) return missingPage(c, "This API has no operation with this id.");
  const object = catalog.operationObject(operation);
  const description = typeof object.description === "string" ? object.description : "";
  return show(c, {
    title: operation.id,
    section: "apis",
    body: html`<p><a href="/apis/${api.name}">${visible(api.title)}</a></p>
      <h1>${visible(operation.id)}</h1>
      <p><code>${operation.method.toUpperCase()} ${visible(operation.path)}</code> ${badges(operation)}</p>
      ${operation.summary && html`<p>${visible(operation.summary)}</p>`}
      ${description !== operation.summary && description && html`<pre class="wrap">${visible(description)}</pre>`}
      <h2>Arguments and response</h2>
      <pre class="code" tabindex="0"><code>${visible(catalog.describe(operation))}</code></pre>
      <p><a href="/runs?${new URLSearchParams({ operation: operation.id })}">Runs that called it</a></p>`,
  });
}

function search(catalog: OpenedCatalog, text: string, tag: string, access?: Access): OperationSummary[] {
  if (text !== "")
    return catalog.find(text, { limit: maxShown, ...(tag && { tag }), ...(access && { access }) });
  return catalog.operations.filter(
    (one) => (tag === "" || one.tags.includes(tag)) && (access === undefined || one.access === access),
  );
}

function apiCard(api: DeployedApi, catalog: OpenedCatalog): Markup {
  return html`<section class="card">
    <h2><a href="/apis/${api.name}">${visible(api.title)}</a></h2>
    ${factsOf(api, catalog)}
  </section>`;
}

function factsOf({ name, file, report, hash }: DeployedApi, { operations }: OpenedCatalog): Markup {
  const kinds = Access.options.map(
    (access) => `${number(operations.filter((one) => one.access === access).length)} ${access}`,
  );
  return facts({
    Name: html`<code>${name}</code>, at <code>/mcp/${name}</code>`,
    Operations: `${number(operations.length)}: ${kinds.join(", ")}`,
    Source: visible(file.source),
    Rules: count(file.policy?.length ?? 0, "rule"),
    Document: html`${report && html`version ${visible(report.version)}, read ${when(report.readAtMs)}, `}<code
        >${hash.slice(0, 12)}</code
      >`,
  });
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
  const items = lines.map((line) => html`<li class="${diffClass(line)}"><code>${visible(line)}</code></li>`);
  return opening(html`Last change, ${when(atMs)}: ${counts}`, items, added + removed + changed, "diff");
}

function diffClass(line: string): string {
  return line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "";
}

function faults({ report }: DeployedApi): Markup | undefined {
  if (!report) return undefined;
  const { operationsKept, operationsFound, faultCount } = report;
  const kept = `${number(operationsKept)} of ${number(operationsFound)} operations`;
  if (faultCount === 0) return html`<p class="quiet">${kept}, no faults in the document.</p>`;
  const items = report.faults.map(
    ({ pointer, message }) => html`<li><code>${visible(pointer)}</code>: ${visible(message)}</li>`,
  );
  return opening(html`${kept}, ${count(faultCount, "fault")} in the document`, items, faultCount);
}

function operationTable(api: DeployedApi, operations: OperationSummary[]): Markup {
  const row = (one: OperationSummary) =>
    html`<tr>
      <td class="wide">
        <a href="/apis/${api.name}?${new URLSearchParams({ operation: one.id })}">${visible(one.id)}</a><br />
        <code>${one.method.toUpperCase()} ${visible(one.path)}</code>
      </td>
      <td class="wide">${visible(one.summary)}</td>
      <td>${badges(one)}</td>
    </tr>`;
  return table("Operations", ["Operation", "What it does", "Access"], operations.map(row));
}

function badges({ access, deprecated }: OperationSummary): Markup {
  return html`${accessBadge(access)}${deprecated && html` <span class="badge">deprecated</span>`}`;
}
