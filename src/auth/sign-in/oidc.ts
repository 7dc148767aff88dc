/**
 * Sign-in with any OpenID Connect provider: authorization code with PKCE, `state` bound to the browser, `nonce`,
 * and an ID token whose issuer, audience, signature and times oauth4webapi checks (OpenID Connect Core, 3.1.3.7).
 * The provider decides who may sign in, and OIDC_ALLOWED can restrict it to people or domains. Where the provider gives
 * a refresh token (`offline_access`), it is asked again later; the list is asked at every use.
 */
import * as oauth from "oauth4webapi";
import { z } from "zod";
import { BoundedMap } from "../../terms/bounded-map.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import { messagePage } from "../pages/message.ts";
import { digest } from "../../terms/digest.ts";
import { errorName, logEvent } from "../../terms/log.ts";
import { readSession, startSession } from "../sign-in-cookie.ts";
import { redirect } from "../redirect.ts";
import type { Settings } from "../settings.ts";
import { finishTransaction, sendToLogin } from "../transactions.ts";
import { isNamed } from "../people.ts";
import { providerOptions, readIdToken } from "./id-token.ts";
import { noteUser } from "../users.ts";
import { askSignIn, forgetSignIn, keepSignIn } from "../../vault/sign-in-login.ts";
import { callbackPath, type SignIn, type SignInContext, type User } from "./sign-in.ts";

const Pending = z.object({
  verifier: z.string(),
  nonce: z.string(),
  returnTo: z.string().startsWith("/"),
  /** Whether the provider was asked for a refresh token. */
  offline: z.boolean(),
});

/** Answers of providers that give out no refresh token to this client or user: the sign-in works without. */
const refusesOffline = new Set(["invalid_scope", "not_allowed"]);

export const oidc: SignIn = {
  name: "oidc",

  admits: ({ id, address }, { OIDC_ALLOWED: allowed }) =>
    id.startsWith("oidc-") && (allowed.length === 0 || isNamed(address, allowed)),

  async standing({ id: userId, askable }, { env, settings }, freshMs) {
    if (!askable) return "stands";
    return askSignIn({ env, secret: settings.ISOGATE_SECRET ?? "", userId }, freshMs);
  },

  async identify(request, context) {
    const user = await readSession(request, context);
    const { pathname, search } = new URL(request.url);
    return user ? { user } : { respond: await sendAway(request, pathname + search, context) };
  },

  async callback(request, context) {
    const { env, origin, settings } = context;
    const finished = await finishTransaction(env.OAUTH_KV, settings.ISOGATE_SECRET, request);
    const pending = Pending.safeParse(finished?.data);
    if (!finished || !pending.success)
      return refused("The sign-in took too long, or it started in another browser.");
    const provider = await discover(settings);
    try {
      const user = await redeem(provider, request, pending.data, context);
      if (!user) return refused("This account may not use this server.");
      await noteUser(env.OAUTH_KV, user);
      const session = await startSession(user, settings.ISOGATE_SECRET ?? "");
      return redirect(`${origin}${pending.data.returnTo}`, new Headers(), finished.cookie, session);
    } catch (error) {
      // The provider's answer may quote tokens: log only the kind of failure.
      const answered =
        error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError;
      const code = answered ? error.error : undefined;
      if (pending.data.offline && refusesOffline.has(code ?? ""))
        return sendAway(request, pending.data.returnTo, context, false);
      logEvent("isogate.sign-in.failed", { "error.type": errorName(error), "isogate.oauth.error": code });
      return refused("The sign-in failed.");
    }
  },
};

/** What a provider says of itself changes rarely; asking at each visit would let anybody make us ask. */
const discoveryMs = 60 * 60_000;
const discovered = new BoundedMap<string, { server: oauth.AuthorizationServer; until: number }>(4);

async function discover(settings: Settings) {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = settings;
  const url = new URL(issuer!);
  const options = providerOptions(isLoopbackHost(url.hostname));
  let known = discovered.get(url.href);
  if (!known || known.until <= Date.now()) {
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
    known = { server, until: Date.now() + discoveryMs };
    discovered.set(url.href, known);
  }
  const { server } = known;
  const authentication = clientSecret ? oauth.ClientSecretBasic(clientSecret) : oauth.None();
  return { server, client: { client_id: clientId! }, authentication, options };
}

/** @param mayOffline whether to ask for a refresh token, if the provider says that it gives them */
async function sendAway(
  request: Request,
  returnTo: string,
  { origin, settings }: SignInContext,
  mayOffline = true,
): Promise<Response> {
  const { server, client } = await discover(settings);
  const nonce = oauth.generateRandomNonce();
  const offline = mayOffline && (server.scopes_supported ?? []).includes("offline_access");
  const parameters = {
    client_id: client.client_id,
    redirect_uri: `${origin}${callbackPath}`,
    scope: `openid email profile${offline ? " offline_access" : ""}`,
    nonce,
  };
  const kept = { nonce, returnTo, offline };
  const keep = { secret: settings.ISOGATE_SECRET! };
  return sendToLogin(new URL(server.authorization_endpoint!), parameters, kept, keep, request);
}

async function redeem(
  provider: Awaited<ReturnType<typeof discover>>,
  request: Request,
  { verifier, nonce }: z.infer<typeof Pending>,
  { env, origin, settings }: SignInContext,
): Promise<User | undefined> {
  const { server, client, authentication, options } = provider;
  const url = new URL(request.url);
  const code = oauth.validateAuthResponse(server, client, url, url.searchParams.get("state")!);
  const callback = `${origin}${callbackPath}`;
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    code,
    callback,
    verifier,
    options,
  );
  const { tokens, claims } = await readIdToken(provider, response, nonce);
  const user = userOf(claims);
  if (!oidc.admits(user, settings)) return undefined;
  const keeper = { env, secret: settings.ISOGATE_SECRET ?? "", userId: user.id };
  if (tokens.refresh_token === undefined) {
    await forgetSignIn(keeper);
    return user;
  }
  await keepSignIn(keeper, {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    tokenUrl: server.token_endpoint!,
    clientId: client.client_id,
    ...(settings.OIDC_CLIENT_SECRET !== undefined && {
      clientSecret: "OIDC_CLIENT_SECRET",
      clientAuth: "basic" as const,
    }),
  });
  return { ...user, askable: true };
}

function userOf(claims: oauth.IDToken): User {
  const email = typeof claims["email"] === "string" ? claims["email"] : undefined;
  // A few providers send the text. Absent means unknown, and anybody can write any address into their profile.
  const verified = claims["email_verified"] === true || claims["email_verified"] === "true";
  const name = typeof claims["name"] === "string" ? claims["name"] : undefined;
  return {
    id: `oidc-${digest(`${claims.iss} ${claims.sub}`)}`,
    label: email ?? name ?? claims.sub,
    ...(email !== undefined && verified && { address: email }),
  };
}

function refused(sentence: string): Promise<Response> {
  const next = "Go back to your program and connect again.";
  return messagePage({ title: "You are not signed in", sentence, next, status: 403 });
}
