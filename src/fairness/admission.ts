/**
 * One call of `/mcp` from its arrival to the end of its answer: it waits for its turn or is refused. Who a token belongs
 * to is remembered (by its digest), so that a known caller is slowed down before the token is looked up again; what a
 * token allows is never decided here.
 */
import type { McpRequest } from "../mcp/tool-context.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { digest } from "../terms/digest.ts";
import { ceilings, turnLimits } from "./limits.ts";
import { tooMany } from "./too-many.ts";
import { type Turn, Turns } from "./turns.ts";

interface Who {
  user: string;
  client: string;
}

const known = new BoundedMap<string, Who>(10_000);
const users = new Turns(turnLimits);
const clients = new Turns(turnLimits);

/** A call on its way through the server. */
export interface Admission {
  /**
   * The login says who calls, before anything is served.
   * @returns the refusal of a caller who was not recognised at the door and whose turn it is not
   */
  introduce(call: Pick<McpRequest, "request" | "caller">): Promise<Response | undefined>;
}

/**
 * Admits a request, serves it and counts it until its answer has ended.
 * @param serve what answers it; has to `introduce` the caller of an MCP request as soon as it knows them
 */
export async function admitted(
  request: Request,
  env: Env,
  serve: (admission: Admission) => Promise<Response>,
): Promise<Response> {
  const token = request.method === "POST" ? request.headers.get("Authorization") : null;
  const key = token === null ? undefined : digest(token);
  let who: Who | undefined;
  let servedFrom: number | undefined;

  const enter = async (caller: Who, given: Request): Promise<Response | undefined> => {
    who = caller;
    const now = Date.now();
    const turns = [users.arrive(who.user, now), clients.arrive(who.client, now)];
    // The turns first: they cost nothing, and a refusal has to cost as little as it can.
    const late = turns.find((turn) => !turn.ok);
    const refusal = late ? outOfTurn(late) : await overCeiling(env, who);
    if (refusal) {
      if (users.underWay(who.user) <= turnLimits.maxHeld) await sleep(turnLimits.holdMs);
      return tooMany(given, ...refusal);
    }
    const waitMs = Math.max(...turns.map((turn) => (turn.ok ? turn.waitMs : 0)));
    if (waitMs > 0) await sleep(waitMs);
    servedFrom = Date.now();
    return undefined;
  };
  const introduce: Admission["introduce"] = async ({ request: given, caller }) => {
    if (who) return undefined;
    const newcomer = { user: caller.userId, client: `${caller.userId} ${caller.clientId}` };
    if (key !== undefined) known.set(key, newcomer);
    return enter(newcomer, given);
  };
  const end = () => {
    if (!who) return;
    const servedMs = servedFrom === undefined ? undefined : Date.now() - servedFrom;
    users.leave(who.user, servedMs);
    clients.leave(who.client, servedMs);
  };

  try {
    const recognised = key === undefined ? undefined : known.get(key);
    const refusal = recognised && (await enter(recognised, request));
    return whenEnded(refusal ?? (await serve({ introduce })), end);
  } catch (error) {
    end();
    throw error;
  }
}

/** A stream of events has begun when it is returned; anything else is complete. */
function whenEnded(response: Response, end: () => void): Response {
  const streams = response.headers.get("Content-Type")?.startsWith("text/event-stream");
  if (!streams || !response.body) {
    end();
    return response;
  }
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({ flush: end, cancel: end }),
  );
  return new Response(counted, response);
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

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
