/**
 * The part of a user's ledger that keeps what waits for their decision: paused runs and plans, the decisions on them, and what they
 * always allow. The gateway decides with it (`Approvals`), pages and clients' questions show and answer it.
 */
import type {
  ApprovedRun,
  Approvals,
  Continued,
  ExactRequest,
  Handling,
  KeptAnswer,
  SentRequest,
} from "../../../terms/approvals.ts";
import type { CapabilitySet } from "../../../terms/capabilities.ts";
import { decideLasting } from "../lasting/decide.ts";
import { lastingOf, wakeDecided } from "../lasting/rows.ts";
import { silentAfterMs } from "../limits.ts";
import { WaitingLedger } from "../waiting/waiting-ledger.ts";
import { askAgain, listAlwaysAllowed, type AlwaysAllowedKey } from "./always-allowed.ts";
import { allowedProgram, endOfRun, findOpen, idByRun, noteCapabilities } from "./continuations.ts";
import { decide } from "./decide.ts";
import { keepAnswer, markUnknown, takeTicket } from "./kept-requests.ts";
import {
  listPaused,
  listPausedWith,
  readPaused,
  review,
  type ReviewChoice,
  type ReviewResult,
} from "./review.ts";

const droppedByUser = "The user ended this run.";

export abstract class ApprovalsLedger extends WaitingLedger implements Approvals {
  continues(run: ApprovedRun): Continued | null {
    const found = findOpen(this.sql, run, Date.now());
    if (!found) return null;
    const allowed = allowedProgram(found, run);
    return allowed ? { allowed } : {};
  }

  decideRequest(run: ApprovedRun, request: ExactRequest, ask: boolean, sent?: SentRequest[]): Handling {
    const { lasting } = run;
    const isUnderWay = (runId: string) => this.isHeard(runId, silentAfterMs);
    return this.write(() =>
      lasting
        ? decideLasting(this.sql, { run: { ...run, lasting }, request, ask })
        : decide(this.sql, { run, request, ask, sent, isUnderWay }, Date.now()),
    );
  }

  recordSent(ticket: string): boolean {
    return takeTicket(this.sql, ticket, Date.now());
  }

  recordAnswered(ticket: string, answer: KeptAnswer): void {
    keepAnswer(this.sql, ticket, answer);
  }

  recordUnanswered(ticket: string): void {
    this.write(() => markUnknown(this.sql, ticket));
  }

  runEnded(runId: string, outcome: string): void {
    this.write(() => endOfRun(this.sql, runId, outcome));
  }

  /**
   * What the code of a paused run or a plan can call, as far as it tells: from here on a person may allow it to do that.
   * @param id of the paused run or the plan
   */
  recordCapabilities(id: string, capabilities: CapabilitySet): void {
    this.write(() => noteCapabilities(this.sql, id, capabilities));
  }

  /** The latest paused runs, those that are open first. */
  pausedRuns(limit: number) {
    return listPaused(this.sql, limit, Date.now());
  }

  /** The same, each with its first requests. */
  pausedRunsWith(limit: number) {
    return listPausedWith(this.sql, limit, Date.now());
  }

  /** One paused run with its first requests, or `null` if this user has none with this id. */
  pausedRun(id: string, limit: number) {
    return readPaused(this.sql, id, limit, Date.now()) ?? null;
  }

  /** The id of the paused run that this run began or continued, or `null`. */
  pausedRunOf(runId: string): string | null {
    return idByRun(this.sql, runId) ?? null;
  }

  /** Takes a person's decision on a paused run. What lasts goes on, or ends, by itself. */
  review(id: string, decision: ReviewChoice): ReviewResult {
    return this.writeDue(() => {
      const lasting = lastingOf(this.sql, null).find(({ continuation }) => continuation === id);
      if (lasting && decision.do === "drop") this.endLastingRun(lasting.run, droppedByUser, "dropped");
      else {
        const reviewed = review(this.sql, id, decision, Date.now());
        wakeDecided(this.sql, Date.now());
        return reviewed.ok && lasting ? { ...reviewed, lasting: true } : reviewed;
      }
      return { ok: true as const, changed: 1, lasting: true };
    });
  }

  alwaysAllowed() {
    return listAlwaysAllowed(this.sql);
  }

  /** Takes back an `always`. */
  askAgain(allowed: AlwaysAllowedKey): void {
    askAgain(this.sql, allowed);
  }
}
