/** Finds out who is at the console, by the same sign-in that grants access to clients. */
import { authorizationServer } from "../auth/authorization-server.ts";
import { ownOrigin } from "../auth/origin.ts";
import { readSettings } from "../auth/settings.ts";
import { signIns } from "../auth/sign-in/index.ts";
import { readManifest } from "../store/catalogs.ts";
import { consolePages } from "./console.ts";
import { connectionsOf } from "./connections.ts";

/** Serves the console to the person who is signed in, or the answer that signs them in. */
export async function serveConsole(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const read = readSettings(env);
  const own = read.ok ? ownOrigin(new URL(request.url), read.settings) : read;
  if (!read.ok || !own.ok) return new Response("This server is not set up.", { status: 500 });
  const { settings } = read;
  const { origin, loopback } = own;
  const identified = await signIns[settings.signIn].identify(request, { env, settings, origin, loopback });
  if ("respond" in identified) return identified.respond;
  const { id: userId, label } = identified.user;
  const apis = (await readManifest(env.CATALOGS)).apis.map(({ name }) => name);
  const oauth = authorizationServer(origin, apis).getOAuthApi(env);
  const connections = settings.open ? {} : { connections: connectionsOf(oauth, env.OAUTH_KV, userId) };
  return consolePages(request, env, ctx, { userId, label, ...connections });
}
