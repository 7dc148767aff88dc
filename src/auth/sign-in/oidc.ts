/**
 * Sign-in with any OpenID Connect provider: authorization code with PKCE, `state` bound to the browser, `nonce`,
 * and an ID token whose issuer, audience, signature and times oauth4webapi checks (OpenID Connect Core, 3.1.3.7).
 * The provider decides who may sign in, and OIDC_ALLOWED can restrict it to people or domains. A provider that lists
 * `offline_access` is asked again later: there nobody signs in without a refresh token, because the browser of a user who
 * wants to stay could see to it that none is given. The list is asked at every use.
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
import type { LoginClient } from "../../vault/upstream-tokens.ts";
import { callbackPath, type SignIn, type SignInContext, type User } from "./sign-in.ts";

const Pending = z.object({
  verifier: z.string(),
  nonce: z.string(),
  returnTo: z.string().startsWith("/"),
  /** Whether the provider was told to ask the user. */
  consent: z.boolean(),
});

/** Answers of providers that give out no refresh token to this client or user. */
const refusesOffline = new Set(["invalid_scope", "not_allowed"]);

export const oidc: SignIn = {
  name: "oidc",

  admits: ({ address, provider }, settings) =>
    provider === providerIn(settings) &&
    (settings.OIDC_ALLOWED.length === 0 || isNamed(address, settings.OIDC_ALLOWED)),

  async standing({ id: userId, askable }, { env, settings }, freshMs) {
    if (!askable) return "stands";
    const client = () =>
      discover(settings)
        .then(clientAt)
        .catch((error: unknown) => {
          logEvent("isogate.sign-in.unasked", {}, error);
          return undefined;
        });
    return askSignIn({ env, secret: settings.ISOGATE_SECRET ?? "", userId }, freshMs, client);
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
      if (user === "not-askable")
        return pending.data.consent
          ? notAskable()
          : await sendAway(request, pending.data.returnTo, context, true);
      if (!user) return refused("This account may not use this server.");
      await noteUser(env.OAUTH_KV, user);
      const session = await startSession(user, settings.ISOGATE_SECRET ?? "");
      return redirect(`${origin}${pending.data.returnTo}`, new Headers(), finished.cookie, session);
    } catch (error) {
      // The provider's answer may quote tokens: log only the kind of failure.
      const answered =
        error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError;
      const code = answered ? error.error : undefined;
      if (asksOffline(provider.server) && refusesOffline.has(code ?? "")) return notAskable(code);
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

type Provider = Awaited<ReturnType<typeof discover>>;

/** Who asks for tokens, and where. */
const clientAt = ({ server, client }: Provider): LoginClient => ({
  tokenUrl: server.token_endpoint!,
  clientId: client.client_id,
});

/** Whether the provider says that it gives refresh tokens. */
const asksOffline = (server: oauth.AuthorizationServer) =>
  server.scopes_supported?.includes("offline_access") ?? false;

/** @param consent whether the provider is to ask the user: some give no refresh token else (OpenID Connect Core, 11) */
async function sendAway(
  request: Request,
  returnTo: string,
  { origin, settings }: SignInContext,
  consent = false,
): Promise<Response> {
  const { server, client } = await discover(settings);
  const nonce = oauth.generateRandomNonce();
  const parameters = {
    client_id: client.client_id,
    redirect_uri: `${origin}${callbackPath}`,
    scope: `openid email profile${asksOffline(server) ? " offline_access" : ""}`,
    nonce,
    ...(consent && { prompt: "consent" }),
  };
  const kept = { nonce, returnTo, consent };
  const keep = { secret: settings.ISOGATE_SECRET! };
  return sendToLogin(new URL(server.authorization_endpoint!), parameters, kept, keep, request);
}

/** @returns nobody where the settings do not admit them, `not-askable` where the provider owes a refresh token */
async function redeem(
  provider: Provider,
  request: Request,
  { verifier, nonce }: z.infer<typeof Pending>,
  { env, origin, settings }: SignInContext,
): Promise<User | "not-askable" | undefined> {
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
  const user = userOf(claims, settings);
  if (!oidc.admits(user, settings)) return undefined;
  const keeper = { env, secret: settings.ISOGATE_SECRET ?? "", userId: user.id };
  if (tokens.refresh_token === undefined) {
    if (asksOffline(server)) return "not-askable";
    await forgetSignIn(keeper);
    return user;
  }
  await keepSignIn(keeper, {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    ...clientAt(provider),
    ...(settings.OIDC_CLIENT_SECRET !== undefined && {
      clientSecret: "OIDC_CLIENT_SECRET",
      clientAuth: "basic" as const,
    }),
  });
  return { ...user, askable: true };
}

/** What tells a provider, and our client at it, from others: nobody whom another one vouched for is let in. */
export function providerIn({
  OIDC_ISSUER: issuer = "",
  OIDC_CLIENT_ID: clientId = "",
}: Pick<Settings, "OIDC_ISSUER" | "OIDC_CLIENT_ID">): string {
  return digest(JSON.stringify([new URL(issuer).href, clientId]));
}

function userOf(claims: oauth.IDToken, settings: Settings): User {
  const email = typeof claims["email"] === "string" ? claims["email"] : undefined;
  // A few providers send the text. Absent means unknown, and anybody can write any address into their profile.
  const verified = claims["email_verified"] === true || claims["email_verified"] === "true";
  const name = typeof claims["name"] === "string" ? claims["name"] : undefined;
  return {
    id: `oidc-${digest(`${claims.iss} ${claims.sub}`)}`,
    label: email ?? name ?? claims.sub,
    provider: providerIn(settings),
    ...(email !== undefined && verified && { address: email }),
  };
}

/** @param code the provider's error, if it answered with one */
function notAskable(code?: string): Promise<Response> {
  logEvent("isogate.sign-in.failed", { "error.type": "no-refresh-token", "isogate.oauth.error": code });
  return refused(
    "The identity provider gave no refresh token, with which this server asks again later whether you may still use it.",
    "Connect again. If this comes back, the operator of this server allows its client at the provider the scope offline_access and the grant type Refresh Token.",
  );
}

function refused(sentence: string, next = "Go back to your client and connect again."): Promise<Response> {
  return messagePage({ title: "You are not signed in", sentence, next, status: 403 });
}
