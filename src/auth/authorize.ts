/**
 * `/authorize`: validates the request, signs the person in, asks, and grants exactly what was ticked. The request is
 * kept on the server between page and form, bound to the browser and to the user, and works once; nothing that the
 * form says is trusted but the handle and the ticks.
 */
import {
  AuthorizationError,
  CimdFetchError,
  type AuthRequest,
  type OAuthHelpers,
} from "@cloudflare/workers-oauth-provider";
import type { DeployedApi } from "../deployment/manifest.ts";
import { openDeployed } from "../store/catalogs.ts";
import { apisOfResource } from "./authorization-server.ts";
import type { GrantProps } from "./grant.ts";
import { makeOffer, readChoice, type ApiInventory } from "./offer.ts";
import { consentPage } from "./pages/consent.ts";
import { messagePage } from "./pages/message.ts";
import type { SignIn, SignInContext, User } from "./sign-in/sign-in.ts";

export interface AuthorizeContext extends SignInContext {
  oauth: OAuthHelpers;
  apis: DeployedApi[];
  signIn: SignIn;
}

/** The user travels with the stored request, so that a page made for one account cannot be approved by another. */
type BoundRequest = AuthRequest & { userId?: string };

export async function authorize(request: Request, context: AuthorizeContext): Promise<Response> {
  try {
    if (request.method === "GET") return await ask(request, context);
    if (request.method === "POST") return await answer(request, context);
    return new Response(null, { status: 405, headers: { Allow: "GET, POST" } });
  } catch (error) {
    return refuse(error);
  }
}

async function ask(request: Request, context: AuthorizeContext): Promise<Response> {
  const authRequest = await context.oauth.parseAuthRequest(request);
  const identified = await context.signIn.identify(request, context);
  if ("respond" in identified) return identified.respond;
  return showConsent(authRequest, identified.user, context);
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
  const identified = await context.signIn.identify(request, context);
  if ("respond" in identified) return identified.respond;
  const approved = await context.oauth.approveConsent(request, handle);
  const { userId, ...authRequest } = approved.request as BoundRequest;
  if (userId !== identified.user.id)
    throw new AuthorizationError("invalid_request", {
      description: "The page was made for another account; start again",
    });
  const inventory = await takeInventory(authRequest, context);
  const choice = readChoice(form.getAll("scope"), form.getAll("tag"), inventory);
  if (!choice.ok) {
    if (choice.forged) throw new AuthorizationError("invalid_scope", { description: choice.problem });
    return showConsent(authRequest, identified.user, context, choice.problem);
  }
  const redirectTo = await grant(authRequest, identified.user, choice.scopes, context);
  approved.headers.set("Location", redirectTo);
  return new Response(null, { status: 302, headers: approved.headers });
}

async function showConsent(
  authRequest: AuthRequest,
  user: User,
  context: AuthorizeContext,
  problem?: string,
): Promise<Response> {
  const client = await context.oauth.describeConsent(authRequest);
  const offer = makeOffer(authRequest.scope, await takeInventory(authRequest, context));
  const bound: BoundRequest = { ...authRequest, userId: user.id };
  const { handle, headers } = await context.oauth.beginConsent(bound);
  return consentPage({ client, user: user.label, offer, handle, headers, ...(problem ? { problem } : {}) });
}

async function grant(
  request: AuthRequest,
  user: User,
  scope: string[],
  { oauth }: AuthorizeContext,
): Promise<string> {
  const { clientName } = await oauth.describeConsent(request);
  const props: GrantProps = { userId: user.id, clientName };
  // The metadata is what the list of connections shows; it is not encrypted.
  const { redirectTo } = await oauth.completeAuthorization({
    request,
    userId: user.id,
    metadata: { clientName },
    scope,
    props,
  });
  return redirectTo;
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

/** A form is small; anything else is refused before it is read. */
const maxFormBytes = 64 * 1024;

async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get("Content-Type")?.split(";")[0]?.trim();
  const declared = Number(request.headers.get("Content-Length") ?? "0");
  const notOurs = new AuthorizationError("invalid_request", {
    description: "This is not the form of this page",
  });
  if (type !== "application/x-www-form-urlencoded" || declared > maxFormBytes) throw notOurs;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > maxFormBytes) throw notOurs;
  return new URLSearchParams(new TextDecoder().decode(bytes));
}

/** Redirects back only what was validated; everything else is told here (RFC 6749, 4.1.2.1). */
function refuse(error: unknown): Promise<Response> | Response {
  if (error instanceof AuthorizationError && error.redirectTo)
    return new Response(null, {
      status: 302,
      headers: { Location: error.redirectTo, "Cache-Control": "no-store" },
    });
  if (error instanceof AuthorizationError) {
    console.warn(JSON.stringify({ event: "authorize-refused", code: error.code, reason: error.description }));
    return messagePage({
      title: "This cannot go on",
      sentence: `${error.description}.`,
      next: "Go back to your program and connect again. If it stays so, remove the connection there and add it anew.",
      status: 400,
    });
  }
  if (error instanceof CimdFetchError) {
    console.warn(
      JSON.stringify({ event: "client-document-refused", url: error.metadataUrl, reason: error.detail }),
    );
    return messagePage({
      title: "This program could not be checked",
      sentence: "The document in which it describes itself could not be read, or is not valid.",
      next: "Whoever publishes the program has to mend it. Nothing was granted.",
      status: 400,
    });
  }
  throw error;
}
