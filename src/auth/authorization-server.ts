/**
 * The OAuth 2.1 authorization server of one origin: it issues tokens for `/mcp` and for `/mcp/<api>` of every API,
 * each token for exactly one of them. A new one is made when the origin or the list of APIs changes.
 */
import {
  OAuthAuthorizationServer,
  type OAuthAuthorizationServerOptions,
  type OAuthHelpers,
} from "@cloudflare/workers-oauth-provider";
import { onClientsWord } from "./client-document.ts";
import { unusedDays } from "./grants.ts";
import { accessTokenSeconds, askBeforeTokens } from "./permission.ts";
import { admitRegistration } from "./registration.ts";
import { namesOf, paths, resourceOf, type Named } from "./resources.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { logEvent } from "../terms/log.ts";
import { allScopes } from "../terms/scopes.ts";
import type { Settings } from "./settings.ts";

type Server = OAuthAuthorizationServer<Env>;

/** A loopback origin includes a port that the client chooses, so there can be many: hold only a few. */
const held = new BoundedMap<string, Server>(8);

/**
 * @param apis the deployment's APIs, in their order
 * @param settings PRIVATE_CLIENT_HOSTS holds for all that the server fetches
 */
export function authorizationServer(
  origin: string,
  apis: readonly Named[],
  { PRIVATE_CLIENT_HOSTS: privateHosts }: Pick<Settings, "PRIVATE_CLIENT_HOSTS">,
): Server {
  const names = namesOf(apis);
  const make = () => new OAuthAuthorizationServer<Env>(serverOptions(origin, names));
  return onClientsWord(held.take(`${origin} ${names.join(" ")}`, make), privateHosts);
}

/** What the pages ask the server of one origin; parameters as for `authorizationServer`. */
export function oauthApi(env: Env, ...of: Parameters<typeof authorizationServer>): OAuthHelpers {
  return onClientsWord(authorizationServer(...of).getOAuthApi(env), of[2].PRIVATE_CLIENT_HOSTS);
}

function serverOptions(origin: string, apis: readonly string[]): OAuthAuthorizationServerOptions<Env> {
  return {
    issuer: origin,
    resources: [resourceOf(origin, undefined), ...apis.map((api) => resourceOf(origin, api))],
    // Clients older than revision 2025-06 send no resource.
    defaultResource: resourceOf(origin, undefined),
    authorizeEndpoint: paths.authorize,
    tokenEndpoint: paths.token,
    clientRegistrationEndpoint: paths.register,
    clientRegistrationCallback: ({ request, clientMetadata: { redirect_uris: uris } }) =>
      admitRegistration(request, Array.isArray(uris) ? uris.map(String) : []),
    clientIdMetadataDocumentEnabled: true,
    // `authorize.ts` admits only the programs on its list.
    allowPrivateUseRedirectUris: true,
    scopesSupported: allScopes(apis),
    accessTokenTTL: accessTokenSeconds,
    tokenExchangeCallback: askBeforeTokens,
    refreshTokenTTL: unusedDays * 86_400,
    refreshTokenIdleTTL: unusedDays * 86_400,
    onError: ({ code, status, internal }) => {
      // The answer is generic (RFC 6749, 5.2); the log has the reason, but not `detail`, which could quote the client.
      logEvent("isogate.oauth.refused", {
        "http.response.status_code": status,
        "error.type": code,
        "isogate.category": internal.category,
        "isogate.reason": internal.reason,
      });
    },
  };
}
