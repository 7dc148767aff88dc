/**
 * Puts the login in front of everything. `/mcp` and `/mcp/<api>` need an access token; the OAuth endpoints and their
 * metadata are answered here; every other path goes to the pages. A request that is passed on has the origin that
 * clients use, even behind a proxy that changed it.
 */
import { readManifest } from "../store/catalogs.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { tellStage } from "../terms/stages.ts";
import { trimEndOf } from "../terms/trim-end.ts";
import { authorizationServer, oauthApi } from "./authorization-server.ts";
import { paths } from "./resources.ts";
import { authorize } from "./authorize.ts";
import { feedOwner, feedToken } from "./feed.ts";
import { fieldsOf, readFormBytes } from "./form.ts";
import { mcpEndpoint, mcpPathOf, noLogin, type McpHandler } from "./mcp-endpoint.ts";
import { ownOrigin } from "./origin.ts";
import { tolerated } from "./registration.ts";
import { readSettings } from "./settings.ts";
import { refreshedGrant } from "./refresh-turn.ts";
import { signInNamed } from "./sign-in/index.ts";
import { callbackPath, type SignIn, type SignInContext, type User } from "./sign-in/sign-in.ts";
import { tokens, tokensPath, type RenderTokens } from "./token-page.ts";
import { finishLogin, loginCallbackPath } from "./upstream-login.ts";

interface Behind {
  mcp: McpHandler;
  pages(request: Request, ctx: ExecutionContext, login: SignInContext): Response | Promise<Response>;
  tokensPage?: RenderTokens;
  /** What waits for a user, for a reader of feeds. */
  feed?(user: User, login: SignInContext): Promise<Response>;
  /**
   * Asked once a person is known, before anything is read or made for them.
   * @returns the refusal, if it is not their turn
   */
  admit?(user: User, request: Request): Promise<Response | undefined>;
}

const metadataPath = "/.well-known/oauth-authorization-server";

/** What a client needs to log in. */
const loginPaths = new Set<string>([paths.authorize, paths.token, paths.register, metadataPath]);
const ownPaths = new Set<string>([...loginPaths, loginCallbackPath, tokensPath]);

/** Where clients look for an MCP endpoint that is named without its path, or as older servers had it. */
const misnamed = new Set(["/", "/sse", "/messages"]);

export function withLogin(behind: Behind) {
  return {
    async fetch(received: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
      const read = readSettings(env);
      if (!read.ok) return jsonRpcError(500, read.failure);
      const { settings } = read;
      const own = ownOrigin(new URL(received.url), settings);
      if (!own.ok) return jsonRpcError(421, own.failure);
      const { origin, loopback } = own;
      const signIn = inTurn(signInNamed(settings.SIGN_IN), behind.admit);
      const { variables } = settings;
      const login = { env, settings, variables, origin, loopback, signIn };
      return route(atOrigin(received, origin), ctx, login, behind);
    },
  };
}

/** A person takes a turn wherever one is recognised: no page can be forgotten. */
function inTurn(signIn: SignIn, admit: Behind["admit"]): SignIn {
  if (!admit) return signIn;
  const admitting = async <Found extends object>(found: Found, request: Request) => {
    const refused = "user" in found ? await admit(found.user as User, request) : undefined;
    return refused ? { respond: refused } : found;
  };
  return {
    ...signIn,
    identify: async (request, context) => admitting(await signIn.identify(request, context), request),
    ...(signIn.identifyAtConsent && {
      identifyAtConsent: async (request, context) =>
        admitting(await signIn.identifyAtConsent!(request, context), request),
    }),
  };
}

async function route(
  received: Request,
  ctx: ExecutionContext,
  login: SignInContext,
  behind: Behind,
): Promise<Response> {
  const { env, settings, origin, signIn } = login;
  const request = withPlainResource(received, origin);
  const { pathname } = new URL(request.url);
  if (misnamed.has(pathname) && request.method === "POST")
    return jsonRpcError(404, `There is no MCP endpoint at ${pathname}. Connect to ${origin}${paths.mcp}.`);
  if (settings.OPEN && loginPaths.has(pathname)) return noLogin();
  const token = behind.feed && !settings.OPEN ? feedToken(request) : undefined;
  if (behind.feed && token !== undefined) {
    const owner = await feedOwner(token, login);
    if (owner instanceof Response) return owner;
    return (await behind.admit?.(owner, request)) ?? behind.feed(owner, login);
  }
  if (pathname === callbackPath && signIn.callback) return signIn.callback(request, login);
  const mcpPath = mcpPathOf(pathname);
  if (mcpPath === undefined && !ownPaths.has(pathname)) return behind.pages(request, ctx, login);

  const { apis } = await readManifest(env.CATALOGS);
  tellStage("listed");
  if (mcpPath !== undefined) return mcpEndpoint(request, mcpPath, { ...login, ctx, apis, serve: behind.mcp });
  const server = authorizationServer(origin, apis, settings);
  const context = { ...login, oauth: oauthApi(env, origin, apis, settings), apis };
  if (pathname === paths.authorize) return authorize(request, context);
  if (pathname === tokensPath) return tokens(request, context, behind.tokensPage);
  if (pathname === loginCallbackPath) return finishLogin(request, context);
  if (pathname === metadataPath) return offered(await server.fetch(request, env, ctx), login);
  if (pathname === paths.register) {
    const registration = await tolerated(request);
    return registration ? server.fetch(registration, env, ctx) : tooLarge();
  }
  if (pathname !== paths.token || request.method !== "POST") return server.fetch(request, env, ctx);
  const bytes = await readFormBytes(request);
  if (!bytes) return tooLarge();
  const fields = fieldsOf(bytes);
  const body = nameResource(fields, origin) ? fields.toString() : bytes;
  const again = new Request(request, { method: "POST", body });
  const grant = await refreshedGrant(fields, env.OAUTH_KV);
  return grant === undefined
    ? server.fetch(again, env, ctx)
    : env.REFRESH_TURNS.getByName(grant).fetch(again);
}

const tooLarge = () => Response.json({ error: "invalid_request" }, { status: 413 });

/**
 * People write the URL of the endpoint with a slash at its end, too. What such a client asks for, and the resource that
 * it names, is that of the URL without it: tokens are bound to one spelling.
 */
function withPlainResource(request: Request, origin: string): Request {
  const url = new URL(request.url);
  const isEndpoint = url.pathname.endsWith("/") && mcpPathOf(url.pathname) !== undefined;
  if (isEndpoint) url.pathname = trimEndOf(url.pathname, /\//);
  const isNamed = url.pathname === paths.authorize && nameResource(url.searchParams, origin);
  return isEndpoint || isNamed ? new Request(url, request) : request;
}

/** @returns whether it changed the fields */
function nameResource(fields: URLSearchParams, origin: string): boolean {
  const named = fields.getAll("resource");
  const plain = named.map((text) =>
    text.startsWith(`${origin}${paths.mcp}`) ? trimEndOf(text, /\//) : text,
  );
  if (plain.every((text, at) => text === named[at])) return false;
  fields.delete("resource");
  for (const text of plain) fields.append("resource", text);
  return true;
}

/** The metadata, with client documents only where they are offered. */
async function offered(metadata: Response, { settings, loopback }: SignInContext): Promise<Response> {
  const offer = settings.CLIENT_DOCUMENTS ?? (loopback ? "accept" : "offer");
  if (offer === "offer" || !metadata.ok) return metadata;
  const said = (await metadata.json()) as Record<string, unknown>;
  const { headers } = metadata;
  return Response.json({ ...said, client_id_metadata_document_supported: false }, { headers });
}

function atOrigin(request: Request, origin: string): Request {
  const url = new URL(request.url);
  return url.origin === origin ? request : new Request(`${origin}${url.pathname}${url.search}`, request);
}
