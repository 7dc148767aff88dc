/**
 * Decides, with the user's ledger, what becomes of each request of a run that may meet an `ask` (`terms/approvals.ts`
 * has the protocol). Until a run meets one, it does not call the ledger.
 */
import {
  isPlanned,
  type ApprovedRun,
  type Approvals,
  type ExactRequest,
  type KeptAnswer,
  type Handling,
} from "../../terms/approvals.ts";
import type { Access } from "../../terms/api-file.ts";
import { isSentLookingBack, type OperationsThen } from "../run/operations-then.ts";
import type { RunApproval } from "../run/props.ts";
import type { Pausing, RunState, SentBefore } from "../run/run-state.ts";
import { maxKeptBytes } from "./kept-answer.ts";
import { Semaphore, waitUntil } from "../run/waiting.ts";

export interface Approving {
  run: RunState;
  /** The run as the ledger knows it. */
  approved: ApprovedRun;
  /** That of `run`. */
  pausing: Pausing;
  ledger: Approvals;
  /** What became of a request of a lasting run: whether it left, by which ticket. */
  left?: { access: Access; ticket?: string };
  /** For a look back: what the run of then called. */
  lookBack?: OperationsThen;
}

/** `note`: what to remember of a request that goes out before the first ask. A look back plans what nobody will decide on. */
export type Handled = Handling | { do: "send"; note: SentBefore } | { do: "plan"; continuation?: undefined };

/** @param approval what the host found out when the run began */
export function approvingOf(run: RunState, approval: RunApproval, ledger: Approvals): Approving {
  const pausing: Pausing = (run.pausing ??= {
    continuing: approval.continues,
    beginning: false,
    deciding: new Semaphore(1),
    sent: [],
    keptBytes: 0,
    underWay: 0,
    waiting: [],
    planned: [],
    lastPauseAt: 0,
  });
  const { lookBack } = approval;
  return { run, approved: approval.run, pausing, ledger, ...(lookBack && { lookBack }) };
}

/**
 * Whether the run lists such a request and must not send it, whatever the ledger says and wherever a redirect leads: the grant
 * let it come here because of that (decide/policy/grant.ts).
 */
export function isListed(
  request: Pick<ExactRequest, "api" | "operation" | "route" | "method" | "access">,
  ask: boolean,
  { approved, lookBack }: Approving,
): boolean {
  if (approved.plan !== true) return false;
  return isPlanned(request, ask) || (lookBack !== undefined && !isSentLookingBack(request, lookBack));
}

/**
 * What becomes of a request. Until the run continues, only the first ask goes to the ledger, together with everything
 * that `pausing.sent` has noted before; from then on, the ledger decides on every request.
 * @param request as the person would see it, which is what is compared
 * @param ask whether the policy wants it approved
 * @throws what the ledger throws: then nothing is decided, and nothing may be sent
 */
export async function decisionOn(
  request: ExactRequest,
  ask: boolean,
  approving: Approving,
): Promise<Handled> {
  const { approved, pausing, ledger, lookBack } = approving;
  const listed = isListed(request, ask, approving);
  // Nobody is asked to approve what is only compared.
  if (lookBack) return listed ? { do: "plan" } : { do: "send" };
  if (approved.plan && !listed) return pausing.continuing ? { do: "send" } : remembered(request, pausing);
  const isFree = !ask && !listed;
  if (!pausing.continuing) {
    if (isFree && !pausing.beginning) return remembered(request, pausing);
    const decision = await pausing.deciding.within(async () => {
      if (pausing.continuing) return undefined;
      return isFree ? remembered(request, pausing) : first(request, ask, approving);
    });
    if (decision) return decision;
  }
  return ledger.decideRequest(approved, request, ask);
}

/** Records the answer to a request of `remembered`: for the first ask, or in the ledger if that was already made. */
export async function recordNote(
  note: SentBefore,
  answer: KeptAnswer | undefined,
  { pausing, ledger }: Approving,
): Promise<void> {
  await waitUntil(() => !pausing.beginning);
  if (note.told)
    await (answer ? ledger.recordAnswered(note.ticket, answer) : ledger.recordUnanswered(note.ticket));
  else if (answer) {
    note.answer = answer;
    pausing.keptBytes += answer.body?.byteLength ?? 0;
  }
}

async function first(
  request: ExactRequest,
  ask: boolean,
  { approved, pausing, ledger }: Approving,
): Promise<Handled> {
  pausing.beginning = true;
  try {
    const told = [...pausing.sent];
    const sent = told.map(({ told: _told, ...before }) => before);
    const decision = await ledger.decideRequest(approved, request, ask, sent);
    // Always allowed, or too many wait: the ledger began nothing.
    if (decision.do === "refuse") return decision;
    if (decision.do === "send" && decision.ticket === undefined) return remembered(request, pausing);
    for (const note of told) note.told = true;
    pausing.sent = [];
    pausing.keptBytes = 0;
    pausing.continuing = true;
    return decision;
  } finally {
    pausing.beginning = false;
  }
}

function remembered(exact: ExactRequest, pausing: Pausing): Handled {
  const bytes = exact.body?.content?.byteLength ?? 0;
  const fits = pausing.keptBytes + bytes <= maxKeptBytes;
  if (fits) pausing.keptBytes += bytes;
  const request = fits ? exact : withoutContent(exact);
  const note = { request, ticket: crypto.randomUUID(), told: false };
  pausing.sent.push(note);
  return { do: "send", note };
}

/** The hash of its body still tells it from another. */
function withoutContent({ body, ...head }: ExactRequest): ExactRequest {
  return { ...head, ...(body && { body: { hash: body.hash, bytes: body.bytes } }) };
}
