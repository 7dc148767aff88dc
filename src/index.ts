/** Wiring only: which part answers which request. */
import { withLogin } from "./auth/provider.ts";
import { serveConsole } from "./console/at-the-console.ts";
import { serveAdmin } from "./deployment/admin.ts";
import { serveMcp } from "./mcp/server.ts";

export { UpstreamTokens } from "./auth/upstream-tokens.ts";
export { Gateway } from "./gateway/gateway.ts";
export { Ledger } from "./store/ledger/ledger.ts";
export { Recall } from "./store/ledger/recall.ts";

export default withLogin({
  mcp: serveMcp,
  pages: async (request, env, ctx) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/healthz") return new Response("ok");
    if (pathname.startsWith("/admin/")) return serveAdmin(request, env);
    return serveConsole(request, env, ctx);
  },
});
