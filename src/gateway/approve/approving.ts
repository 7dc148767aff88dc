/**
 * Decides, with the user's ledger, what becomes of each request of a run that may meet an `ask` (the protocol is in
 * `approvals.ts`). A run that meets none asks the ledger nothing.
 */
import type { ApprovedRun, Approvals, ExactRequest, RequestDecision } from "../../terms/approvals.ts";
import type { KeptAnswer } from "../../terms/approvals.ts";
import { startPausing } from "./pausing.ts";
import { type SentBefore } from "../run/run-state.ts";
import { type Pausing } from "../run/run-state.ts";
import type { RunApproval } from "../run/props.ts";
import type { RunState } from "../run/run-state.ts";
import { waitUntil } from "../run/wait.ts";

export interface Approving {
  run: ApprovedRun;
  state: RunState;
  pausing: Pausing;
  ledger: Approvals;
}

/** `note`: what to remember of a request that goes out before the first ask. */
export type Decision = RequestDecision | { do: "send"; note: SentBefore };

export function approvingOf(state: RunState, { run, continues }: RunApproval, ledger: Approvals): Approving {
  return { run, state, pausing: startPausing(state, continues), ledger };
}

/** @param ask whether the policy wants the request approved */
export async function decisionOn(
  request: ExactRequest,
  ask: boolean,
  { run, pausing, ledger }: Approving,
): Promise<Decision> {
  const listed = run.plan === true && request.access !== "read";
  if (run.plan && !listed) return pausing.continuing ? { do: "send" } : remembered(request, pausing);
  if (!pausing.continuing) {
    if (!ask && !listed && !pausing.beginning) return remembered(request, pausing);
    const leave = await pausing.turnstile.enter();
    try {
      if (!pausing.continuing) {
        if (!ask && !listed) return remembered(request, pausing);
        return await first(request, ask, { run, pausing, ledger });
      }
    } finally {
      leave();
    }
  }
  return ledger.decideRequest(run, request, ask);
}

/** Records what came back for a request of `remembered`: for the first ask, or in the ledger if that has been. */
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

/** It did not leave after all. */
export function forget(note: SentBefore, { pausing }: Approving): void {
  pausing.sent = pausing.sent.filter((one) => one !== note);
}

async function first(
  request: ExactRequest,
  ask: boolean,
  { run, pausing, ledger }: Omit<Approving, "state">,
): Promise<Decision> {
  pausing.beginning = true;
  try {
    const told = [...pausing.sent];
    const sent = told.map((note) =>
      note.answer
        ? { request: note.request, answer: note.answer }
        : { request: note.request, ticket: note.ticket },
    );
    const decision = await ledger.decideRequest(run, request, ask, sent);
    // Always allowed, or too many wait: nothing was begun.
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

function remembered(request: ExactRequest, pausing: Pausing): Decision {
  const note = { request, ticket: crypto.randomUUID(), told: false };
  pausing.sent.push(note);
  return { do: "send", note };
}
