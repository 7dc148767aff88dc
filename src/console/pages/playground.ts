/** Runs `search` and `execute` as the user at the console, on the same path as clients' calls. */
import { html } from "hono/html";
import { note, tick } from "../../auth/pages/elements.ts";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { Access } from "../../terms/api-file.ts";
import type { Reply, Said } from "../../mcp/reply.ts";
import { runTool } from "../../mcp/run-tool.ts";
import { replyText } from "../../mcp/tool-result.ts";
import { tools } from "../../mcp/tools/index.ts";
import type { OperationSummary } from "../../spec/catalog.ts";
import { readManifest } from "../../store/catalogs.ts";
import { assetPaths } from "../assets.ts";
import {
  consoleCaller,
  consoleClient,
  consoleName,
  ledgerOf,
  show,
  type ConsoleContext,
} from "../context.ts";
import { blockBelow, copyButton } from "../parts/block.ts";
import { callExample, examplesFor } from "../parts/example-code.ts";
import { givenFiles } from "../parts/given-files.ts";
import { apiChoices, documentsOf, type Documents } from "../parts/in-words.ts";
import { tableOf, treeOf } from "../parts/json-view.ts";
import { pageHead } from "../parts/layout.ts";
import { preText } from "../parts/lines.ts";
import { select } from "../parts/select.ts";
import { count, number, visible, visibleLine } from "../text.ts";

/** Of the name that the page gives its call: four random numbers. */
const maxCallChars = 60;

interface Draft {
  tool: string;
  code: string;
  access: Access[];
  plan: boolean;
}

/** The form, with an example, with the code of an earlier run, or with a call of one operation. */
export async function playgroundPage(c: ConsoleContext): Promise<Response> {
  const { run, api, operation, plan, tool, code } = c.req.query();
  const { documents, chosen } = await exampleDocuments(c, api);
  const view = { documents, chosen };
  const isPlan = plan !== undefined;
  const draft = (known: Pick<Draft, "tool" | "code">) => ({
    ...known,
    access: ["read" as const],
    plan: isPlan,
  });
  if (run !== undefined) {
    const kept = await ledgerOf(c).run(run);
    if (kept) return showForm(c, draft(kept.ended ? kept.record : kept.start), view);
  }
  if (code !== undefined) return showForm(c, draft({ tool: tool ?? "execute", code }), view);
  const called = api !== undefined && operation !== undefined && callExample(documents, api, operation);
  if (called) {
    const found = documents.get(api)?.catalog?.operations.find(({ id }) => id === operation);
    const access = found?.access ?? "read";
    // Nothing that a person only wanted to try may write.
    const tried = {
      tool: "execute",
      code: called,
      access: ["read" as const, access],
      plan: access !== "read",
    };
    return showForm(c, tried, { ...view, operation: found });
  }
  const [first] = examplesFor(documents, chosen);
  return showForm(c, draft({ tool: "search", code: first?.code ?? "return operations.slice(0, 5);" }), view);
}

/** The document that the examples are made from: of the API that is asked for, or of the first. */
async function exampleDocuments(
  c: ConsoleContext,
  asked?: string,
): Promise<{ documents: Documents; chosen: string }> {
  const { CATALOGS } = c.env.env;
  const { apis } = await readManifest(CATALOGS);
  const chosen = (apis.find(({ name }) => name === asked) ?? apis[0])?.name ?? "";
  return { documents: await documentsOf(CATALOGS, [chosen]), chosen };
}

/** Runs what the form holds and shows the reply, for a person and as the model would read it. */
export async function playgroundRun(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const { env, ctx } = c.env;
  const draft: Draft = {
    tool: fields.get("tool") ?? "",
    // Browsers send every line end of a form as CRLF.
    code: (fields.get("code") ?? "").replaceAll("\r\n", "\n"),
    access: fields.getAll("access").flatMap((text) => Access.safeParse(text).data ?? []),
    plan: fields.get("plan") === "on",
  };
  const tool = tools.find(({ name }) => name === draft.tool) ?? tools[0]!;
  const { apis } = await readManifest(env.CATALOGS);
  const { origin } = new URL(c.req.url);
  const access = Object.fromEntries(apis.map(({ name }) => [name, draft.access]));
  const caller = await consoleCaller(c, access);
  const { reply, runId, pausedRun } = await runTool(
    tool,
    { code: draft.code, plan: tool.name === "execute" && draft.plan },
    { env, ctx, apis, origin, caller },
    { now: () => undefined, isGone: () => false, call: callOf(fields) },
  );
  const files = givenFiles(await ledgerOf(c).filesOf(runId));
  return showForm(c, draft, { reply: replyPart(reply, { runId, pausedRun, files }) });
}

/** What the page calls the run that it waits for. */
const callOf = (fields: URLSearchParams) => fields.get("call")?.slice(0, maxCallChars);

/** Stops the run that the page waits for. */
export async function playgroundStop(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  await ledgerOf(c).askToStop(callOf(fields) ?? "");
  return c.body(null, 204);
}

/** What the newest run of the console has requested so far, while it is under way. */
export async function playgroundGoing(c: ConsoleContext): Promise<Response> {
  const ledger = ledgerOf(c);
  const { runs } = await ledger.runs({ outcome: "running" }, { limit: 20 });
  const own = runs.find(({ client }) => client === consoleName);
  const kept = own && (await ledger.run(own.runId));
  // A client may have named itself so.
  const run =
    kept && !kept.ended && kept.start.client.id === consoleClient
      ? { requests: count(kept.requests.length, "request") }
      : undefined;
  return c.json({ run }, 200, { "Cache-Control": "no-store" });
}

interface ReplyView {
  runId: string;
  pausedRun: string | undefined;
  files: Markup | false;
}

function replyPart(reply: Reply, { runId, pausedRun, files }: ReplyView): Markup {
  const text = replyText(reply);
  const { said } = reply;
  return html`<section class="section" aria-label="Reply">
    <div class="row">
      <h2>Reply</h2>
      ${pausedRun !== undefined && html`<a class="button primary little" href="/approvals/${pausedRun}">Review what waits</a>`}
      <a class="button plain little" href="/runs/${runId}">Its requests and log</a>
    </div>
    ${said.error ? note("fail", preText(text), "alert") : readable(said)} ${files}
    <details>
      <summary class="quiet small">As a model reads it: ${number(text.length)} characters</summary>
      ${blockBelow("Reply", preText(text, "reply"), copyButton("reply", "the reply"))}
    </details>
  </section>`;
}

function readable({ result, logs = [] }: Said): Markup {
  const shown = typeof result === "string" ? preText(result) : (tableOf(result) ?? treeOf(result));
  return html`${blockBelow("Result", shown)}
  ${
    logs.length > 0 &&
    blockBelow(
      "Log",
      html`<ul class="log">
        ${logs.map((line) => html`<li>${visible(line)}</li>`)}
      </ul>`,
    )
  }`;
}

interface FormView {
  /** The API whose examples are shown. */
  chosen?: string;
  documents?: Documents;
  /** The operation that is tried. */
  operation?: OperationSummary | undefined;
  reply?: Markup;
}

/** Code that comes by a link, or from a run, may not be what it looks like in a field. */
function unseenIn(code: string): Markup | false {
  return (
    visible(code) !== code.replaceAll("\r\n", "\n") &&
    note(
      "wait",
      html`<p>Not all of this code is seen, or some of it runs from right to left. It reads:</p>
        ${preText(code)}`,
      undefined,
      "warning",
    )
  );
}

function showForm(c: ConsoleContext, draft: Draft, view: FormView): Promise<Response> {
  return show(c, {
    title: "Playground",
    section: "playground",
    script: assetPaths.editor,
    body: html`${pageHead("Playground", {
        under: html`<p class="lead">
          Runs code as a model's would run, in your name and with the access that you tick here.
          ${triedIn(view)}
        </p>`,
      })}
      <form method="post" action="/playground" id="playground" class="stack">
        ${c.env.form.field}
        <div class="options">
          <fieldset>
            <legend>Tool</legend>
            ${tools.map(({ name, title }) => tick("radio", "tool", name, name === draft.tool, html`${name}<span class="sr">: ${title}</span>`))}
          </fieldset>
          <fieldset data-for="execute">
            <legend>Execute may</legend>
            ${Access.options.map((kind) => tick("checkbox", "access", kind, draft.access.includes(kind)))}
            ${tick("checkbox", "plan", "on", draft.plan, html`only plan<span class="sr">: list what it would write, without sending it</span>`)}
          </fieldset>
        </div>
        ${unseenIn(draft.code)}
        <div class="writing">
          <label for="code" class="sr">Code (JavaScript or TypeScript)</label>
          <textarea id="code" name="code" spellcheck="false" autocapitalize="off" autocomplete="off">
${draft.code}</textarea>
          <div id="problems" role="status"></div>
        </div>
        <div class="row">
          <button class="primary" id="run">${icon("play")} Run</button>
          <span class="quiet small script keys"><kbd>Ctrl</kbd> <kbd>Enter</kbd></span>
          <button type="button" class="plain little script" id="share">
            ${icon("share")}<span>Copy a link to this code</span>
          </button>
          <button type="button" id="cancel" hidden>${icon("stop")} Stop</button>
          <span class="quiet small" id="going" role="status"></span>
        </div>
      </form>
      ${examples(view)}
      <div id="answer">${view.reply}</div>`,
  });
}

/** Leads back from a call that is tried to what the document says of it. */
function triedIn({ chosen = "", operation }: FormView): Markup | undefined {
  if (!operation) return undefined;
  const query = new URLSearchParams({ operation: operation.id });
  return html`This calls
    <a href="/apis/${chosen}?${query}">${visibleLine(operation.summary || operation.id)}</a>.`;
}

/** Folded in once there is a reply, which stands below: nothing moves when one comes. */
function examples({ documents, chosen = "", reply }: FormView): Markup | undefined {
  const all = documents ? examplesFor(documents, chosen) : [];
  if (!documents || all.length === 0) return undefined;
  const apis = apiChoices(documents);
  return html`<section class="section">
    <details id="examples" ${reply === undefined && "open"}>
      <summary><h2>Examples</h2></summary>
      ${
        apis.length > 1 &&
        html`<form method="get" action="/playground" class="filter" id="examples-of">
          ${select("API of the examples", "api", chosen, apis)}
          <button class="noscript">Show</button>
        </form>`
      }
      <ul class="list">
        ${all.map(
          ({ title, tool, code }) =>
            html`<li>
              <span class="chip">${tool}</span>
              <div class="grow">
                <a class="whole what" href="/playground?${new URLSearchParams({ api: chosen, tool, code })}"
                  >${visible(title)}</a
                >
              </div>
            </li>`,
        )}
      </ul>
    </details>
  </section>`;
}
