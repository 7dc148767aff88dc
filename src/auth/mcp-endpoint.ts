/**
 * The door of `/mcp` and `/mcp/<api>`: known path, POST, allowed Origin, then a token that was issued for exactly
 * this path. An admitted request is passed on with its `Caller`; the rest of the road never sees a token.
 */
import {
  insufficientScope,
  OAuthResourceServer,
  type OAuthAuthorizationServer,
  type OAuthResourceContext,
} from "@cloudflare/workers-oauth-provider";
import { accessTokenClientId } from "../terms/access-token-client.ts";
import { resolveAccessToken, tokenPrefix } from "../vault/access-tokens.ts";
import { authorizationServer } from "./authorization-server.ts";
import { namesOf, paths, resourceOf } from "./resources.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import { sessionHeader } from "../terms/session-header.ts";
import type { McpRequest } from "../mcp/tool-context.ts";
import { callerOf, GrantProps, openCaller, type ConnectionProps } from "./caller.ts";
import { originAllowed } from "./origin.ts";
import { placeOf, serveOthers } from "./this-machine.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { formatScope } from "../terms/scopes.ts";
import { coversSome, isAdmitted, refusal, standingOfToken } from "./permission.ts";
import type { SignInContext } from "./sign-in/sign-in.ts";
import { connectionKey } from "../vault/connection.ts";

export type McpHandler = (call: McpRequest) => Promise<Response>;

interface EndpointContext extends SignInContext {
  ctx: ExecutionContext;
  /** All APIs of the deployment. */
  apis: DeployedApi[];
  serve: McpHandler;
}

const metadataPrefix = "/.well-known/oauth-protected-resource";

/** The MCP path that `pathname` is, or whose metadata it names; undefined if it is neither. */
export function mcpPathOf(pathname: string): string | undefined {
  const path = pathname.startsWith(metadataPrefix) ? pathname.slice(metadataPrefix.length) : pathname;
  return path === paths.mcp || path.startsWith(`${paths.mcp}/`) ? path : undefined;
}

/** @param mcpPath `/mcp` or below, as `mcpPathOf` found it */
export async function mcpEndpoint(
  request: Request,
  mcpPath: string,
  context: EndpointContext,
): Promise<Response> {
  const { env, ctx, origin, loopback, apis, settings } = context;
  const isMetadata = new URL(request.url).pathname.startsWith(metadataPrefix);
  if (isMetadata && settings.OPEN) return noLogin();
  const api = mcpPath === paths.mcp ? undefined : mcpPath.slice(paths.mcp.length + 1);
  const served = apis.filter(({ name }) => name === (api ?? name));
  if (api !== undefined && served.length === 0)
    return jsonRpcError(
      404,
      `Unknown API "${api.slice(0, 60)}". This server has: ${namesOf(apis).join(", ") || "none"}.`,
    );
  const resource = resourceServer(api, served, context);
  if (isMetadata) return resource.fetch(request, env, ctx);
  if (!originAllowed(request.headers.get("Origin"), origin, settings))
    return jsonRpcError(403, "This web page may not use this server: its origin is not in ALLOWED_ORIGINS.");
  // A client that has no token yet should learn that it has to log in, whatever it tries first.
  if (!settings.OPEN) return resource.fetch(request, env, ctx);
  if (!isServed(request)) return notServed();
  // A program cannot be sent to the door, so here a proxy that shows nothing of itself counts as this machine.
  const place = placeOf(request.headers, loopback, env.SUPERVISED === "true");
  if (place.is === "elsewhere")
    return jsonRpcError(
      403,
      `This server runs with --open, so it serves only its own machine, and ${place.why}. ${serveOthers}`,
    );
  const caller = openCaller(namesOf(served), request.headers.get(sessionHeader) ?? "");
  return context.serve({ request, env, ctx, caller, apis: served });
}

/** With --open nobody can log in, and a client that is offered it would try. */
export function noLogin(): Response {
  return jsonRpcError(404, "This server runs with --open: there is no login, and none is needed.");
}

const isServed = ({ method }: Request) => method === "POST" || method === "OPTIONS";

function notServed(): Response {
  return jsonRpcError(405, "Use POST: this MCP endpoint offers no event stream for GET.", {
    headers: { Allow: "POST, OPTIONS" },
  });
}

/** @param api the API whose path it is, or undefined for the path of all; `served` there */
function resourceServer(
  api: string | undefined,
  served: DeployedApi[],
  { origin, apis, settings, serve }: EndpointContext,
): OAuthResourceServer<Env, ConnectionProps> {
  const names = namesOf(served);
  const issuer = authorizationServer(origin, apis, settings);
  const needed = names.map((name) => formatScope({ api: name, access: "read" }));
  return new OAuthResourceServer<Env, ConnectionProps>({
    resourceMetadata: {
      resource: resourceOf(origin, api),
      authorization_servers: [origin],
      resource_name: api === undefined ? "isogate" : `isogate: ${api}`,
    },
    // What a client asks for first; the user adds writing on the consent page.
    requiredScopes: needed,
    validateToken: (env) => (resource, token) =>
      token.startsWith(tokenPrefix)
        ? headless({ env, settings }, resource, token)
        : granted(issuer, { env, settings, apis, origin }, resource, token),
    handler: {
      fetch: (request: Request, env: Env, ctx: OAuthResourceContext<ConnectionProps>) => {
        if (!isServed(request)) return notServed();
        const caller = callerOf(ctx, names);
        // Refuses only a token for nothing at all; the tool decides for each operation and names the scope it needs.
        if (Object.keys(caller.access).length === 0) return insufficientScope(ctx.auth, needed);
        return serve({ request, env, ctx, caller, apis: served });
      },
    },
  });
}

type Asked = Pick<EndpointContext, "env" | "settings">;

async function granted(
  issuer: OAuthAuthorizationServer<Env>,
  { env, settings, apis, origin }: Asked & Pick<EndpointContext, "apis" | "origin">,
  resource: string,
  token: string,
) {
  const forAll = resourceOf(origin, undefined);
  const own = await issuer.validateToken(resource, token, env);
  const validated = own ?? (resource === forAll ? null : await issuer.validateToken(forAll, token, env));
  // A grant of an earlier version whose props no longer fit counts as none: the client logs in again.
  const props = GrantProps.safeParse(validated?.props);
  if (!validated || !props.success || !isAdmitted(props.data.user, settings)) return null;
  // A client that knows of no paths may use its token for each. Its scopes limit it all the same.
  if (!own && !props.data.anyPath) return null;
  // Of APIs that are gone: 401 makes the client log in, and 403 would only make it refresh.
  if (!coversSome(validated.scope, apis)) return null;
  return {
    ...validated,
    audience: resource,
    props: { ...props.data, connectionKey: connectionKey(token, "grant") },
  };
}

/** A token of ours for headless use: issued for this deployment as a whole, limited by its scopes. */
async function headless({ env, settings }: Asked, resource: string, token: string) {
  const record = await resolveAccessToken(env.OAUTH_KV, token);
  if (!record) return null;
  const { id, userId, name, scopes: scope, expiresAt } = record;
  const user = record.user ?? { id: userId, label: userId };
  const standing = await standingOfToken(user, { env, settings });
  if (standing === "unreachable") throw refusal(standing);
  if (standing === "ended") return null;
  const key = connectionKey(token, "access-token");
  const props: ConnectionProps = { user, clientName: name, connectionKey: key };
  return { props, audience: resource, expiresAt, scope, userId, clientId: accessTokenClientId(id) };
}
