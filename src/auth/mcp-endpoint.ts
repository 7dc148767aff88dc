/**
 * The door of `/mcp` and `/mcp/<api>`: known path, POST, allowed Origin, then a token that was issued for exactly
 * this path. What passes is handed on with its `Caller`; the rest of the road never sees a token.
 */
import {
  insufficientScope,
  OAuthResourceServer,
  type OAuthAuthorizationServer,
  type OAuthResourceContext,
} from "@cloudflare/workers-oauth-provider";
import { accessTokenClient, resolveAccessToken, tokenPrefix } from "../vault/access-tokens.ts";
import { authorizationServer, paths, resourceOf } from "./authorization-server.ts";
import type { Caller } from "../terms/caller.ts";
import { callerOf, GrantProps, type ConnectionProps } from "./grant.ts";
import { openCaller } from "./open.ts";
import { fromThisMachine, originAllowed } from "./origin.ts";
import { formatScope } from "../terms/scopes.ts";
import type { Settings } from "./settings.ts";
import { connectionKey } from "../vault/connection.ts";

/** Serves MCP for one caller. `path.api` is set for `/mcp/<api>`. */
export type McpHandler = (
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  caller: Caller,
  path: { api?: string },
) => Promise<Response>;

export interface EndpointContext {
  env: Env;
  ctx: ExecutionContext;
  settings: Settings;
  origin: string;
  loopback: boolean;
  /** Names of the deployment's APIs. */
  apis: string[];
  serve: McpHandler;
}

const metadataPrefix = "/.well-known/oauth-protected-resource";

/** The MCP path that a path is or whose metadata it names, or undefined if it is neither. */
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
  const { origin, apis, settings } = context;
  const isMetadata = new URL(request.url).pathname !== mcpPath;
  const api = mcpPath === paths.mcp ? undefined : mcpPath.slice(paths.mcp.length + 1);
  if (api !== undefined && !apis.includes(api))
    return refusal(
      404,
      `There is no API "${api.slice(0, 60)}" here. There is: ${apis.join(", ") || "none"}.`,
    );
  const resource = resourceServer(api, context);
  if (isMetadata) return resource.fetch(request, context.env, context.ctx);
  if (!originAllowed(request.headers.get("Origin"), origin, settings))
    return refusal(403, "This web page may not use this server: its origin is not in ALLOWED_ORIGINS.");
  if (request.method !== "POST" && request.method !== "OPTIONS")
    return refusal(405, "MCP is spoken here by POST; there is no event stream to GET.", {
      Allow: "POST, OPTIONS",
    });
  if (settings.open) return serveOpen(request, api, context);
  return resource.fetch(request, context.env, context.ctx);
}

function resourceServer(
  api: string | undefined,
  context: EndpointContext,
): OAuthResourceServer<Env, ConnectionProps> {
  const { origin, apis, serve } = context;
  const served = api === undefined ? apis : [api];
  const issuer = authorizationServer(origin, apis);
  const needed = served.map((name) => formatScope({ api: name, access: "read" }));
  return new OAuthResourceServer<Env, ConnectionProps>({
    resourceMetadata: {
      resource: resourceOf(origin, api),
      authorization_servers: [origin],
      resource_name: api === undefined ? "isogate" : `isogate: ${api}`,
    },
    // What a client asks for first; the person adds writing on the consent page.
    requiredScopes: needed,
    validateToken: (env) => (resource, token) =>
      token.startsWith(tokenPrefix) ? headless(env, resource, token) : granted(issuer, env, resource, token),
    handler: {
      fetch: (request: Request, env: Env, ctx: OAuthResourceContext<ConnectionProps>) => {
        const caller = callerOf(ctx, served);
        // What a single operation needs is decided in the tool, which names the scope; here a token for nothing at all.
        if (Object.keys(caller.access).length === 0) return insufficientScope(ctx.auth, needed);
        return serve(request, env, ctx, caller, api === undefined ? {} : { api });
      },
    },
  });
}

async function granted(issuer: OAuthAuthorizationServer<Env>, env: Env, resource: string, token: string) {
  const validated = await issuer.validateToken(resource, token, env);
  // A grant of an earlier version whose props no longer fit is as good as none: the client logs in again.
  const props = GrantProps.safeParse(validated?.props);
  if (!validated || !props.success) return null;
  return { ...validated, props: { ...props.data, connectionKey: connectionKey(token, "grant") } };
}

/** A token of ours for headless use: issued for this deployment as a whole, limited by its scopes. */
async function headless(env: Env, resource: string, token: string) {
  const record = await resolveAccessToken(env.OAUTH_KV, token);
  if (!record) return null;
  const { id, userId, name, scopes: scope, expiresAt } = record;
  const key = connectionKey(token, "access-token");
  const props: ConnectionProps = { userId, clientName: name, connectionKey: key };
  return { props, audience: resource, expiresAt, scope, userId, clientId: `${accessTokenClient}${id}` };
}

async function serveOpen(
  request: Request,
  api: string | undefined,
  context: EndpointContext,
): Promise<Response> {
  const { env, ctx, loopback, apis, serve } = context;
  if (!loopback || !fromThisMachine(request.headers))
    return refusal(403, "This server runs with --open, which serves its own machine only.");
  return serve(
    request,
    env,
    ctx,
    openCaller(api === undefined ? apis : [api]),
    api === undefined ? {} : { api },
  );
}

/** A JSON-RPC error without an id, which is what MCP clients can show. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32_000, message } }, { status, headers });
}
