/** Runs `search` and `execute` as the user at the console, on the same path as clients' calls. */
import { html } from "hono/html";
import { tick } from "../../auth/pages/elements.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { Access } from "../../terms/api-file.ts";
import { runTool } from "../../mcp/run-tool.ts";
import { replyText } from "../../mcp/tool-result.ts";
import { tools } from "../../mcp/tools/index.ts";
import { readManifest } from "../../store/catalogs.ts";
import { ledgerOf, show, type ConsoleContext } from "../context.ts";

import { number, visible } from "../text.ts";

interface Draft {
  tool: string;
  code: string;
  access: Access[];
  plan: boolean;
}

const firstCode = "return operations.slice(0, 5).map(({ id, method, path }) => ({ id, method, path }));";

/** The form, with an example or with the code of an earlier run. */
export async function playgroundPage(c: ConsoleContext): Promise<Response> {
  const runId = c.req.query("run");
  const kept = runId === undefined ? null : await ledgerOf(c).run(runId);
  const { tool, code } = !kept ? { tool: "search", code: firstCode } : kept.ended ? kept.record : kept.start;
  return showForm(c, { tool, code, access: ["read"], plan: false });
}

/** Runs what the form holds and shows the reply as the model would read it. */
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
        clientId: "console",
        clientName: "Console",
        access: Object.fromEntries(apis.map(({ name }) => [name, draft.access])),
        ...(Object.keys(accounts).length > 0 && { accounts }),
      },
    },
  );
  const text = replyText(reply);
  return showForm(
    c,
    draft,
    html`<h2>Reply</h2>
      <p class="quiet">
        As a model reads it: ${number(text.length)} characters.
        <a href="/runs/${runId}">Its requests and log</a>
      </p>
      ${pausedRun !== undefined && html`<p><a class="button primary" href="/approvals/${pausedRun}">Review what waits</a></p>`}
      <pre class="result wrap" tabindex="0" id="reply">${visible(text)}</pre>`,
  );
}

function showForm(c: ConsoleContext, draft: Draft, reply?: Markup): Promise<Response> {
  return show(c, {
    title: "Playground",
    section: "playground",
    body: html`<h1>Playground</h1>
      <p>Runs code as a model's would run, in your name and with the access that you tick here.</p>
      <form method="post" action="/playground">
        ${c.env.form.field}
        <fieldset>
          <legend>Tool</legend>
          ${tools.map(({ name, title }) => tick("radio", "tool", name, name === draft.tool, `${name}: ${title}`))}
        </fieldset>
        <label for="code">Code (JavaScript or TypeScript)</label>
        <textarea id="code" name="code" spellcheck="false" autocapitalize="off" autocomplete="off">
${draft.code}</textarea>
        <fieldset>
          <legend>What execute may do</legend>
          ${Access.options.map((kind) => tick("checkbox", "access", kind, draft.access.includes(kind)))}
        </fieldset>
        <p>
          ${tick("checkbox", "plan", "on", draft.plan, "plan: list what execute would write, without sending it")}
        </p>
        <button class="primary">Run</button>
      </form>
      ${reply}`,
  });
}
