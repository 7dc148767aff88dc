/**
 * One call of `/mcp` from its arrival to the end of its answer: it waits for its turn or is refused. Who a token belongs
 * to is remembered (by its digest), so that a known caller is slowed down before the token is looked up again; what a
 * token allows is never decided here.
 */
import type { McpRequest } from "../mcp/tool-context.ts";
import { digest } from "../vault/secret.ts";
import { ceilings, turnLimits } from "./limits.ts";
import { tooMany } from "./too-many.ts";
import { type Turn, Turns } from "./turns.ts";

interface Who {
  user: string;
  client: string;
}

const maxKnown = 10_000;
const known = new Map<string, Who>();
const users = new Turns(turnLimits);
const clients = new Turns(turnLimits);

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
  const admission = new Admission(env, token === null ? undefined : await digest(token));
  try {
    const refusal = await admission.recognise(request);
    return admission.endWith(refusal ?? (await serve(admission)));
  } catch (error) {
    admission.end();
    throw error;
  }
}

export class Admission {
  readonly #env: Env;
  /** Digest of the token that came with the request. */
  readonly #token: string | undefined;
  #who: Who | undefined;
  #servedFrom: number | undefined;

  constructor(env: Env, token: string | undefined) {
    this.#env = env;
    this.#token = token;
  }

  /** At the door, before the login. @returns the refusal of a known caller whose turn it is not */
  async recognise(request: Request): Promise<Response | undefined> {
    const who = this.#token === undefined ? undefined : known.get(this.#token);
    return who && this.#enter(who, request);
  }

  /** The login says who calls. @returns the refusal of a caller who was not recognised and whose turn it is not */
  async introduce({
    request,
    caller,
  }: Pick<McpRequest, "request" | "caller">): Promise<Response | undefined> {
    if (this.#who) return undefined;
    const who = { user: caller.userId, client: `${caller.userId} ${caller.clientId}` };
    if (this.#token !== undefined) {
      if (known.size >= maxKnown) known.clear();
      known.set(this.#token, who);
    }
    return this.#enter(who, request);
  }

  /** A stream of events has begun when it is returned; anything else is complete. */
  endWith(response: Response): Response {
    const streams = response.headers.get("Content-Type")?.startsWith("text/event-stream");
    if (!streams || !response.body) {
      this.end();
      return response;
    }
    const end = () => this.end();
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({ flush: end, cancel: end }),
    );
    return new Response(counted, response);
  }

  /** Call it once. */
  end(): void {
    if (!this.#who) return;
    const servedMs = this.#servedFrom === undefined ? undefined : Date.now() - this.#servedFrom;
    users.leave(this.#who.user, servedMs);
    clients.leave(this.#who.client, servedMs);
  }

  async #enter(who: Who, request: Request): Promise<Response | undefined> {
    this.#who = who;
    const now = Date.now();
    const turns = [users.arrive(who.user, now), clients.arrive(who.client, now)];
    // The turns first: they cost nothing, and a refusal has to cost as little as it can.
    const late = turns.find((turn) => !turn.ok);
    const refusal = late ? outOfTurn(late) : await overCeiling(this.#env, who);
    if (refusal) {
      if (users.underWay(who.user) <= turnLimits.maxHeld) await sleep(turnLimits.holdMs);
      return tooMany(request, ...refusal);
    }
    const waitMs = Math.max(...turns.map((turn) => (turn.ok ? turn.waitMs : 0)));
    if (waitMs > 0) await sleep(waitMs);
    this.#servedFrom = Date.now();
    return undefined;
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

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
