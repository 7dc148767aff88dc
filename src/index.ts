/** Wiring only: which part answers which request, and what runs on a schedule. */
import "./relayed.ts";
import { withLogin } from "./auth/provider.ts";
import type { SignInContext } from "./auth/sign-in/sign-in.ts";
import { serveConsole, serveTokensPage } from "./console/console.ts";
import { serveAdmin } from "./deployment/admin.ts";
import { refreshCatalogs } from "./deployment/refresh.ts";
import { admitted } from "./fairness/admission.ts";
import { serveMcp } from "./mcp/server.ts";
import { faultResponse } from "./store/fault.ts";

export { RefreshTurn } from "./auth/refresh-turn.ts";
export { UpstreamTokens } from "./vault/upstream-tokens.ts";
export { McpSession } from "./mcp/session.ts";
export { Gateway } from "./gateway/gateway.ts";
export { Ledger } from "./store/ledger/ledger.ts";
export { SeenShapes } from "./learned/seen-shapes.ts";
export { Recall } from "./store/ledger/recall.ts";
export { UserFiles } from "./store/ledger/user-files.ts";
export { KeptState } from "./store/state/kept-state.ts";
export { StateDoor } from "./store/state/state-door.ts";

async function pages(request: Request, ctx: ExecutionContext, login: SignInContext): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/healthz") return new Response("ok");
  if (pathname.startsWith("/admin/")) return serveAdmin(request, login.env);
  return serveConsole(request, ctx, login);
}

export default {
  fetch: (request: Request, env: Env, ctx: ExecutionContext) =>
    admitted(request, env, (introduce) =>
      withLogin({
        mcp: async (call) => (await introduce.program(call)) ?? serveMcp(call),
        admit: introduce.person,
        pages,
        tokensPage: serveTokensPage,
      }).fetch(request, env, ctx),
    ).catch((error: unknown) => faultResponse(request, error)),
  scheduled: async (_event, env) => void (await refreshCatalogs(env)),
} satisfies ExportedHandler<Env>;
