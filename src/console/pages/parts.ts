/** Every part of the pages in every state, for those who change them. Not in the navigation: `/parts`. */
import { html } from "hono/html";
import { accessChip, facts, fieldError, note, state, tick, type Tone } from "../../auth/pages/elements.ts";
import { icon, iconNames } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { Access } from "../../terms/api-file.ts";
import { show, type ConsoleContext } from "../context.ts";
import { blockBelow, copyButton, toCopy } from "../parts/block.ts";
import { highlight } from "../parts/highlight.ts";
import { tableOf, treeOf } from "../parts/json-view.ts";
import { assetPaths } from "../assets.ts";
import { givenFiles } from "../parts/given-files.ts";
import { requestView } from "../parts/exact-request.ts";
import { inWords } from "../parts/in-words.ts";
import type { ExactRequest } from "../../terms/approvals.ts";
import type { RunSummary } from "../../store/ledger/runs.ts";
import { runRow } from "./runs.ts";
import { empty, nothing, pageHead } from "../parts/layout.ts";
import { alwaysChoice, otherDecisions, rejecting } from "../parts/deciding.ts";
import { outcomes, outcomeState } from "../parts/outcome.ts";
import { rightsInWords } from "../parts/rights.ts";
import { select } from "../parts/select.ts";
import { waterfall } from "../parts/waterfall.ts";
import { ago, when } from "../text.ts";

const tones: Record<Tone, string> = {
  ok: "Allowed, done",
  wait: "Waits for a person",
  refuse: "A rule or a person said no",
  fail: "Went wrong",
  run: "Under way",
  calm: "Neither good nor bad",
};

const code = `// Which zones have the most records?
const { data } = await api.get("/zones", { query: { page: 1 } });
return data.items.filter((zone) => zone.records > 12);`;

const value = [
  { name: "example.com", records: 44, active: true, plan: { name: "pro" } },
  { name: "example.org", records: 7, active: false, plan: null },
];

export async function partsPage(c: ConsoleContext): Promise<Response> {
  const section = (title: string, content: Markup) =>
    html`<section class="section">
      <h2>${title}</h2>
      ${content}
    </section>`;
  const toneNames = Object.keys(tones) as Tone[];
  return show(c, {
    title: "Parts",
    body: html`${pageHead("Parts", { under: "Every part of these pages in every state. A colour has one meaning everywhere." })}
    ${section("States", html`<div class="row">${toneNames.map((tone) => state(tone, tones[tone]))}</div>`)}
    ${section("Messages", html`<div class="stack">${toneNames.map((tone) => note(tone, `${tones[tone]}: a sentence, and what to do next.`))}</div>`)}
    ${section("Outcomes of a run", html`<div class="row">${Object.keys(outcomes).map((outcome) => outcomeState(outcome))}</div>`)}
    ${section("Access", html`<div class="row">${Access.options.map((access) => accessChip(access))}</div>`)}
    ${section("What was granted", rightsInWords(granted, new Map()))}
    ${section(
      "Buttons",
      html`<div class="row">
          <button class="primary">Approve</button><button>Open</button><button class="danger">Delete</button
          ><button class="plain">More</button><button disabled>Not now</button>
        </div>
        <div class="row">
          <button class="primary little">Approve</button><button class="little">Open</button
          ><button class="danger little">Delete</button
          ><button class="plain little">${icon("copy")} Copy</button>
        </div>`,
    )}
    ${section(
      "Fields",
      html`<div class="cards">
        <label class="field">Name<input value="Nightly report" /></label>
        <div>
          <label class="field">API token<input aria-invalid="true" aria-describedby="e" /></label
          >${fieldError("e", "The API refused it (401). Check it and paste it again.")}
        </div>
        <div>
          ${tick("checkbox", "a", "a", true, "Ticked")} ${tick("checkbox", "a", "b", false, "Not ticked")}
          ${tick("radio", "b", "a", true, "One of several")} ${tick("radio", "b", "b", false, "Another")}
        </div>
        ${select("Outcome", "outcome", "", [["", "Any outcome"], "ok"])}
      </div>`,
    )}
    ${section("Facts", facts({ Client: "Claude Code", Began: when(Date.now()), Seen: ago(Date.now() - 90_000) }))}
    ${section("To copy", html`<div class="stack">${toCopy("p1", "the URL", "http://localhost:8484/mcp")} ${toCopy("p2", "the settings", '{\n  "url": "http://localhost:8484/mcp"\n}')}</div>`)}
    ${section("Code", blockBelow("JavaScript", highlight(code, "p3"), copyButton("p3", "the code")))}
    ${section("A value", html`${tableOf(value)} ${blockBelow("JSON", treeOf({ all: value, counted: value.map(({ name, records }) => ({ name, records })) }))}`)}
    ${section("Requests over time", waterfall(requests, 0, new Map()))}
    ${section(
      "A list",
      html`<ul class="list runs">
        ${Object.keys(outcomes)
          .slice(0, 4)
          .map((outcome) => runRow({ ...run, runId: `part-${outcome}`, outcome }, new Map()))}
      </ul>`,
    )}
    ${givenFiles(files, () => assetPaths.icon)}
    ${section(
      "A request to decide on",
      html`<div class="card request">
        <h3 class="row">
          <span>1. Create a DNS record</span> ${accessChip("write")} ${state("wait", "Waits for you")}
        </h3>
        ${requestView(exact, inWords(new Map(), exact))}
        <div class="decide">
          <button class="little">Approve</button>
          ${rejecting("Reject", "reject", "Reason", "little")} ${otherDecisions(alwaysChoice, "little")}
        </div>
      </div>`,
    )}
    ${section("Nothing there", empty("activity", "Nothing has run yet", "Why it is empty, and the next step.", html`<a class="button primary" href="/">Connect a client</a>`))}
    ${nothing("file", "Nothing is uploaded", "The same for a part of a page.")}
    ${section("Icons", html`<div class="row">${iconNames.map((name) => html`<span class="chip">${icon(name)} ${name}</span>`)}</div>`)}`,
  });
}

const run: RunSummary = {
  runId: "part",
  startedAtMs: Date.UTC(2026, 0, 1),
  tool: "execute",
  title: "// Which zones have the most records?",
  outcome: "ok",
  client: "Claude Code",
  requests: 4,
  durationMs: 240,
  resultChars: 400,
  apis: ["demo"],
  did: [{ api: "demo", operation: "listZones", calls: 1 }],
};

const granted = ["demo:read", "demo:write", "a_longer_name:read:records", "a_longer_name:delete", "unknown"];

const file = { bytes: 2_048, atMs: Date.UTC(2026, 0, 1), expiresAtMs: Date.UTC(2026, 0, 2), run: "part" };
const files = [
  { ...file, id: "part-1", name: "chart.png", type: "image/png" },
  { ...file, id: "part-2", name: "records.csv", type: "text/csv" },
];

const content = new TextEncoder().encode('{"type":"A","name":"status.example.com","proxied":true}');
const exact: ExactRequest = {
  api: "demo",
  operation: "createRecord",
  access: "write",
  asks: { by: "policy", effect: "ask", what: "access write", index: 1 },
  method: "POST",
  url: "https://api.example.com/zones/z1/dns-records",
  headers: [["content-type", "application/json"]],
  body: { hash: "0".repeat(64), bytes: content.byteLength, content },
};

const request = {
  api: "demo",
  method: "GET",
  url: "https://api.example.com/zones",
  bytesUp: 0,
  bytesDown: 1_200,
};

const requests = [
  {
    ...request,
    operation: "listZones",
    outcome: "answered" as const,
    status: 200,
    startedAtMs: 10,
    durationMs: 120,
  },
  {
    ...request,
    operation: "getZone",
    outcome: "answered" as const,
    status: 404,
    startedAtMs: 140,
    durationMs: 60,
  },
  {
    ...request,
    method: "DELETE",
    operation: "deleteZone",
    outcome: "denied" as const,
    rule: "policy[0]: deny operation deleteZone",
    startedAtMs: 210,
    durationMs: 1,
  },
  {
    ...request,
    method: "POST",
    operation: "createRecord",
    outcome: "waiting" as const,
    rule: "policy[1]: ask access write",
    startedAtMs: 215,
    durationMs: 1,
  },
  {
    ...request,
    method: "PUT",
    operation: "replaceZone",
    outcome: "under way" as const,
    startedAtMs: 220,
    durationMs: 180,
  },
];
