/**
 * Counts what a known caller asks for, from its arrival to the end of its answer, and makes it wait for its turn or refuses
 * it: a call of `/mcp`, and whatever a person asks for who is signed in. Remembers the owner of a token by its digest, so
 * that a known caller is slowed down before the token is looked up again. Never decides what a token allows.
 *
 * A person's pages are one more client, which their programs do not use up: a person can always get at the console to
 * stop a program of their own.
 */
import { messagePage } from "../auth/pages/message.ts";
import type { User } from "../auth/sign-in/sign-in.ts";
import type { McpRequest } from "../mcp/tool-context.ts";
import { readBoundedText } from "../terms/bounded-body.ts";
import { BoundedMap } from "../terms/bounded-map.ts";
import { digest } from "../terms/digest.ts";
import { parseJson } from "../terms/json.ts";
import { jsonRpcError } from "../terms/json-rpc.ts";
import { ceilings, turnLimits } from "./limits.ts";
import { type Side, Turns } from "./turns.ts";

interface Who {
  /** Missing for a person at the console. */
  user?: string;
  client: string;
  side: Side;
}

const known = new BoundedMap<string, Who>(10_000);
const users = new Turns(turnLimits);
const clients = new Turns(turnLimits);

/**
 * Names the caller once the login knows it, before anything is served.
 * @returns the refusal, if the caller was not recognised by its token and it is not its turn
 */
interface Introduce {
  program(call: Pick<McpRequest, "request" | "caller">): Promise<Response | undefined>;
  person(user: User, request: Request): Promise<Response | undefined>;
}

/**
 * Admits a request, serves it and counts it until its answer has ended.
 * @param serve answers it; must call `introduce` as soon as it knows the caller
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

  const enter = async (caller: Who, refuse: (...why: Refusal) => Promise<Response>) => {
    who = caller;
    const now = Date.now();
    const turns = countersOf(who).map(([counter, name]) => counter.arrive(name, now, who?.side));
    // The turns come first: they cost nothing, and a refusal should be cheap.
    const retryAfterMs = turns.find((turn) => !turn.ok)?.retryAfterMs;
    const refusal = retryAfterMs === undefined ? await overCeiling(env, who) : outOfTurn(retryAfterMs);
    if (refusal) {
      const held = countersOf(who).map(([counter, name]) => counter.underWay(name));
      if (Math.max(...held) <= turnLimits.maxHeld) await sleep(turnLimits.holdMs);
      return refuse(...refusal);
    }
    const waitMs = Math.max(...turns.map((turn) => (turn.ok ? turn.waitMs : 0)));
    if (waitMs > 0) await sleep(waitMs);
    servedFrom = Date.now();
    return undefined;
  };
  const introduce: Introduce = {
    async program({ request: given, caller }) {
      if (who) return undefined;
      const { userId: person, clientId } = caller;
      const newcomer = { user: person, client: `${person} ${clientId}`, side: { person, atConsole: false } };
      if (key !== undefined) known.set(key, newcomer);
      return enter(newcomer, (...why) => tooMany(given, ...why));
    },
    async person({ id }, given) {
      if (who) return undefined;
      const side = { person: id, atConsole: true };
      return enter({ client: `${id} ${consoleClient}`, side }, (...why) => tooManyPages(given, ...why));
    },
  };
  const end = () => {
    if (!who) return;
    const servedMs = servedFrom === undefined ? undefined : Date.now() - servedFrom;
    for (const [counter, name] of countersOf(who)) counter.leave(name, servedMs);
  };

  try {
    const recognised = key === undefined ? undefined : known.get(key);
    const refusal = recognised && (await enter(recognised, (...why) => tooMany(request, ...why)));
    return whenEnded(refusal ?? (await serve(introduce)), end);
  } catch (error) {
    end();
    throw error;
  }
}

/** No program can call itself so: ids of clients have no blank. */
const consoleClient = "at the console";

const countersOf = ({ user, client }: Who): [counter: Turns, key: string][] => [
  ...(user === undefined ? [] : [[users, user] satisfies [Turns, string]]),
  [clients, client],
];

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
    user === undefined ? { success: true } : env.CALLS_PER_USER.limit({ key: user }),
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

/** The same for a person, or for a command that asks a page for JSON. */
async function tooManyPages(request: Request, retryAfterMs: number, reason: string): Promise<Response> {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  const next = `Nothing was done. Wait ${seconds} s, then try again.`;
  const headers = { "Retry-After": String(seconds), "Cache-Control": "no-store" };
  if (request.headers.get("Accept")?.includes("application/json"))
    return Response.json({ problem: `${reason} ${next}` }, { status: 429, headers });
  const page = await messagePage({ title: "Not your turn yet", sentence: reason, next, status: 429 });
  for (const [name, value] of Object.entries(headers)) page.headers.set(name, value);
  return page;
}

/** A refusal should be cheap: of a longer call, which has the longest code in it, the id is not looked for. */
const maxRefusedBytes = 1024 * 1024;

/** The JSON-RPC id, by which the client matches the answer to its call. */
async function idOf(request: Request): Promise<string | number | null> {
  const text = await readBoundedText(request, maxRefusedBytes).catch(() => undefined);
  const { id } = (parseJson(text ?? "") ?? {}) as { id?: unknown };
  return typeof id === "string" || typeof id === "number" ? id : null;
}
