/**
 * Puts the login in front of everything. `/mcp` and `/mcp/<api>` need an access token; the OAuth endpoints and their
 * metadata are answered here; every other path goes to the pages. A request that is passed on has the origin that
 * clients use, even behind a proxy that changed it.
 */
import { readManifest } from "../store/catalogs.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { authorizationServer, oauthApi, paths } from "./authorization-server.ts";
import { authorize } from "./authorize.ts";
import { fieldsOf, readFormBytes } from "./form.ts";
import { mcpEndpoint, mcpPathOf, type McpHandler } from "./mcp-endpoint.ts";
import { ownOrigin } from "./origin.ts";
import { readSettings } from "./settings.ts";
import { refreshedGrant } from "./refresh-turn.ts";
import { signIns } from "./sign-in/index.ts";
import { callbackPath, type SignInContext } from "./sign-in/sign-in.ts";
import { tokens, tokensPath, type RenderTokens } from "./token-page.ts";
import { finishLogin, loginCallbackPath } from "./upstream-login.ts";

interface Behind {
  mcp: McpHandler;
  pages(request: Request, ctx: ExecutionContext, login: SignInContext): Response | Promise<Response>;
  tokensPage?: RenderTokens;
}

const ownPaths = new Set<string>([
  paths.authorize,
  paths.token,
  paths.register,
  loginCallbackPath,
  tokensPath,
  "/.well-known/oauth-authorization-server",
]);

export function withLogin(behind: Behind) {
  return {
    async fetch(received: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
      const read = readSettings(env);
      if (!read.ok) return jsonRpcError(500, read.failure);
      const { settings } = read;
      const own = ownOrigin(new URL(received.url), settings);
      if (!own.ok) return jsonRpcError(421, own.failure);
      const { origin, loopback } = own;
      const login = { env, settings, origin, loopback, signIn: signIns[settings.SIGN_IN] };
      return route(atOrigin(received, origin), ctx, login, behind);
    },
  };
}

async function route(
  request: Request,
  ctx: ExecutionContext,
  login: SignInContext,
  behind: Behind,
): Promise<Response> {
  const { env, settings, origin, signIn } = login;
  const { pathname } = new URL(request.url);
  if (pathname === callbackPath && signIn.callback) return signIn.callback(request, login);
  const mcpPath = mcpPathOf(pathname);
  if (mcpPath === undefined && !ownPaths.has(pathname)) return behind.pages(request, ctx, login);

  const { apis } = await readManifest(env.CATALOGS);
  if (mcpPath !== undefined) return mcpEndpoint(request, mcpPath, { ...login, ctx, apis, serve: behind.mcp });
  const server = authorizationServer(origin, apis, settings);
  const context = { ...login, oauth: oauthApi(env, origin, apis, settings), apis };
  if (pathname === paths.authorize) return authorize(request, context);
  if (pathname === tokensPath) return tokens(request, context, behind.tokensPage);
  if (pathname === loginCallbackPath) return finishLogin(request, context);
  if (pathname !== paths.token || request.method !== "POST") return server.fetch(request, env, ctx);
  const bytes = await readFormBytes(request);
  if (!bytes) return Response.json({ error: "invalid_request" }, { status: 413 });
  const again = new Request(request, { method: "POST", body: bytes });
  const grant = await refreshedGrant(fieldsOf(bytes), env.OAUTH_KV);
  return grant === undefined
    ? server.fetch(again, env, ctx)
    : env.REFRESH_TURNS.getByName(grant).fetch(again);
}

function atOrigin(request: Request, origin: string): Request {
  const url = new URL(request.url);
  return url.origin === origin ? request : new Request(`${origin}${url.pathname}${url.search}`, request);
}
