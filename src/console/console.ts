/** The console at `/`: which page answers which path. A page shows one user's runs; others' do not exist for it. */
import { Hono } from "hono";
import { oauthApi } from "../auth/authorization-server.ts";
import { feedPath } from "../auth/feed.ts";
import { readSettings } from "../auth/settings.ts";
import type { TokensView } from "../auth/token-page.ts";
import type { SignInContext } from "../auth/sign-in/sign-in.ts";
import { serveAsset } from "./assets.ts";
import { connectionsOf } from "../auth/connections.ts";
import { ledgerOf, type ConsoleBindings, type ConsoleContext, type ConsoleUser } from "./context.ts";
import { endConnection } from "../auth/end-access.ts";
import { waitingFeed } from "./feed.ts";
import { formToken, readForm } from "./form.ts";
import { apiPage, apisPage } from "./pages/apis.ts";
import { approvalPage, decideApproval } from "./pages/approval.ts";
import { approvalsPage, askAgain } from "./pages/approvals.ts";
import { connectPage } from "./pages/connect.ts";
import { connectionsPage, revokeConnection } from "./pages/connections.ts";
import { deleteFile, downloadFile, filesPage, uploadFile } from "./pages/files.ts";
import { differencesPage } from "./pages/differences.ts";
import { keepRun } from "./pages/keep.ts";
import { lookBack } from "./pages/look-back.ts";
import { missingPage, refusedPage } from "./pages/missing.ts";
import { partsPage } from "./pages/parts.ts";
import { playgroundGoing, playgroundPage, playgroundRun, playgroundStop } from "./pages/playground.ts";
import { playgroundCheck, playgroundWords } from "./pages/playground-help.ts";
import { decideProgram, programPage } from "./pages/program.ts";
import { programsPage } from "./pages/programs.ts";
import { cancelRun, runPage, runRecord } from "./pages/run.ts";
import { runResult } from "./pages/run-result.ts";
import { exportRuns, runsPage } from "./pages/runs.ts";
import { endAccess, usersPage } from "./pages/users.ts";
import { tokensPage } from "./pages/tokens.ts";
import { documentsOf } from "./parts/in-words.ts";
import { usersOf } from "./users.ts";
import { isOperator } from "../auth/people.ts";
import { unsetSecrets } from "../gateway/sign/secrets.ts";
import { readManifest } from "../store/catalogs.ts";
import { faultResponse } from "../store/fault.ts";

/** Serves the console to the user who is signed in; to anybody else, the answer that signs them in. */
export async function serveConsole(
  request: Request,
  ctx: ExecutionContext,
  login: SignInContext,
): Promise<Response> {
  const { env, origin, settings, signIn } = login;
  // The same for everybody, and a page needs several: they take nobody's turn.
  const asset = serveAsset(new URL(request.url).pathname);
  if (asset) return asset;
  const identified = await signIn.identify(request, login);
  if ("respond" in identified) return identified.respond;
  const { user } = identified;
  const { apis } = await readManifest(env.CATALOGS);
  const oauth = oauthApi(env, origin, apis, settings);
  if (settings.OPEN) return consolePages(request, env, ctx, user);
  const ofUser = (userId: string) => connectionsOf(oauth, env.OAUTH_KV, userId);
  const connections = ofUser(user.id);
  const ender = { env, secret: settings.ISOGATE_SECRET ?? "", by: user };
  const users = isOperator(user, settings) ? usersOf(ender, ofUser) : undefined;
  const end = (id: string) => endConnection({ ...ender, userId: user.id, connections }, id);
  return consolePages(request, env, ctx, { ...user, connections, end, users });
}

/** Answers a request for a page. @param user who is signed in */
export async function consolePages(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  user: ConsoleUser,
): Promise<Response> {
  return app.fetch(request, { env, ctx, user, form: formToken(request) });
}

/** The page of access tokens, in the console's frame. */
export async function serveTokensPage(view: TokensView, env: Env): Promise<Response> {
  const ledger = env.LEDGER.getByName(view.user.id);
  const [waiting, lastUsed, documents] = await Promise.all([
    ledger.waiting(),
    ledger.lastRuns(),
    documentsOf(env.CATALOGS),
  ]);
  const read = readSettings(env);
  const frame = { waiting, isOperator: read.ok && isOperator(view.user, read.settings), hasTokens: true };
  const unset = new Map(view.apis.map(({ name, file }) => [name, unsetSecrets(file, { ...env })]));
  return tokensPage(view, frame, { documents, lastUsed, unset });
}

const app = new Hono<{ Bindings: ConsoleBindings }>();

app.get("/", connectPage);
app.get("/runs", runsPage);
app.get("/runs.jsonl", exportRuns);
app.get("/runs/:run", runPage);
app.get("/runs/:run/result", runResult);
app.get("/runs/:run/record", runRecord);
app.get("/runs/:run/differences", differencesPage);
app.get("/approvals", approvalsPage);
app.get("/approvals/:id", (c) => approvalPage(c));
app.get(feedPath, (c) => waitingFeed(c.env.env, c.env.user.id, new URL(c.req.url).origin));
app.get("/programs", programsPage);
app.get("/programs/:id", (c) => programPage(c));
app.get("/apis", apisPage);
app.get("/apis/:api", apiPage);
app.get("/playground", playgroundPage);
app.get("/playground/words", playgroundWords);
app.get("/playground/going", playgroundGoing);
app.get("/connections", connectionsPage);
app.get("/files", filesPage);
app.get("/files/:file", downloadFile);
app.get("/users", usersPage);
app.get("/parts", partsPage);
app.get("/waiting", async (c) =>
  c.json({ waiting: await ledgerOf(c).waiting() }, 200, { "Cache-Control": "no-store" }),
);

post("/runs/forget", async (c) => {
  await ledgerOf(c).forgetAllRuns();
  return c.redirect("/runs?notice=all-forgotten", 303);
});
post("/runs/:run/forget", async (c) => {
  const known = await ledgerOf(c).forgetRun(c.req.param("run") ?? "");
  return c.redirect(`/runs?notice=${known ? "forgotten" : "not-there"}`, 303);
});
post("/runs/:run/cancel", cancelRun);
post("/runs/:run/keep", keepRun);
post("/runs/:run/look-back", lookBack);
post("/approvals/ask-again", askAgain);
post("/approvals/:id", decideApproval);
post("/programs/:id", decideProgram);
post("/playground", playgroundRun);
post("/playground/check", playgroundCheck);
post("/playground/stop", playgroundStop);
post("/connections/revoke", revokeConnection);
post("/users/end", endAccess);
post("/files/:file/delete", deleteFile);
app.post("/files", uploadFile);

app.onError((error, c) => faultResponse(c.req.raw, error));
app.notFound((c) => missingPage(c, "page"));

/** The action of one of our own forms. */
function post(path: string, act: (c: ConsoleContext, fields: URLSearchParams) => Promise<Response>): void {
  app.post(path, async (c: ConsoleContext) => {
    const form = await readForm(c.req.raw);
    return form.ok ? act(c, form.fields) : refusedPage(c, form.failure);
  });
}
