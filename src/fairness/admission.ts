/**
 * Lets calls of `/mcp` in, in turn. Who a token belongs to is remembered (by its digest), so that somebody who hammers
 * is slowed down before the token is looked up again; what a token allows is never decided here.
 */
import type { McpHandler } from "../auth/mcp-endpoint.ts";
import { mcpPathOf } from "../auth/mcp-endpoint.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { digest } from "../terms/digest.ts";
import { ceilings, turnLimits } from "./limits.ts";
import { tooMany } from "./too-many.ts";
import { type Turn, Turns } from "./turns.ts";

interface Who {
  user: string;
  client: string;
}

type Serve = () => Response | Promise<Response>;

const known = new BoundedMap<string, Who>(10_000);
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
    const who = known.get(digest(token));
    return who ? admit(request, env, who, () => door(request, env, ctx)) : door(request, env, ctx);
  };
}

/** Behind the login: whoever was not known becomes so. */
export function introduced(serve: McpHandler): McpHandler {
  return async (request, env, ctx, caller, path) => {
    const token = request.headers.get("Authorization");
    const key = token === null ? undefined : digest(token);
    const through = () => serve(request, env, ctx, caller, path);
    if (key !== undefined && known.has(key)) return through();
    const who = { user: caller.userId, client: `${caller.userId} ${caller.clientId}` };
    if (key !== undefined) known.set(key, who);
    return admit(request, env, who, through);
  };
}

async function admit(request: Request, env: Env, who: Who, serve: Serve): Promise<Response> {
  const now = Date.now();
  const turns = [users.arrive(who.user, now), clients.arrive(who.client, now)];
  let servedFrom: number | undefined;
  const leave = () => {
    const servedMs = servedFrom === undefined ? undefined : Date.now() - servedFrom;
    users.leave(who.user, servedMs);
    clients.leave(who.client, servedMs);
  };
  try {
    // The turns first: they cost nothing, and a refusal has to cost as little as it can.
    const refused = turns.find((turn) => !turn.ok);
    const refusal = refused ? outOfTurn(refused) : await overCeiling(env, who);
    if (refusal) {
      await hold(who);
      const response = await tooMany(request, ...refusal);
      leave();
      return response;
    }
    const waitMs = Math.max(...turns.map((turn) => (turn.ok ? turn.waitMs : 0)));
    if (waitMs > 0) await sleep(waitMs);
    servedFrom = Date.now();
    return whenEnded(await serve(), leave);
  } catch (error) {
    leave();
    throw error;
  }
}

type Refusal = [retryAfterMs: number, reason: string];

async function overCeiling(env: Env, { user, client }: Who): Promise<Refusal | undefined> {
  const [one, other] = await Promise.all([
    env.CALLS_PER_USER.limit({ key: user }),
    env.CALLS_PER_CLIENT.limit({ key: client }),
  ]);
  if (one.success && other.success) return undefined;
  const { limit, period, unit } = ceilings[one.success ? "CALLS_PER_CLIENT" : "CALLS_PER_USER"];
  return [period * 1_000, `Too many calls: at most ${limit} ${unit}.`];
}

function outOfTurn(turn: Turn): Refusal {
  const { perSecond } = turnLimits;
  return [
    turn.ok ? 0 : turn.retryAfterMs,
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
