/**
 * `/authorize`: validates the request, signs the user in, asks, and grants exactly what was ticked. Between page and
 * form the server keeps the request, bound to the browser and to the user, for one use; it trusts nothing in the form
 * but the handle and the ticks.
 */
import { AuthorizationError, CimdFetchError, type AuthRequest } from "@cloudflare/workers-oauth-provider";
import { namesOf } from "./resources.ts";
import { accountsIn, takePasted, tryPasted } from "./credentials.ts";
import { readFields } from "./form.ts";
import { readChoice } from "./consent-offer.ts";
import { messagePage } from "./pages/message.ts";
import type { PendingGrant, Unnamed } from "./pending-grant.ts";
import { logEvent, withoutQuery } from "../terms/log.ts";
import { titleAmong } from "../terms/manifest.ts";
import { failed, type Result } from "../terms/result.ts";
import { visibleLine } from "../terms/visible.ts";
import { noAnswer } from "./client-document.ts";
import { refusedInWords } from "./refusals.ts";
import { mayReceiveCode, redirect } from "./redirect.ts";
import { grantOf } from "../terms/scopes.ts";
import {
  identify,
  idOf,
  showConsent,
  takeInventory,
  type Again,
  type BoundRequest,
  type Known,
} from "./show-consent.ts";
import type { AuthorizeContext } from "./sign-in/sign-in.ts";
import { continueGrant } from "./upstream-login.ts";

export async function authorize(request: Request, context: AuthorizeContext): Promise<Response> {
  try {
    if (request.method === "GET") return await ask(request, context);
    if (request.method === "POST") return await answer(request, context);
    return new Response(null, { status: 405, headers: { Allow: "GET, POST" } });
  } catch (error) {
    return errorAnswer(error, new URL(request.url));
  }
}

async function ask(request: Request, context: AuthorizeContext): Promise<Response> {
  const authRequest = await context.oauth.parseAuthRequest(request);
  if (!mayReceiveCode(authRequest.redirectUri)) throw invalid("Invalid redirect URI");
  const identified = await identify(request, context);
  if ("respond" in identified) return identified.respond;
  const named = new URL(request.url).searchParams.has("resource");
  return showConsent({ ...authRequest, ...(!named && { anyPath: true }) }, identified, context);
}

async function answer(request: Request, context: AuthorizeContext): Promise<Response> {
  const origin = request.headers.get("Origin");
  if (origin !== null && origin !== context.origin) throw invalid("The form was sent from another site");
  const form = await readFields(request);
  if (typeof form === "number") throw invalid("This is not the form of this page");
  const handle = form.get("handle") ?? "";
  if (form.get("decision") !== "approve") {
    const { headers } = await context.oauth.denyConsent(request, handle);
    return new Response(null, { status: 302, headers });
  }
  const identified = await identify(request, context);
  if ("respond" in identified) return identified.respond;
  const approved = await context.oauth.approveConsent(request, handle);
  const { userId, until = 0, ...authRequest } = approved.request as BoundRequest;
  if (until <= Date.now()) throw invalid("This page has expired");
  if (userId !== idOf(identified)) throw invalid("This page was made for another account");
  const taken = await takeForm(form, authRequest, identified, context);
  if (taken.ok) return continueGrant(taken.pending, context, request, approved.headers);
  return showConsent(authRequest, identified, context, taken.failure);
}

const invalid = (description: string) => new AuthorizationError("invalid_request", { description });

/** What the form approves: scopes, credentials that work where it is known whose they are, and the logins still to do. */
async function takeForm(
  form: URLSearchParams,
  request: AuthRequest & Unnamed,
  identified: Known,
  context: AuthorizeContext,
): Promise<Result<{ pending: PendingGrant }, Again>> {
  const choice = readChoice(form.getAll("scope"), form.getAll("tag"), await takeInventory(request, context));
  if (!choice.ok) {
    const { problem, forged } = choice.failure;
    if (forged) throw new AuthorizationError("invalid_scope", { description: problem });
    return failed({ problem, ticked: [] });
  }
  const ticked = choice.scopes;
  const { access } = grantOf(ticked, namesOf(context.apis));
  const granted = context.apis
    .filter(({ name }) => access[name])
    .map((api) => ({ ...api, title: titleAmong(context.apis, api.name) }));
  const { SIGN_IN_API: signInApi, ISOGATE_SECRET: secret = "" } = context.settings;
  const logins = namesOf(granted.filter(({ file }) => file.credential?.from === "oauth"));
  if (!("user" in identified) && !logins.includes(signInApi ?? ""))
    return failed({
      problem: `You sign in here by logging in at ${signInApi}: tick some access to it.`,
      ticked,
    });
  const pasted = await takePasted(form, granted, { secret, userId: idOf(identified) });
  if (!pasted.ok) return failed({ ...pasted.failure, ticked });
  const { untried } = pasted;
  const user = "user" in identified ? identified.user : undefined;
  const wrong = user && (await tryPasted(untried, context.apis, { env: context.env, userId: user.id }));
  if (wrong) return failed({ ...wrong, ticked });
  const pending: PendingGrant = {
    request,
    scopes: ticked,
    approvedAtMs: Date.now(),
    // The login that is the sign-in comes first.
    logins: logins.toSorted((a, b) => Number(b === signInApi) - Number(a === signInApi)),
    ...(user ? { user, accounts: accountsIn(untried) } : { accounts: {}, untried }),
  };
  return { ok: true, pending };
}

/** Redirects only to a validated address; every other error is shown here (RFC 6749, 4.1.2.1). */
function errorAnswer(error: unknown, url: URL): Promise<Response> | Response {
  if (error instanceof AuthorizationError && error.redirectTo) return redirect(error.redirectTo);
  if (error instanceof AuthorizationError) {
    logEvent("isogate.authorize.refused", { "error.type": error.code, "isogate.reason": error.description });
    const words = refusedInWords(error.description, url);
    return messagePage({ title: "This connection failed", ...words, status: 400 });
  }
  if (error instanceof CimdFetchError) {
    logEvent("isogate.client.refused", {
      "url.full": withoutQuery(error.metadataUrl),
      "isogate.reason": error.detail,
    });
    const { host } = new URL(error.metadataUrl);
    const isUnreachable = error.detail.startsWith(noAnswer);
    return messagePage({
      title: "This client could not be checked",
      sentence: isUnreachable
        ? `It describes itself in a document at ${host}, and ${error.detail}.`
        : `It describes itself in a document at ${host}, which is not valid: ${visibleLine(error.detail)}.`,
      next: isUnreachable
        ? "No access was granted. Let this server reach that host (behind a proxy or a company's certificate, start it with HTTPS_PROXY or NODE_EXTRA_CA_CERTS), or remove this server in the client and add it again, so that it registers here instead."
        : "No access was granted. Only the publisher of the client can fix this.",
      status: 400,
    });
  }
  throw error;
}
