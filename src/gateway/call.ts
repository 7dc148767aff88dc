/**
 * The road of one request through the gateway: read, match, decide, approve, sign, send, record. Each step either
 * hands on what it found or ends the road with a failure, which is recorded and returned as a refusal.
 */
import type { Failure, RequestRecord } from "../terms/failure.ts";
import { approvedExchange } from "./approve/approved-exchange.ts";
import type { Learning } from "../learned/learn.ts";
import { readBody } from "./read/body.ts";
import { endedConnection } from "./run/connection.ts";
import type { Approving } from "./approve/approving.ts";
import type { RunContext } from "./run/context.ts";
import { exchange, type ExchangeContext } from "./send/exchange.ts";
import { givenRequest, type GivenRequest } from "./read/given.ts";
import { locate } from "./decide/locate.ts";
import { methodInBody } from "./decide/policy/method-override.ts";
import { recordOf } from "./record/record.ts";
import { refuse } from "../request/refusal.ts";
import { usageOf, type RunState, type Usage } from "./run/run-state.ts";

export interface CallContext extends RunContext {
  /** For a run that may meet an `ask`. */
  approving?: Approving | undefined;
  /** Looks at answers that the document says nothing of. */
  learning?: Learning;
}

export async function handleCall(request: Request, context: CallContext): Promise<Response> {
  const startedAt = Date.now();
  const { run } = context;
  const given = givenRequest(request);
  const located = await locate(given, context);
  let record = recordOf(given, located);
  run.records.push(record);
  const finish = (failure: Failure) => {
    record.outcome = outcomeOf(failure);
    record.durationMs = Date.now() - startedAt;
    record.failure = failure.kind === "misconfigured" ? failure : { kind: failure.kind };
    // What is refused after the policy allowed it has a rule of its own.
    if (failure.kind === "denied" && (located.ok || record.rule === undefined)) record.rule = failure.rule;
    if (failure.kind === "limit-reached") record.rule = `limit reached: ${failure.limit}`;
    return refuse(failure);
  };
  if (!located.ok) return finish(located.failure);
  const ended = await endedConnection(context);
  if (ended) return finish(ended);
  const { target } = located;
  const usage = usageOf(run, target.api.name, target.api.file.budgets);
  const limit = limitOf(run, usage, given, target.href);
  if (limit) return finish(limit);
  usage.requests += 1;
  const body = await readBody(request, usage);
  if (body === "too-large") return finish(limitReached("bytesUp", usage, "bytes sent"));
  const override = methodInBody(given.method, given.headers.get("content-type"), body);
  if (override) return finish(override);
  const { approving } = context;
  if (target.ask && !approving) return finish({ kind: "needs-approval", operation: target.operation.id });
  const exchanging: ExchangeContext = { ...context, record, usage, startedAt };
  const send = async (beforeSend?: ExchangeContext["beforeSend"]) => {
    const leave = await usage.turnstile.enter();
    try {
      exchanging.beforeSend = beforeSend;
      return await exchange(given, body, target, exchanging);
    } finally {
      leave();
    }
  };
  const result = await (approving
    ? approvedExchange({ given, body, target, record, send }, approving)
    : send());
  if (result.ok) return result.response;
  record = exchanging.record;
  return finish(result.failure);
}

function limitOf(run: RunState, usage: Usage, { headers }: GivenRequest, href: string): Failure | undefined {
  const { budgets } = usage;
  if (run.closed || Date.now() - run.startedAt > budgets.runMs) {
    return limitReached("runMs", usage, "ms of wall time");
  }
  if (usage.requests >= budgets.requests) return limitReached("requests", usage, "requests");
  if (href.length > budgets.urlBytes) return limitReached("urlBytes", usage, "bytes of one URL");
  let headerBytes = 0;
  for (const [name, value] of headers) headerBytes += name.length + value.length + 4;
  if (headerBytes > budgets.headerBytes)
    return limitReached("headerBytes", usage, "bytes of one request's headers");
  return undefined;
}

function limitReached(limit: keyof Usage["budgets"], usage: Usage, unit: string): Failure {
  return { kind: "limit-reached", limit, value: usage.budgets[limit], unit };
}

function outcomeOf(failure: Failure): RequestRecord["outcome"] {
  if (failure.kind === "upstream-unreachable") return "unreachable";
  if (failure.kind === "outcome-unknown") return "unknown";
  if (failure.kind === "needs-approval") return "waiting";
  return "denied";
}
