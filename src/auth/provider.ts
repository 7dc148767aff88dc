/**
 * Puts the login in front of everything. `/mcp` and `/mcp/<api>` are reached with an access token only; the OAuth
 * endpoints and their metadata are answered here; every other path goes to the pages. The request that is handed on
 * has the origin that clients use, whatever a proxy in front made of it.
 */
import { readManifest } from "../store/catalogs.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { authorizationServer, paths } from "./authorization-server.ts";
import { authorize } from "./authorize.ts";
import { clientDocumentProblem, clientIdOf } from "./client-document.ts";
import { fieldsOf, readFormBytes } from "./form.ts";
import { mcpEndpoint, mcpPathOf, type McpHandler } from "./mcp-endpoint.ts";
import { ownOrigin } from "./origin.ts";
import { readSettings } from "./settings.ts";
import { refreshedGrant } from "./refresh-turn.ts";
import { signIns } from "./sign-in/index.ts";
import { callbackPath } from "./sign-in/sign-in.ts";
import { tokens, tokensPath } from "./token-page.ts";
import { finishLogin, loginCallbackPath } from "./upstream-login.ts";

export interface Behind {
  mcp: McpHandler;
  pages(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response>;
}

export interface Door {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response>;
}

export function withLogin(behind: Behind): Door {
  return { fetch: (request, env, ctx) => route(request, env, ctx, behind) };
}

const ownPaths = new Set<string>([
  paths.authorize,
  paths.token,
  paths.register,
  loginCallbackPath,
  tokensPath,
  "/.well-known/oauth-authorization-server",
]);

async function route(received: Request, env: Env, ctx: ExecutionContext, behind: Behind): Promise<Response> {
  const read = readSettings(env);
  if (!read.ok) return jsonRpcError(500, read.problem);
  const { settings } = read;
  const own = ownOrigin(new URL(received.url), settings);
  if (!own.ok) return jsonRpcError(421, own.problem);
  const { origin, loopback } = own;
  const request = atOrigin(received, origin);
  const { pathname } = new URL(request.url);

  const signIn = signIns[settings.signIn];
  if (pathname === callbackPath && signIn.callback)
    return signIn.callback(request, { env, settings, origin, loopback });
  const mcpPath = mcpPathOf(pathname);
  if (mcpPath === undefined && !ownPaths.has(pathname)) return behind.pages(request, env, ctx);

  const { apis } = await readManifest(env.CATALOGS);
  if (mcpPath !== undefined)
    return mcpEndpoint(request, mcpPath, { env, ctx, settings, origin, loopback, apis, serve: behind.mcp });
  const server = authorizationServer(
    origin,
    apis.map(({ name }) => name),
  );
  const context = { env, settings, origin, loopback, oauth: server.getOAuthApi(env), apis, signIn };
  if (pathname === paths.authorize) return authorize(request, context);
  if (pathname === tokensPath) return tokens(request, context);
  if (pathname === loginCallbackPath) return finishLogin(request, context);
  if (pathname !== paths.token || request.method !== "POST") return server.fetch(request, env, ctx);
  const bytes = await readFormBytes(request);
  if (!bytes) return Response.json({ error: "invalid_request" }, { status: 413 });
  const form = fieldsOf(bytes);
  if (clientDocumentProblem(clientIdOf(form, request.headers), settings.privateClientHosts))
    return Response.json({ error: "invalid_client", error_description: "Client not found" }, { status: 401 });
  const again = new Request(request, { method: "POST", body: bytes });
  const grant = refreshedGrant(form);
  return grant === undefined
    ? server.fetch(again, env, ctx)
    : env.REFRESH_TURNS.getByName(grant).fetch(again);
}

function atOrigin(request: Request, origin: string): Request {
  const url = new URL(request.url);
  return url.origin === origin ? request : new Request(`${origin}${url.pathname}${url.search}`, request);
}
