/** The console at `/`: which page answers which path. A page shows one person's runs; others' do not exist for it. */
import { Hono } from "hono";
import { serveAsset } from "./assets.ts";
import { ledgerOf, type ConsoleBindings, type ConsoleContext, type Person } from "./context.ts";
import { formToken, readForm } from "./form.ts";
import { apiPage, apisPage } from "./pages/apis.ts";
import { approvalPage, decideApproval } from "./pages/approval.ts";
import { approvalsPage, askAgain } from "./pages/approvals.ts";
import { connectPage } from "./pages/connect.ts";
import { connectionsPage, revokeConnection } from "./pages/connections.ts";
import { missingPage, refusedPage } from "./pages/missing.ts";
import { playgroundPage, playgroundRun } from "./pages/playground.ts";
import { runPage, runResult } from "./pages/run.ts";
import { exportRuns, runsPage } from "./pages/runs.ts";
import { faultResponse } from "../store/fault-response.ts";

/** Answers a request for a page. @param person who is signed in */
export async function consolePages(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  person: Person,
): Promise<Response> {
  return (
    serveAsset(new URL(request.url).pathname) ??
    app.fetch(request, { env, ctx, person, form: formToken(request) })
  );
}

const app = new Hono<{ Bindings: ConsoleBindings }>();

app.get("/", connectPage);
app.get("/runs", runsPage);
app.get("/runs.jsonl", exportRuns);
app.get("/runs/:run", runPage);
app.get("/runs/:run/result", runResult);
app.get("/approvals", approvalsPage);
app.get("/approvals/:id", (c) => approvalPage(c));
app.get("/apis", apisPage);
app.get("/apis/:api", apiPage);
app.get("/playground", playgroundPage);
app.get("/connections", connectionsPage);

post("/runs/forget", async (c) => {
  await ledgerOf(c).forgetAllRuns();
  return c.redirect("/runs?notice=all-forgotten", 303);
});
post("/runs/:run/forget", async (c) => {
  const known = await ledgerOf(c).forgetRun(c.req.param("run") ?? "");
  return c.redirect(`/runs?notice=${known ? "forgotten" : "not-there"}`, 303);
});
post("/approvals/ask-again", askAgain);
post("/approvals/:id", decideApproval);
post("/playground", playgroundRun);
post("/connections/revoke", revokeConnection);

app.onError((error, c) => faultResponse(c.req.raw, error));
app.notFound((c) => missingPage(c, "This page does not exist."));

/** The action of one of our own forms. */
function post(path: string, act: (c: ConsoleContext, fields: URLSearchParams) => Promise<Response>): void {
  app.post(path, async (c: ConsoleContext) => {
    const form = await readForm(c.req.raw);
    return form.ok ? act(c, form.fields) : refusedPage(c, form.status, form.problem);
  });
}
