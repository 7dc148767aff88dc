/**
 * `/authorize`: validates the request, signs the person in, asks, and grants exactly what was ticked. The request is
 * kept on the server between page and form, bound to the browser and to the user, and works once; nothing that the
 * form says is trusted but the handle and the ticks.
 */
import { AuthorizationError, CimdFetchError, type AuthRequest } from "@cloudflare/workers-oauth-provider";
import { openDeployed } from "../store/catalogs.ts";
import { apisOfResource } from "./authorization-server.ts";
import { clientDocumentProblem } from "./client-document.ts";
import { takePasted } from "./credentials.ts";
import { fieldsOf, readFormBytes } from "./form.ts";
import { makeOffer, readChoice, type ApiInventory } from "./consent-offer.ts";
import { consentPage } from "./pages/consent.ts";
import { messagePage } from "./pages/message.ts";
import { unknownUser, type PendingGrant } from "./pending-grant.ts";
import { logEvent } from "../terms/log.ts";
import { redirect } from "./redirect.ts";
import { grantOf } from "../terms/scopes.ts";
import type { AuthorizeContext, IdentifiedAtConsent } from "./sign-in/sign-in.ts";
import { continueGrant } from "./upstream-login.ts";

/** The user travels with the stored request, so that a page made for one account cannot be approved by another. */
type BoundRequest = AuthRequest & {
  userId?: string;
  /** When the page has ended, in milliseconds since the epoch. */
  until?: number;
};

/** How long a person may look at the page; the provider's store forgets it after the same time, more or less. */
const pageLifetimeMs = 10 * 60_000;

export async function authorize(request: Request, context: AuthorizeContext): Promise<Response> {
  try {
    if (request.method === "GET") return await ask(request, context);
    if (request.method === "POST") return await answer(request, context);
    return new Response(null, { status: 405, headers: { Allow: "GET, POST" } });
  } catch (error) {
    return errorAnswer(error);
  }
}

async function ask(request: Request, context: AuthorizeContext): Promise<Response> {
  const clientId = new URL(request.url).searchParams.get("client_id") ?? "";
  const problem = clientDocumentProblem(clientId, context.settings.privateClientHosts);
  if (problem !== undefined) throw new CimdFetchError(clientId, problem);
  const authRequest = await context.oauth.parseAuthRequest(request);
  if (!mayReceiveCode(authRequest.redirectUri))
    throw new AuthorizationError("invalid_request", { description: "Invalid redirect URI" });
  const identified = await identify(request, context);
  if ("respond" in identified) return identified.respond;
  return showConsent(authRequest, identified, context);
}

async function answer(request: Request, context: AuthorizeContext): Promise<Response> {
  const origin = request.headers.get("Origin");
  if (origin !== null && origin !== context.origin)
    throw new AuthorizationError("invalid_request", { description: "The form was sent from another site" });
  const form = await readForm(request);
  const handle = form.get("handle") ?? "";
  if (form.get("decision") !== "approve") {
    const { headers } = await context.oauth.denyConsent(request, handle);
    return new Response(null, { status: 302, headers });
  }
  const identified = await identify(request, context);
  if ("respond" in identified) return identified.respond;
  const approved = await context.oauth.approveConsent(request, handle);
  const { userId, until = 0, ...authRequest } = approved.request as BoundRequest;
  if (until <= Date.now())
    throw new AuthorizationError("invalid_request", { description: "The page was open for too long" });
  if (userId !== idOf(identified))
    throw new AuthorizationError("invalid_request", {
      description: "The page was made for another account; start again",
    });
  const taken = await takeForm(form, authRequest, identified, context);
  if (taken.ok) return continueGrant(taken.pending, context, approved.headers);
  return showConsent(authRequest, identified, context, { problem: taken.problem, ticked: taken.ticked });
}

function identify(request: Request, context: AuthorizeContext): Promise<IdentifiedAtConsent> {
  const { signIn } = context;
  return signIn.identifyAtConsent?.(request, context) ?? signIn.identify(request, context);
}

/**
 * MCP wants https or loopback. These desktop programs come back through a scheme of their own nevertheless, and have
 * no other way in; PKCE keeps a code that another program catches worthless (RFC 8252, 7.1).
 */
const desktopPrograms = new Set(["cursor://anysphere.cursor-mcp/oauth/callback"]);

/** Plain http to another host was refused before. */
function mayReceiveCode(redirectUri: string): boolean {
  return /^https?:/.test(redirectUri) || desktopPrograms.has(redirectUri);
}

type Known = Exclude<IdentifiedAtConsent, { respond: Response }>;
type Taken = { ok: true; pending: PendingGrant } | { ok: false; problem: string; ticked: string[] };

const idOf = (identified: Known) => ("user" in identified ? identified.user.id : unknownUser);

/** What the form approves: scopes, credentials that work, and the logins that are left to do. */
async function takeForm(
  form: URLSearchParams,
  request: AuthRequest,
  identified: Known,
  context: AuthorizeContext,
): Promise<Taken> {
  const inventory = await takeInventory(request, context);
  const choice = readChoice(form.getAll("scope"), form.getAll("tag"), inventory);
  if (!choice.ok) {
    if (choice.forged) throw new AuthorizationError("invalid_scope", { description: choice.problem });
    return { ok: false, problem: choice.problem, ticked: request.scope };
  }
  const ticked = choice.scopes;
  const { access } = grantOf(
    ticked,
    context.apis.map(({ name }) => name),
  );
  const granted = context.apis.filter(({ name }) => access[name]);
  const { signInApi, secret = "" } = context.settings;
  const wantsLogin = (name: string) =>
    granted.some((api) => api.name === name && api.file.credential?.from === "oauth");
  if (!("user" in identified) && !wantsLogin(signInApi ?? ""))
    return {
      ok: false,
      problem: `Signing in here is logging in at ${signInApi}: tick something of it.`,
      ticked,
    };
  const pasted = await takePasted(form, granted, { env: context.env, secret, userId: idOf(identified) });
  if (!pasted.ok) return { ...pasted, ticked };
  const names = granted.map(({ name }) => name).filter(wantsLogin);
  const pending: PendingGrant = {
    request,
    scopes: ticked,
    accounts: pasted.accounts,
    // The login that is the sign-in comes first.
    logins: names.toSorted((a, b) => Number(b === signInApi) - Number(a === signInApi)),
    ...("user" in identified ? { user: identified.user } : {}),
  };
  return { ok: true, pending };
}

async function showConsent(
  authRequest: AuthRequest,
  identified: Known,
  context: AuthorizeContext,
  again?: { problem: string; ticked: string[] },
): Promise<Response> {
  const client = await context.oauth.describeConsent(authRequest);
  const inventory = await takeInventory(authRequest, context);
  const served = context.apis.filter(({ name }) => inventory.some((api) => api.name === name));
  const wants = served.some(({ file }) => file.credential && file.credential.from !== "shared");
  if (wants && context.settings.secret === undefined) return missingSecret();
  const offer = makeOffer(again ? again.ticked : authRequest.scope, inventory);
  const until = Date.now() + pageLifetimeMs;
  const bound: BoundRequest = { ...authRequest, userId: idOf(identified), until };
  const { handle, headers } = await context.oauth.beginConsent(bound);
  return consentPage({
    client,
    user: "user" in identified ? identified.user.label : identified.later,
    offer,
    credentials: new Map(served.map(({ name, file }) => [name, file.credential])),
    handle,
    headers,
    ...(again ? { problem: again.problem } : {}),
  });
}

function missingSecret(): Promise<Response> {
  return messagePage({
    title: "This server is not set up yet",
    sentence:
      "It keeps credentials of its users, and the secret ISOGATE_SECRET to seal them with is not set.",
    next: "Whoever runs it sets it once: at least 32 random characters, wrangler secret put ISOGATE_SECRET.",
    status: 500,
  });
}

/** The operations of the APIs that the request's resource serves. */
async function takeInventory(
  request: AuthRequest,
  { env, origin, apis }: AuthorizeContext,
): Promise<ApiInventory[]> {
  const names = apisOfResource(
    request.resource ?? "",
    origin,
    apis.map((api) => api.name),
  );
  return Promise.all(
    apis
      .filter((api) => names.includes(api.name))
      .map(async (api) => {
        const { operations } = await openDeployed(env.CATALOGS, api);
        return { name: api.name, title: api.title, operations };
      }),
  );
}

async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get("Content-Type")?.split(";")[0]?.trim();
  const bytes = type === "application/x-www-form-urlencoded" ? await readFormBytes(request) : undefined;
  if (!bytes)
    throw new AuthorizationError("invalid_request", { description: "This is not the form of this page" });
  return fieldsOf(bytes);
}

/** Redirects back only what was validated; everything else is told here (RFC 6749, 4.1.2.1). */
function errorAnswer(error: unknown): Promise<Response> | Response {
  if (error instanceof AuthorizationError && error.redirectTo) return redirect(error.redirectTo);
  if (error instanceof AuthorizationError) {
    logEvent("isogate.authorize.refused", { "error.type": error.code, "isogate.reason": error.description });
    return messagePage({
      title: "This cannot go on",
      sentence: `${error.description}.`,
      next: "Go back to your program and connect again. If it stays so, remove the connection there and add it anew.",
      status: 400,
    });
  }
  if (error instanceof CimdFetchError) {
    logEvent("isogate.client.refused", { "url.full": error.metadataUrl, "isogate.reason": error.detail });
    return messagePage({
      title: "This program could not be checked",
      sentence: "The document in which it describes itself could not be read, or is not valid.",
      next: "Whoever publishes the program has to mend it. Nothing was granted.",
      status: 400,
    });
  }
  throw error;
}
