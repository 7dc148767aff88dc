/** Finds out who is at the console, by the same sign-in that grants access to clients. */
import { authorizationServer } from "../auth/authorization-server.ts";
import type { SignInContext } from "../auth/sign-in/sign-in.ts";
import { readManifest } from "../store/catalogs.ts";
import { consolePages } from "./console.ts";
import { connectionsOf } from "./connections.ts";

/** Serves the console to the person who is signed in; to anybody else, the answer that signs them in. */
export async function serveConsole(
  request: Request,
  ctx: ExecutionContext,
  login: SignInContext,
): Promise<Response> {
  const { env, origin, settings, signIn } = login;
  const identified = await signIn.identify(request, login);
  if ("respond" in identified) return identified.respond;
  const { id: userId, label } = identified.user;
  const { apis } = await readManifest(env.CATALOGS);
  const oauth = authorizationServer(origin, apis).getOAuthApi(env);
  const connections = settings.open ? {} : { connections: connectionsOf(oauth, env.OAUTH_KV, userId) };
  return consolePages(request, env, ctx, { userId, label, ...connections });
}
