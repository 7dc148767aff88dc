/**
 * The road of one request through the gateway: read, match, decide, approve, sign, send, record. Each step passes on
 * what it found, or ends the road with a failure, which is recorded and returned as a refusal.
 */
import type { Failure, RequestRecord } from "../terms/failure.ts";
import { approvedExchange } from "./approve/approved-exchange.ts";
import { readBody } from "./read/body.ts";
import { endedConnection } from "./run/connection.ts";
import type { Approving } from "./approve/approving.ts";
import { exchange } from "./send/exchange.ts";
import { readIncoming, type IncomingRequest } from "./read/incoming.ts";
import { locate } from "./decide/locate.ts";
import { methodInBody } from "./decide/policy/method-override.ts";
import { recordOf } from "./record/record.ts";
import { refuse } from "../request/refusal.ts";
import { usageOf, type RunContext, type RunState, type Usage } from "./run/run-state.ts";
import type { BeforeSend } from "./send/sign-and-send.ts";

/**
 * @param approving for a run that may meet an `ask`; without it, a request that needs approval is refused
 * @returns the upstream's answer as the sandbox may see it, or a refusal; the run has a record of either
 */
export async function handleCall(
  request: Request,
  context: RunContext,
  approving?: Approving,
): Promise<Response> {
  const startedAt = Date.now();
  const { run } = context;
  const incoming = readIncoming(request);
  const located = await locate(incoming, context);
  const begun = recordOf(incoming, located, startedAt);
  run.records.push(begun);
  const finish = (failure: Failure, record = begun) => {
    record.outcome = outcomes[failure.kind] ?? "denied";
    record.durationMs = Date.now() - startedAt;
    record.failure = failure.kind === "misconfigured" ? failure : { kind: failure.kind };
    // A refusal after the policy allowed the request has a rule of its own.
    if (failure.kind === "denied" && (located.ok || record.rule === undefined)) record.rule = failure.rule;
    if (failure.kind === "limit-reached") record.rule = `limit reached: ${failure.limit}`;
    return refuse(failure);
  };
  if (!located.ok) return finish(located.failure);
  const ended = await endedConnection(context);
  if (ended) return finish(ended);
  const { target } = located;
  const usage = usageOf(run, target.api);
  const limit = limitOf(run, usage, incoming, target.href);
  if (limit) return finish(limit);
  usage.requests += 1;
  const body = await readBody(request, usage);
  if (body === "too-large") return finish(limitReached("bytesUp", usage, "bytes sent"));
  const override = methodInBody(incoming.method, incoming.headers.get("content-type"), body);
  if (override) return finish(override);
  if (target.ask && !approving) return finish({ kind: "needs-approval", operation: target.operation.id });
  const decided = { incoming, body, target, record: begun };
  const send = (beforeSend?: BeforeSend) =>
    usage.inFlight.within(() => exchange(decided, context, beforeSend));
  const result = await (approving ? approvedExchange(decided, send, approving) : send());
  return result.ok ? result.response : finish(result.failure, result.record);
}

function limitOf(
  run: RunState,
  usage: Usage,
  { headers }: IncomingRequest,
  href: string,
): Failure | undefined {
  const { budgets } = usage;
  if (run.closed || Date.now() - run.startedAt > budgets.runMs)
    return limitReached("runMs", usage, "ms of wall time");
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

const outcomes: Partial<Record<Failure["kind"], RequestRecord["outcome"]>> = {
  "upstream-unreachable": "unreachable",
  "outcome-unknown": "unknown",
  "needs-approval": "waiting",
};
