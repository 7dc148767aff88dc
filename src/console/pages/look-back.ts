/** Runs a run of then again as a plan, and leads to the page that compares both (differences.ts). */
import { runTool } from "../../mcp/run-tool.ts";
import { execute } from "../../mcp/tools/execute.ts";
import { search } from "../../mcp/tools/search.ts";
import { readManifest } from "../../store/catalogs.ts";
import { callerOfRun, ledgerOf, type ConsoleContext } from "../context.ts";
import { canLookBack, runOfThen } from "../parts/differences.ts";
import { missingPage, refusedPage } from "./missing.ts";

export async function lookBack(c: ConsoleContext): Promise<Response> {
  const { env, ctx } = c.env;
  const kept = await ledgerOf(c).run(c.req.param("run") ?? "");
  if (!kept) return missingPage(c, "run");
  const then = runOfThen(kept);
  if (!canLookBack(then))
    return refusedPage(c, { status: 409, problem: "Not all code of this run is kept." });
  const { apis } = await readManifest(env.CATALOGS);
  const served = apis.filter(({ name }) => then.apis?.[name] ?? (!then.apis && then.access[name]));
  // A run of `search` that called the API needs what `execute` has, and still only reads.
  const tool = then.tool === "search" && then.requests.length === 0 ? search : execute;
  const recording: Promise<unknown>[] = [];
  const { runId } = await runTool(
    tool,
    { code: then.code },
    {
      env,
      ctx: {
        waitUntil: (work) => {
          recording.push(work);
          ctx.waitUntil(work);
        },
      },
      apis: served,
      origin: new URL(c.req.url).origin,
      caller: {
        ...(await callerOfRun(c, then)),
        ...(then.tool === "search" && { readsOnly: true as const }),
      },
      lookBack: then,
    },
  );
  // The next page reads the record.
  await Promise.allSettled(recording);
  return c.redirect(`/runs/${runId}/differences`, 303);
}
