/** Wiring only: which part answers which request, and what runs on a schedule. */
import "./relayed.ts";
import { env as bindings } from "cloudflare:workers";
import { serveMoving } from "./auth/moving.ts";
import { mayGoOn } from "./auth/permission.ts";
import { withLogin } from "./auth/provider.ts";
import { serveConsole, serveTokensPage } from "./console/console.ts";
import { waitingFeed } from "./console/feed.ts";
import { serveAdmin } from "./deployment/admin.ts";
import { refreshCatalogs } from "./deployment/refresh.ts";
import { admitted } from "./fairness/admission.ts";
import { lastingRuns } from "./mcp/lasting/slices.ts";
import { serveMcp } from "./mcp/server.ts";
import { faultResponse } from "./store/fault.ts";
import { tellStage, tellStages } from "./terms/stages.ts";

export { RefreshTurn } from "./auth/refresh-turn.ts";
export { UpstreamTokens } from "./vault/upstream-tokens.ts";
export { McpSession } from "./mcp/session.ts";
export { Outbound as Gateway } from "./sandbox/outbound.ts";
export { Ledger } from "./store/ledger/ledger.ts";
export { SeenShapes } from "./learned/seen-shapes.ts";
export { Recall } from "./store/ledger/recall.ts";
export { UserFiles } from "./store/ledger/user-files.ts";
export { ProgramState } from "./store/ledger/programs/program-state.ts";
export { KeptState } from "./store/state/kept-state.ts";
export { StateDoor } from "./store/state/state-door.ts";
export { Sleeping } from "./gateway/run/sleeping.ts";
export class LastingRuns extends lastingRuns(mayGoOn) {}

if ((bindings as { STAGES?: string }).STAGES === "true") tellStages();

/** For those who operate the server, under any host name and before any login. */
function forOperation(request: Request, env: Env): Response | Promise<Response> | undefined {
  const { pathname } = new URL(request.url);
  if (pathname === "/healthz") return new Response("ok");
  return pathname.startsWith("/admin/") ? serveAdmin(request, env, serveMoving) : undefined;
}

async function served(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  tellStage("arrived");
  const operated = forOperation(request, env);
  if (operated) return operated;
  return admitted(request, env, (introduce) =>
    withLogin({
      mcp: async (call) => {
        const refused = await introduce.program(call);
        tellStage("admitted");
        return refused ?? serveMcp(call);
      },
      admit: introduce.person,
      pages: serveConsole,
      tokensPage: serveTokensPage,
      feed: (user, login) => waitingFeed(env, user.id, login.origin),
    }).fetch(request, env, ctx),
  );
}

export default {
  fetch: (request: Request, env: Env, ctx: ExecutionContext) =>
    served(request, env, ctx).catch((error: unknown) => faultResponse(request, error)),
  scheduled: async (_event, env) => void (await refreshCatalogs(env)),
} satisfies ExportedHandler<Env>;
