/**
 * Lets calls of `/mcp` in, in turn. Who a token belongs to is remembered (by its digest), so that somebody who hammers
 * is slowed down before the token is looked up again; what a token allows is never decided here.
 */
import type { McpHandler } from "../auth/mcp-endpoint.ts";
import { mcpPathOf } from "../auth/mcp-endpoint.ts";
import { digest } from "../auth/secret.ts";
import { ceilings, turnLimits } from "./limits.ts";
import { tooMany } from "./too-many.ts";
import { type Turn, Turns } from "./turns.ts";

interface Who {
  user: string;
  client: string;
}

type Serve = () => Response | Promise<Response>;

const maxKnown = 10_000;
const known = new Map<string, Who>();
const users = new Turns(turnLimits);
const clients = new Turns(turnLimits);

/** Before the login: whoever is known waits here. */
export function inTurn(
  door: (request: Request, env: Env, ctx: ExecutionContext) => Promise<Response>,
): typeof door {
  return async (request, env, ctx) => {
    const token = request.headers.get("Authorization");
    if (token === null || request.method !== "POST") return door(request, env, ctx);
    if (mcpPathOf(new URL(request.url).pathname) === undefined) return door(request, env, ctx);
    const who = known.get(await digest(token));
    return who ? admit(request, env, who, () => door(request, env, ctx)) : door(request, env, ctx);
  };
}

/** Behind the login: whoever was not known becomes so. */
export function introduced(serve: McpHandler): McpHandler {
  return async (request, env, ctx, caller, path) => {
    const token = request.headers.get("Authorization");
    const key = token === null ? undefined : await digest(token);
    const through = () => serve(request, env, ctx, caller, path);
    if (key !== undefined && known.has(key)) return through();
    const who = { user: caller.userId, client: `${caller.userId} ${caller.clientId}` };
    if (key !== undefined) {
      if (known.size >= maxKnown) known.clear();
      known.set(key, who);
    }
    return admit(request, env, who, through);
  };
}

async function admit(request: Request, env: Env, who: Who, serve: Serve): Promise<Response> {
  const [user, client] = await Promise.all([
    env.CALLS_PER_USER.limit({ key: who.user }),
    env.CALLS_PER_CLIENT.limit({ key: who.client }),
  ]);
  const now = Date.now();
  const turns = [users.arrive(who.user, now), clients.arrive(who.client, now)];
  const leave = () => {
    users.leave(who.user);
    clients.leave(who.client);
  };
  try {
    const exceeded = !user.success ? "CALLS_PER_USER" : !client.success ? "CALLS_PER_CLIENT" : undefined;
    const refused = turns.find((turn) => !turn.ok);
    if (exceeded || refused) {
      await hold(who);
      const refusal = await tooMany(request, ...(exceeded ? overCeiling(exceeded) : outOfTurn(refused)));
      leave();
      return refusal;
    }
    const waitMs = Math.max(...turns.map((turn) => (turn.ok ? turn.waitMs : 0)));
    if (waitMs > 0) await sleep(waitMs);
    return whenEnded(await serve(), leave);
  } catch (error) {
    leave();
    throw error;
  }
}

function overCeiling(name: keyof typeof ceilings): [retryAfterMs: number, reason: string] {
  const { limit, period, unit } = ceilings[name];
  return [period * 1_000, `Too many calls: at most ${limit} ${unit}.`];
}

function outOfTurn(turn: Turn | undefined): [retryAfterMs: number, reason: string] {
  const { perSecond } = turnLimits;
  return [
    turn && !turn.ok ? turn.retryAfterMs : 0,
    `Too many calls: others use this server too, and ${perSecond} calls a second are left for this connection.`,
  ];
}

async function hold({ user }: Who): Promise<void> {
  if (users.underWay(user) <= turnLimits.maxHeld) await sleep(turnLimits.holdMs);
}

/** A stream of events has begun when it is returned; anything else is complete. */
function whenEnded(response: Response, leave: () => void): Response {
  const streams = response.headers.get("Content-Type")?.startsWith("text/event-stream");
  if (!streams || !response.body) {
    leave();
    return response;
  }
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({ flush: leave, cancel: leave }),
  );
  return new Response(counted, response);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
