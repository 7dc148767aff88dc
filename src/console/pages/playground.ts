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
import { readManifest } from "../../store/catalogs.ts";
import { assetPaths } from "../assets.ts";
import { consoleClient, ledgerOf, show, type ConsoleContext } from "../context.ts";
import { blockBelow, copyButton } from "../parts/block.ts";
import { callExample, examplesFor } from "../parts/example-code.ts";
import { givenFiles } from "../parts/given-files.ts";
import { documentsOf, type Documents } from "../parts/in-words.ts";
import { tableOf, treeOf } from "../parts/json-view.ts";
import { pageHead } from "../parts/layout.ts";
import { number, visible } from "../text.ts";

interface Draft {
  tool: string;
  code: string;
  access: Access[];
  plan: boolean;
}

/** The form, with an example, with the code of an earlier run, or with a call of one operation. */
export async function playgroundPage(c: ConsoleContext): Promise<Response> {
  const { run, api, operation, plan, tool, code } = c.req.query();
  const documents = await exampleDocuments(c, api);
  const isPlan = plan !== undefined;
  const draft = (known: Pick<Draft, "tool" | "code">) => ({
    ...known,
    access: ["read" as const],
    plan: isPlan,
  });
  if (run !== undefined) {
    const kept = await ledgerOf(c).run(run);
    if (kept) return showForm(c, draft(kept.ended ? kept.record : kept.start), documents);
  }
  if (code !== undefined) return showForm(c, draft({ tool: tool ?? "execute", code }), documents);
  const called = api !== undefined && operation !== undefined && callExample(documents, api, operation);
  if (called) {
    const access =
      documents.get(api)?.catalog?.operations.find(({ id }) => id === operation)?.access ?? "read";
    // Nothing that a person only wanted to try may write.
    return showForm(
      c,
      { tool: "execute", code: called, access: ["read", access], plan: access !== "read" },
      documents,
    );
  }
  const [first] = examplesFor(documents);
  return showForm(
    c,
    draft({ tool: "search", code: first?.code ?? "return operations.slice(0, 5);" }),
    documents,
  );
}

/** The documents that the examples are made from: of the first API, and of one that is asked for. */
async function exampleDocuments(c: ConsoleContext, asked?: string): Promise<Documents> {
  const { CATALOGS } = c.env.env;
  const { apis } = await readManifest(CATALOGS);
  return documentsOf(CATALOGS, [...apis.slice(0, 1).map(({ name }) => name), ...(asked ? [asked] : [])]);
}

/** Runs what the form holds and shows the reply, for a person and as the model would read it. */
export async function playgroundRun(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const { env, ctx, user } = c.env;
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
  const accounts = await ledgerOf(c).accounts();
  const { reply, runId, pausedRun } = await runTool(
    tool,
    { code: draft.code, plan: tool.name === "execute" && draft.plan },
    {
      env,
      ctx,
      apis,
      origin,
      caller: {
        userId: user.id,
        clientId: consoleClient,
        clientName: "Console",
        access: Object.fromEntries(apis.map(({ name }) => [name, draft.access])),
        ...(Object.keys(accounts).length > 0 && { accounts }),
      },
    },
  );
  const files = givenFiles(await ledgerOf(c).filesOf(runId));
  return showForm(c, draft, await exampleDocuments(c), replyPart(reply, { runId, pausedRun, files }));
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
    ${said.error ? note("fail", html`<pre>${visible(text)}</pre>`, "alert") : readable(said)} ${files}
    <details>
      <summary class="quiet small">As a model reads it: ${number(text.length)} characters</summary>
      ${blockBelow("Reply", html`<pre class="wrap" tabindex="0" id="reply">${visible(text)}</pre>`, copyButton("reply", "the reply"))}
    </details>
  </section>`;
}

function readable({ result, logs = [] }: Said): Markup {
  const asTable = tableOf(result);
  return html`${
    typeof result === "string"
      ? blockBelow("Result", html`<pre class="wrap" tabindex="0">${visible(result)}</pre>`)
      : (asTable ?? blockBelow("Result", treeOf(result)))
  }
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

function showForm(c: ConsoleContext, draft: Draft, documents: Documents, reply?: Markup): Promise<Response> {
  const examples = examplesFor(documents);
  return show(c, {
    title: "Playground",
    section: "playground",
    script: assetPaths.editor,
    body: html`${pageHead("Playground", {
        under: "Runs code as a model's would run, in your name and with the access that you tick here.",
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
        <div>
          <label for="code" class="sr">Code (JavaScript or TypeScript)</label>
          <textarea
            id="code"
            class="code"
            name="code"
            spellcheck="false"
            autocapitalize="off"
            autocomplete="off"
          >
${draft.code}</textarea>
          <div id="problems" role="status"></div>
        </div>
        <div class="row">
          <button class="primary" id="run">${icon("play")} Run</button>
          <button type="button" id="cancel" hidden>Stop waiting</button>
          <span class="quiet small" id="going" role="status"></span>
          <span class="quiet small script keys"><kbd>Ctrl</kbd> <kbd>Enter</kbd></span>
          <button type="button" class="plain little script" id="share">
            ${icon("share")}<span>Copy a link to this code</span>
          </button>
        </div>
      </form>
      <div id="answer">${reply}</div>
      ${
        !reply &&
        examples.length > 0 &&
        html`<section class="section">
          <h2>Examples</h2>
          <ul class="list">
            ${examples.map(
              ({ title, tool, code }) =>
                html`<li>
                  <span class="chip">${tool}</span>
                  <div class="grow">
                    <a class="whole what" href="/playground?${new URLSearchParams({ tool, code })}"
                      >${visible(title)}</a
                    >
                  </div>
                </li>`,
            )}
          </ul>
        </section>`
      }`,
  });
}
