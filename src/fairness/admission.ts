/**
 * Counts a call of `/mcp` from its arrival to the end of its answer, and makes it wait for its turn or refuses it.
 * Remembers the owner of a token by its digest, so that a known caller is slowed down before the token is looked up again.
 * Never decides what a token allows.
 */
import type { McpRequest } from "../mcp/tool-context.ts";
import { readBoundedText } from "../terms/bounded-body.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { digest } from "../terms/digest.ts";
import { parseJson } from "../terms/json.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { ceilings, turnLimits } from "./limits.ts";
import { Turns } from "./turns.ts";

interface Who {
  user: string;
  client: string;
}

const known = new BoundedMap<string, Who>(10_000);
const users = new Turns(turnLimits);
const clients = new Turns(turnLimits);

/**
 * Names the caller once the login knows it, before anything is served.
 * @returns the refusal, if the caller was not recognised by its token and it is not its turn
 */
type Introduce = (call: Pick<McpRequest, "request" | "caller">) => Promise<Response | undefined>;

/**
 * Admits a request, serves it and counts it until its answer has ended.
 * @param serve answers it; must call `introduce` for an MCP request as soon as it knows the caller
 */
export async function admitted(
  request: Request,
  env: Env,
  serve: (introduce: Introduce) => Promise<Response>,
): Promise<Response> {
  const token = request.method === "POST" ? request.headers.get("Authorization") : null;
  const key = token === null ? undefined : digest(token);
  let who: Who | undefined;
  let servedFrom: number | undefined;

  const enter = async (caller: Who, given: Request): Promise<Response | undefined> => {
    who = caller;
    const now = Date.now();
    const turns = [users.arrive(who.user, now), clients.arrive(who.client, now)];
    // The turns come first: they cost nothing, and a refusal should be cheap.
    const retryAfterMs = turns.find((turn) => !turn.ok)?.retryAfterMs;
    const refusal = retryAfterMs === undefined ? await overCeiling(env, who) : outOfTurn(retryAfterMs);
    if (refusal) {
      if (users.underWay(who.user) <= turnLimits.maxHeld) await sleep(turnLimits.holdMs);
      return tooMany(given, ...refusal);
    }
    const waitMs = Math.max(...turns.map((turn) => (turn.ok ? turn.waitMs : 0)));
    if (waitMs > 0) await sleep(waitMs);
    servedFrom = Date.now();
    return undefined;
  };
  const introduce: Introduce = async ({ request: given, caller }) => {
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
    return whenEnded(refusal ?? (await serve(introduce)), end);
  } catch (error) {
    end();
    throw error;
  }
}

/** Calls `end` when the answer has ended: a stream of events may still run, anything else is complete. */
function whenEnded(response: Response, end: () => void): Response {
  const streams = response.headers.get("Content-Type")?.startsWith("text/event-stream");
  if (!streams || !response.body) {
    end();
    return response;
  }
  const counter = new TransformStream<Uint8Array, Uint8Array>({ flush: end, cancel: end });
  return new Response(response.body.pipeThrough(counter), response);
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

function outOfTurn(retryAfterMs: number): Refusal {
  const rest = `${turnLimits.perSecond} calls a second for this connection`;
  return [retryAfterMs, `Too many calls: others are using this server too, which leaves ${rest}.`];
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The answer to a call that came too soon: headers tell the client what to do, words tell the model.
 * @param reason a sentence that names the limit
 */
async function tooMany(request: Request, retryAfterMs: number, reason: string): Promise<Response> {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return jsonRpcError(
    429,
    `${reason} This call was not executed. Wait ${seconds} s, then send it again. One execute run can make many requests, in a loop or with Promise.all: do more in one call instead of calling more often.`,
    {
      id: await idOf(request),
      data: { retryAfterSeconds: seconds },
      headers: { "Retry-After": String(seconds) },
    },
  );
}

/** A refusal should be cheap: of a longer call, which has the longest code in it, the id is not looked for. */
const maxRefusedBytes = 1024 * 1024;

/** The JSON-RPC id, by which the client matches the answer to its call. */
async function idOf(request: Request): Promise<string | number | null> {
  const text = await readBoundedText(request, maxRefusedBytes).catch(() => undefined);
  const { id } = (parseJson(text ?? "") ?? {}) as { id?: unknown };
  return typeof id === "string" || typeof id === "number" ? id : null;
}
