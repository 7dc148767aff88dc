/**
 * Sign-in with any OpenID Connect provider: authorization code with PKCE, `state` bound to the browser, `nonce`,
 * and an ID token whose issuer, audience, signature and times are checked (oauth4webapi does; OpenID Connect Core,
 * 3.1.3.7). Who may sign in is the provider's business, unless OIDC_ALLOWED names people or domains.
 */
import * as oidcClient from "oauth4webapi";
import { z } from "zod";
import { isLoopbackHost } from "../../terms/loopback.ts";
import { messagePage } from "../pages/message.ts";
import { digest } from "../../terms/digest.ts";
import { errorName, logEvent } from "../../terms/log.ts";
import { readSession, startSession } from "../sign-in-cookie.ts";
import { redirect } from "../redirect.ts";
import type { OidcSettings } from "../settings.ts";
import { beginTransaction, finishTransaction } from "../transactions.ts";
import { callbackPath, type SignIn, type SignInContext, type User } from "./sign-in.ts";

const Pending = z.object({ verifier: z.string(), nonce: z.string(), returnTo: z.string().startsWith("/") });

export const oidc: SignIn = {
  async identify(request, context) {
    const user = await readSession(request, context.settings.secret ?? "");
    return user ? { user } : { respond: await sendAway(request, context) };
  },

  async callback(request, context) {
    const { env, origin, settings } = context;
    const finished = await finishTransaction(env.OAUTH_KV, request);
    const pending = Pending.safeParse(finished?.data);
    if (!finished || !pending.success)
      return refused("The sign-in took too long, or was begun in another browser.");
    const provider = await open(settings.oidc!);
    const url = new URL(request.url);
    try {
      const user = await redeem(provider, url, pending.data, `${origin}${callbackPath}`);
      if (!user) return refused("This account may not use this server.");
      const session = await startSession(user, settings.secret ?? "");
      return redirect(`${origin}${pending.data.returnTo}`, new Headers(), finished.cookie, session);
    } catch (error) {
      // The provider's answer may quote tokens: only the kind of failure is logged.
      const code = error instanceof oidcClient.AuthorizationResponseError ? error.error : undefined;
      logEvent("isogate.sign-in.failed", { "error.type": errorName(error), "isogate.oauth.error": code });
      return refused("The sign-in did not succeed.");
    }
  },
};

interface Provider {
  server: oidcClient.AuthorizationServer;
  client: oidcClient.Client;
  authentication: oidcClient.ClientAuth;
  settings: OidcSettings;
  /** Plain http is for a provider on this machine only. */
  options: { [oidcClient.allowInsecureRequests]: boolean };
}

async function open(settings: OidcSettings): Promise<Provider> {
  const issuer = new URL(settings.issuer);
  const options = { [oidcClient.allowInsecureRequests]: isLoopbackHost(issuer.hostname) };
  const response = await oidcClient.discoveryRequest(issuer, options);
  return {
    server: await oidcClient.processDiscoveryResponse(issuer, response),
    client: { client_id: settings.clientId },
    authentication: settings.clientSecret
      ? oidcClient.ClientSecretBasic(settings.clientSecret)
      : oidcClient.None(),
    settings,
    options,
  };
}

async function sendAway(request: Request, { env, origin, settings }: SignInContext): Promise<Response> {
  const provider = await open(settings.oidc!);
  const verifier = oidcClient.generateRandomCodeVerifier();
  const nonce = oidcClient.generateRandomNonce();
  const { pathname, search } = new URL(request.url);
  const { state, cookie } = await beginTransaction(env.OAUTH_KV, {
    verifier,
    nonce,
    returnTo: pathname + search,
  });
  const url = new URL(provider.server.authorization_endpoint!);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: settings.oidc!.clientId,
    redirect_uri: `${origin}${callbackPath}`,
    scope: "openid email profile",
    code_challenge: await oidcClient.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
  }).toString();
  return redirect(url.href, new Headers(), cookie);
}

async function redeem(
  { server, client, authentication, settings, options }: Provider,
  callback: URL,
  pending: z.infer<typeof Pending>,
  redirectUri: string,
): Promise<User | undefined> {
  const state = callback.searchParams.get("state")!;
  const parameters = oidcClient.validateAuthResponse(server, client, callback, state);
  const response = await oidcClient.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    parameters,
    redirectUri,
    pending.verifier,
    options,
  );
  const tokens = await oidcClient.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: pending.nonce,
    requireIdToken: true,
  });
  // The token came straight from the provider over TLS, which is proof enough (OpenID Connect Core, 3.1.3.7, 6);
  // the signature is checked all the same.
  await oidcClient.validateApplicationLevelSignature(server, response, options);
  return userOf(oidcClient.getValidatedIdTokenClaims(tokens)!, settings);
}

async function userOf(claims: oidcClient.IDToken, settings: OidcSettings): Promise<User | undefined> {
  const email = typeof claims["email"] === "string" ? claims["email"] : undefined;
  const verified = claims["email_verified"] !== false;
  if (settings.allowed.length > 0 && !(email && verified && mayEnter(email, settings.allowed)))
    return undefined;
  const name = typeof claims["name"] === "string" ? claims["name"] : undefined;
  return { id: `oidc-${digest(`${claims.iss} ${claims.sub}`)}`, label: email ?? name ?? claims.sub };
}

/** @param allowed addresses (`ann@example.com`) and domains (`@example.com`) */
export function mayEnter(email: string, allowed: readonly string[]): boolean {
  const address = email.toLowerCase();
  return allowed.some((entry) => {
    const wanted = entry.toLowerCase();
    return wanted.startsWith("@")
      ? address.endsWith(wanted) && address.split("@").length === 2
      : address === wanted;
  });
}

function refused(sentence: string): Promise<Response> {
  return messagePage({
    title: "You are not signed in",
    sentence,
    next: "Go back to your program and connect again.",
    status: 403,
  });
}
