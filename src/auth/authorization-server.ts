/**
 * The OAuth 2.1 authorization server of one origin: it issues tokens for `/mcp` and for `/mcp/<api>` of every API,
 * each token for exactly one of them. Made anew when the origin or the list of APIs is another one.
 */
import {
  OAuthAuthorizationServer,
  type OAuthAuthorizationServerOptions,
} from "@cloudflare/workers-oauth-provider";
import { admitRegistration } from "./registration.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { logEvent } from "../terms/log.ts";
import { allScopes } from "../terms/scopes.ts";

export const paths = {
  mcp: "/mcp",
  authorize: "/authorize",
  token: "/oauth/token",
  register: "/oauth/register",
} as const;

/** The resource that a token for this MCP path is bound to (RFC 8707): the URL that clients use. */
export function resourceOf(origin: string, api: string | undefined): string {
  return api === undefined ? `${origin}${paths.mcp}` : `${origin}${paths.mcp}/${api}`;
}

/** The names of the APIs that a resource serves. */
export function apisOfResource(resource: string, origin: string, apis: readonly string[]): string[] {
  if (resource === resourceOf(origin, undefined)) return [...apis];
  return apis.filter((api) => resource === resourceOf(origin, api));
}

type Server = OAuthAuthorizationServer<Env>;

/** Loopback origins differ by port, so their number is the client's choice: hold only a few. */
const held = new BoundedMap<string, Server>(8);

/** @param apis names of the deployment's APIs, in their order */
export function authorizationServer(origin: string, apis: readonly string[]): Server {
  const make = () => new OAuthAuthorizationServer<Env>(serverOptions(origin, apis));
  return held.take(`${origin} ${apis.join(" ")}`, make);
}

function serverOptions(origin: string, apis: readonly string[]): OAuthAuthorizationServerOptions<Env> {
  return {
    issuer: origin,
    resources: [resourceOf(origin, undefined), ...apis.map((api) => resourceOf(origin, api))],
    // Clients of before 2025-06 send no resource.
    defaultResource: resourceOf(origin, undefined),
    authorizeEndpoint: paths.authorize,
    tokenEndpoint: paths.token,
    clientRegistrationEndpoint: paths.register,
    clientRegistrationCallback: ({ request }) => admitRegistration(request),
    clientIdMetadataDocumentEnabled: true,
    // For the programs that `authorize.ts` names, and no others.
    allowPrivateUseRedirectUris: true,
    scopesSupported: allScopes(apis),
    accessTokenTTL: 3_600,
    refreshTokenTTL: 30 * 86_400,
    refreshTokenIdleTTL: 30 * 86_400,
    onError: ({ code, status, internal }) => {
      // The answer is generic (RFC 6749, 5.2); this line has the reason. `detail` could quote the client: left out.
      logEvent("isogate.oauth.refused", {
        "http.response.status_code": status,
        "error.type": code,
        "isogate.category": internal.category,
        "isogate.reason": internal.reason,
      });
    },
  };
}
