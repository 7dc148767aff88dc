/**
 * The road of one request through the gateway: read, match, decide, approve, sign, send, record. Each step passes on
 * what it found, or ends the road with a failure, which is recorded and returned as a refusal. So is an exception.
 */
import { ruledBy } from "../terms/grounds.ts";
import type { Failure, RequestRecord } from "../terms/failure.ts";
import { approvedExchange } from "./approve/approved-exchange.ts";
import { readBody } from "./read/body.ts";
import { endedMeanwhile, notAwaited } from "./run/connection.ts";
import { isListed, type Approving } from "./approve/approving.ts";
import { exchange, type DecidedRequest, type Limits } from "./send/exchange.ts";
import { readIncoming, type IncomingRequest, type OutboundRequest } from "./read/incoming.ts";
import { locate, type Target } from "./decide/locate.ts";
import { problemInBody } from "./decide/policy/method-override.ts";
import { recordOf } from "./record/record.ts";
import { refuse } from "../request/refusal.ts";
import { credentialNamesInBody, isBodyMember } from "../request/security.ts";
import { usageOf, type RunContext, type RunState, type Usage } from "./run/run-state.ts";
import { failed, misconfigured, type Result } from "../terms/result.ts";
import { onceFor } from "../terms/once.ts";
import { inTurns, othersTurn } from "../terms/in-turns.ts";
import { Semaphore } from "./run/waiting.ts";
import { logEvent } from "../terms/log.ts";
import { tellStage } from "../terms/stages.ts";
import { StoreFault } from "../store/fault.ts";

/**
 * @param approving for a run that may meet an `ask`; without it, a request that needs approval is refused
 * @returns the upstream's answer as the sandbox may see it, or a refusal; the run has a record of either
 */
export async function handleCall(
  request: OutboundRequest,
  context: RunContext,
  approving?: Approving,
): Promise<Response> {
  tellStage("asked");
  const call: Call = { startedAt: Date.now() };
  try {
    const result = await answerTo(request, call, context, approving);
    tellStage("returned");
    return result.ok ? result.response : finish(call, result.failure);
  } catch (error) {
    // A bug of ours or a broken store: the reason goes to the log, not to the sandbox.
    logEvent("isogate.gateway.failed", { "isogate.run.id": context.run.runId }, error);
    const outcome = call.record?.outcome;
    const message =
      error instanceof StoreFault && outcome !== "answered"
        ? `The request was not sent. ${error.message}`
        : "The gateway failed while handling this request, which was not completed.";
    const next = "Try again. If it keeps failing, tell the operator to read the server's log.";
    const fault = misconfigured(message, next);
    if (!call.record) context.run.records.push((call.record = recordOf(request, fault, call.startedAt)));
    const response = finish(call, fault.failure);
    // It was sent, whatever became of the answer.
    if (outcome === "answered") call.record.outcome = outcome;
    return response;
  }
}

/** What is known of a request so far. Its record is that of the last hop. */
interface Call extends Partial<DecidedRequest> {
  startedAt: number;
}

async function answerTo(
  request: OutboundRequest,
  call: Call,
  context: RunContext,
  approving: Approving | undefined,
): Promise<Result<{ response: Response }>> {
  const { run } = context;
  const refused = run.records.filter(({ outcome }) => outcome === "denied").length;
  if (refused > maxRefused) return failed(tooManyRefused);
  const incoming = readIncoming(request);
  if (refused === maxRefused) {
    // The last one that is recorded.
    run.records.push((call.record = recordOf(incoming, failed(tooManyRefused), call.startedAt)));
    return failed(tooManyRefused);
  }
  // A look back is decided on as the run itself would be.
  const isPlan = approving?.approved.plan && !approving.lookBack;
  const located = await inItsTurn(incoming.url, run, () => locate(incoming, context, isPlan));
  const record = recordOf(incoming, located, call.startedAt);
  run.records.push((call.record = record));
  if (!located.ok) return located;
  const target = (call.target = located.target);
  const ended = await endedMeanwhile(context);
  if (ended) return failed(ended);
  const usage = usageOf(run, target.api);
  const limit = limitOf(run, usage, incoming, target.href);
  if (limit) return failed(limit);
  usage.requests += 1;
  const body = await readBody(request, usage);
  if (body === "too-large") return failed(limitReached("bytesUp", usage, "bytes sent"));
  const problem = await inTurns(
    problemInBody(
      incoming.method,
      incoming.headers.get("content-type"),
      body,
      incoming.headers.get("content-encoding"),
      target.telling,
      credentialNamesInBody(target.places, target.object, incoming.headers.get("content-type")),
      (name) => isBodyMember(target.object, name),
    ),
  );
  if (problem) return failed(problem);
  if (target.ask && !approving) return failed({ kind: "needs-approval", operation: target.operation.id });
  const decided = Object.assign(call, { incoming, body, target, record });
  const mayFollow =
    approving && ((to: Target, method: string) => !isListed(askingFor(to, method), to.ask, approving));
  const send = (limits?: Limits) =>
    usage.inFlight.within(() => exchange(decided, context, { ...limits, mayFollow }));
  return approving ? approvedExchange(decided, send, approving, context) : send();
}

/** Longer addresses take up to a tenth of a second to be read in every way that a server may. */
const longAddressChars = 2_000;
/** One at a time of a run: one that has a thousand keeps no other waiting. */
const reading = onceFor((_run: RunState) => new Semaphore(1));

function inItsTurn<Read extends object>(
  address: string,
  run: RunState,
  read: () => Promise<Result<Read>>,
): Promise<Result<Read>> {
  if (address.length <= longAddressChars) return read();
  return reading(run).within(async () => {
    if (!run.closed) await othersTurn();
    return run.closed ? failed(notAwaited) : read();
  });
}

const askingFor = ({ api, operation, route, access }: Target, method: string) => ({
  api: api.name,
  operation: operation.id,
  route,
  access,
  method,
});

/** A request that is refused costs the gateway as much as one that is sent, and each leaves a record. */
const maxRefused = 100;

const tooManyRefused: Failure = {
  kind: "limit-reached",
  limit: "refused requests",
  value: maxRefused,
  unit: "refused requests",
};

/** Records how a request failed. */
function finish({ record, target, startedAt }: Call, failure: Failure): Response {
  if (record) {
    record.outcome = outcomes[failure.kind] ?? "denied";
    record.durationMs = Date.now() - startedAt;
    record.failure = recorded(failure);
    // A refusal after the policy allowed the request has a rule of its own.
    if (failure.kind === "denied" && (target || record.rule === undefined)) ruledBy(record, failure.rule);
    if (failure.kind === "limit-reached") ruledBy(record, `limit reached: ${failure.limit}`);
  }
  return refuse(failure);
}

/** With the words that nobody but the gateway may say: a run's own account of a refusal is compared with them. */
function recorded(failure: Failure): NonNullable<RequestRecord["failure"]> {
  const { kind } = failure;
  if (kind === "misconfigured") return { kind, message: failure.message, next: failure.next };
  if (kind === "needs-scope") return { kind, message: failure.scope };
  if (kind === "denied" || kind === "upstream-unreachable" || kind === "outcome-unknown")
    return { kind, message: failure.message };
  return { kind };
}

function limitOf(
  run: RunState,
  usage: Usage,
  { headers }: IncomingRequest,
  href: string,
): Failure | undefined {
  const { budgets } = usage;
  if (Date.now() - run.startedAt > budgets.runMs) return limitReached("runMs", usage, "ms of wall time");
  if (usage.requests >= budgets.requests) return limitReached("requests", usage, "requests");
  if (usage.bytesDown > budgets.bytesDown) return limitReached("bytesDown", usage, "bytes received");
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
