/**
 * Login at an API's own OAuth server. After consent, the tokens go to a Durable Object of their own and the grant gets
 * the sealed reference to them. With SIGN_IN=upstream the login also signs people in to our pages; the tokens of such
 * a visit are dropped at once.
 */
import { z } from "zod";
import { authorizationErrorRedirect } from "@cloudflare/workers-oauth-provider";
import type { OAuthCredential } from "../terms/api-file.ts";
import { titleAmong, type DeployedApi } from "../terms/manifest.ts";
import { readManifest } from "../store/catalogs.ts";
import { accountsIn, tryPasted } from "./credentials.ts";
import { completeGrant, ownedBy, PendingGrant, unknownUser } from "./pending-grant.ts";
import { messagePage } from "./pages/message.ts";
import { probe } from "../gateway/send/probe.ts";
import { digest } from "../terms/digest.ts";
import { errorName, logEvent } from "../terms/log.ts";
import { randomToken } from "../vault/secret.ts";
import { forgetLogins } from "../vault/forget.ts";
import { noteUser, wasEndedByNow } from "./users.ts";
import { startSession } from "./sign-in-cookie.ts";
import { redirect } from "./redirect.ts";
import { identify, showConsent } from "./show-consent.ts";
import type { AuthorizeContext, User } from "./sign-in/sign-in.ts";
import { finishTransaction, sendToLogin, type Keep } from "./transactions.ts";
import { fetchTokens, loginTokens } from "../vault/upstream-tokens.ts";
import { openCredential, sealAccount, type Owner } from "../vault/vault.ts";
import { visibleLine } from "../terms/visible.ts";
import type { SealedAccount } from "../terms/caller.ts";

export const loginCallbackPath = "/connect/callback";

/** A login under way, for the grant that waits for it or for a visit to one of our pages. */
const Away = z.object({
  api: z.string(),
  verifier: z.string(),
  pending: PendingGrant.optional(),
  returnTo: z.string().startsWith("/").optional(),
});
type Away = z.infer<typeof Away>;

/** Sends the browser to the grant's next login, or back to the client. @param headers sent along (cookies) */
export async function continueGrant(
  pending: PendingGrant,
  context: AuthorizeContext,
  request: Request,
  headers: Headers,
): Promise<Response> {
  const [next] = pending.logins;
  const api = context.apis.find(({ name }) => name === next);
  const credential = api?.file.credential;
  if (api && credential?.from === "oauth")
    return sendAway(
      { api: api.name, pending },
      credential,
      context,
      { kv: context.env.OAUTH_KV },
      request,
      headers,
    );
  if (!pending.user) throw new Error("a grant cannot be completed for nobody");
  const { env, settings } = context;
  // The logins take as long as the person does: somebody may have ended their access meanwhile.
  if (await wasEndedByNow(env, pending.user.id, pending.approvedAtMs)) {
    await forgetLogins(
      env,
      { userId: pending.user.id, secret: settings.ISOGATE_SECRET ?? "" },
      pending.accounts,
    );
    return refused("Your access to this server was ended while you logged in.");
  }
  return redirect(await completeGrant(pending, pending.user, context.oauth), headers);
}

/** Sends a user to log in at the API whose login is the sign-in, and then to the page that they asked for. */
export async function signInAt(
  apiName: string,
  request: Request,
  context: Pick<AuthorizeContext, "env" | "origin" | "settings">,
): Promise<Response> {
  const { apis } = await readManifest(context.env.CATALOGS);
  const credential = apis.find(({ name }) => name === apiName)?.file.credential;
  if (credential?.from !== "oauth" || !credential.account)
    return refused(
      "People sign in here at an API that this server does not have, or that cannot identify them.",
    );
  const { pathname, search } = new URL(request.url);
  const keep = { secret: context.settings.ISOGATE_SECRET! };
  return sendAway({ api: apiName, returnTo: pathname + search }, credential, context, keep, request);
}

async function sendAway(
  away: Omit<Away, "verifier">,
  credential: OAuthCredential,
  { origin }: Pick<AuthorizeContext, "origin">,
  keep: Keep,
  request: Request,
  headers?: Headers,
): Promise<Response> {
  const { authorizationUrl, clientId, scopes, parameters } = credential;
  const all = {
    ...parameters,
    client_id: clientId,
    redirect_uri: `${origin}${loginCallbackPath}`,
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
  };
  return sendToLogin(new URL(authorizationUrl), all, away, keep, request, headers);
}

/** Answers `/connect/callback`. */
export async function finishLogin(request: Request, context: AuthorizeContext): Promise<Response> {
  const { env, origin, settings, apis } = context;
  const { ISOGATE_SECRET: secret = "" } = settings;
  const finished = await finishTransaction(env.OAUTH_KV, settings.ISOGATE_SECRET, request);
  const away = Away.safeParse(finished?.data).data;
  if (!finished || !away) return refused("The login took too long, or it started in another browser.");
  const { pending, returnTo = "/" } = away;
  const api = apis.find(({ name }) => name === away.api);
  const credential = api?.file.credential;
  if (!api || credential?.from !== "oauth") return refused("This server no longer has this API.");
  const title = visibleLine(titleAmong(apis, api.name));
  const url = new URL(request.url);
  if (!comesFrom(credential, url.searchParams.getAll("iss"))) {
    logEvent("isogate.login.failed", { "isogate.api": api.name, "error.type": "issuer" });
    return refused(`The login at ${title} failed.`);
  }
  const isDeclined = url.searchParams.has("error");
  if (isDeclined && pending)
    return redirect(
      authorizationErrorRedirect(pending.request, "access_denied"),
      new Headers(),
      finished.cookie,
    );
  const owner = { userId: pending?.user?.id ?? unknownUser, api: api.name };
  const account = isDeclined ? undefined : await redeem(url, away.verifier, credential, owner, context);
  if (!account) return refused(`The login at ${title} failed.`);
  const user = pending?.user ?? (await whoIs(api, credential, account, context));
  if (!pending) {
    const content = await openCredential(account.sealed, owner, secret);
    if (content?.kind === "oauth") await env.UPSTREAM_TOKENS.getByName(content.store).forget();
  }
  if (!user) return refused(`${title} did not say who you are.`);
  if (!pending) {
    await noteUser(env.OAUTH_KV, user);
    const session = await startSession(user, secret);
    return redirect(`${origin}${returnTo}`, new Headers(), finished.cookie, session);
  }
  const { untried = [] } = pending;
  const wrong = await tryPasted(untried, apis, { env, userId: unknownUser });
  if (wrong) {
    await forgetLogins(env, { userId: unknownUser, secret }, { [api.name]: [account] });
    const identified = await identify(request, context);
    if ("respond" in identified) return identified.respond;
    const again = { ...wrong, ticked: pending.scopes, away: true } as const;
    const response = await showConsent(pending.request, identified, context, again);
    response.headers.append("Set-Cookie", finished.cookie);
    return response;
  }
  const all = { ...pending.accounts, ...accountsIn(untried), [api.name]: [account] };
  const accounts = pending.user ? all : await ownedBy(user, all, secret);
  const rest = { ...pending, user, accounts, untried: undefined, logins: pending.logins.slice(1) };
  return continueGrant(rest, context, request, new Headers({ "Set-Cookie": finished.cookie }));
}

/**
 * Whether an answer can be from this login server: all share one callback, and a code must not be taken to another
 * server than the one that gave it (RFC 9207).
 * @param named the values of its parameter `iss`
 */
export function comesFrom(
  { issuer, authorizationUrl }: Pick<OAuthCredential, "issuer" | "authorizationUrl">,
  named: string[],
): boolean {
  const [iss, ...others] = named;
  if (others.length > 0) return false;
  if (issuer !== undefined) return iss === issuer;
  return iss === undefined || URL.parse(iss)?.origin === new URL(authorizationUrl).origin;
}

async function redeem(
  callback: URL,
  verifier: string,
  credential: OAuthCredential,
  owner: Owner,
  { env, origin, settings }: AuthorizeContext,
): Promise<SealedAccount | undefined> {
  const grant = {
    grant_type: "authorization_code",
    code: callback.searchParams.get("code") ?? "",
    redirect_uri: `${origin}${loginCallbackPath}`,
    code_verifier: verifier,
  };
  try {
    const tokens = await fetchTokens(credential, { ...env }, grant);
    const { tokenUrl, clientId, clientSecret, scheme } = credential;
    const store = crypto.randomUUID();
    const key = randomToken();
    const login = { ...loginTokens(tokens), tokenUrl, clientId, clientSecret };
    await env.UPSTREAM_TOKENS.getByName(store).keep(login, key);
    const content = { kind: "oauth" as const, scheme, store, key };
    return await sealAccount("", content, owner, settings.ISOGATE_SECRET ?? "");
  } catch (error) {
    // The answer may quote a token: log only the kind of failure.
    logEvent("isogate.login.failed", { "isogate.api": owner.api, "error.type": errorName(error) });
    return undefined;
  }
}

/** Asks the API who has logged in there: that is our user where the API's login is the sign-in. */
async function whoIs(
  api: DeployedApi,
  { account }: OAuthCredential,
  sealed: SealedAccount,
  { env }: AuthorizeContext,
): Promise<User | undefined> {
  if (!account) return undefined;
  const answer = await probe(env, api, account.path, unknownUser, sealed);
  if (!answer.ok || answer.status !== 200 || typeof answer.data !== "object" || answer.data === null)
    return undefined;
  const members = answer.data as Record<string, unknown>;
  const id = members[account.id];
  if (typeof id !== "string" && typeof id !== "number") return undefined;
  return { id: `${api.name}-${digest(String(id))}`, label: String(members[account.label] ?? id) };
}

function refused(sentence: string): Promise<Response> {
  const next = "Go back to where you came from and start again.";
  return messagePage({ title: "No access was granted", sentence, next, status: 403 });
}
