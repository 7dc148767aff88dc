/**
 * The classes that a Worker of wrangler.jsonc has to export besides its handler: Durable Objects, and entrypoints that are
 * handed out by `ctx.exports`. In one place, for there are Workers in test/ that run with the same configuration.
 */
export { UpstreamTokens } from "./auth/upstream-tokens.ts";
export { Gateway } from "./gateway/gateway.ts";
export { McpSession } from "./mcp/session.ts";
export { Ledger } from "./store/ledger/ledger.ts";
export { Recall } from "./store/ledger/recall.ts";
export { SeenShapes } from "./store/shapes/seen-shapes.ts";
