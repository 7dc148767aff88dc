/** Keeps the code of a run as a program: proposes it in the name of the console, as `execute` with `keep` does for a client. */
import { html } from "hono/html";
import { icon } from "../../auth/pages/icons.ts";
import type { Markup } from "../../auth/pages/layout.ts";
import { keepProgram } from "../../mcp/programs/keep.ts";
import { toolContext } from "../../mcp/tool-context.ts";
import { readManifest } from "../../store/catalogs.ts";
import { describeFailure } from "../../terms/failure.ts";
import { programLimits } from "../../terms/kept-programs.ts";
import { callerOfRun, connectionOf, ledgerOf, type ConsoleContext } from "../context.ts";
import { canLookBack, runOfThen } from "../parts/differences.ts";
import { missingPage, refusedPage } from "./missing.ts";

/**
 * Leads to the page of the program, where the person decides on it. It may do what the run was granted. With the accounts of a
 * connection it acts in the name of that connection, and ends with it.
 */
export async function keepRun(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const { env, ctx } = c.env;
  const kept = await ledgerOf(c).run(c.req.param("run") ?? "");
  if (!kept) return missingPage(c, "run");
  const then = runOfThen(kept);
  const { code, codeChars, client } = then;
  if (!canLookBack({ code, codeChars }))
    return refusedPage(c, { status: 409, problem: "Not all code of this run is kept." });
  const [name, every] = ["name", "every"].map((field) => (fields.get(field) ?? "").trim());
  const { apis } = await readManifest(env.CATALOGS);
  const byConsole = await callerOfRun(c, then);
  const inItsName = byConsole.accounts !== undefined && connectionOf(client) !== null;
  const caller = {
    ...byConsole,
    ...(inItsName && { clientId: client.id, clientName: client.name ?? client.id }),
  };
  const result = await keepProgram(
    { code, keep: { name, ...(every !== "" && { every }) } },
    toolContext({ request: c.req.raw, env, ctx, caller, apis }),
  );
  if (result.ok) return c.redirect(`/programs/${result.id}`, 303);
  return refusedPage(c, { status: 422, problem: describeFailure(result.failure).sentence });
}

/** What proposes it, on the page of the run. @param field of every form */
export function keepForm(runId: string, field: Markup): Markup {
  return html`<details class="menu up">
    <summary class="button">${icon("repeat")} Keep it …</summary>
    <form class="pop" method="post" action="/runs/${runId}/keep">
      ${field}
      <label class="field"
        >Name<input
          name="name"
          required
          maxlength="${programLimits.nameChars}"
          autocomplete="off"
          placeholder="daily report"
      /></label>
      <label class="field"
        >Every<input
          name="every"
          maxlength="${programLimits.everyChars}"
          autocomplete="off"
          placeholder="1 day"
          aria-describedby="every"
      /></label>
      <p class="quiet small" id="every">
        Such as “15 minutes”, or five fields of cron. Empty: only when it is called.
      </p>
      <button class="primary">Propose it</button>
    </form>
  </details>`;
}
