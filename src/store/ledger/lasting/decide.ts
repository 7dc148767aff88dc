/**
 * Decides on one request of a lasting run that its journal does not answer. Called within a transaction. Only the slice that
 * runs gets anything. A write that left is not sent again unless a person says so.
 */
import type { ApprovedRun, ExactRequest, Handling, SliceName, Step } from "../../../terms/approvals.ts";
import type { Failure } from "../../../terms/failure.ts";
import { lastingLimits } from "../../../terms/lasting.ts";
import { allowedWith, isAlwaysAllowed } from "../approvals/always-allowed.ts";
import { findById, isHeld } from "../approvals/continuations.ts";
import { tookEffect } from "../approvals/decide.ts";
import { identityOf, requestHash } from "../approvals/identity.ts";
import { giveTicket, insert, markMatched, requestOf, type KeptRequest } from "../approvals/kept-requests.ts";
import { tooManyKept, tooManyWaiting } from "../approvals/room.ts";
import { first } from "../rows.ts";
import type { LastingRow } from "./row.ts";
import { readLasting } from "./rows.ts";

/** The row of a run whose slice this is, or `undefined` for one that has been taken over or ended. */
export function current(sql: SqlStorage, { runId, slice }: SliceName): LastingRow | undefined {
  const row = readLasting(sql, runId);
  return row?.state === "running" && row.slice === slice ? row : undefined;
}

/** Why a run may ask for nothing more. */
export function fullOf(sql: SqlStorage, { entries, bytes }: LastingRow): Failure | undefined {
  const { maxEntries, maxBytes, maxAllBytes } = lastingLimits;
  if (entries >= maxEntries)
    return {
      kind: "limit-reached",
      limit: "steps of a background run",
      value: maxEntries,
      unit: "requests and sleeps",
    };
  const { total } = sql.exec<{ total: number }>("SELECT sum(bytes) AS total FROM lasting").one();
  if (bytes >= maxBytes || total >= maxAllBytes)
    return {
      kind: "limit-reached",
      limit: "answers of a background run",
      value: bytes >= maxBytes ? maxBytes : maxAllBytes,
      unit: bytes >= maxBytes ? "bytes" : "bytes of all of them",
    };
  return undefined;
}

export interface LastingQuestion {
  run: ApprovedRun & { lasting: SliceName & Step };
  request: ExactRequest;
  ask: boolean;
}

export function decideLasting(sql: SqlStorage, { run, request, ask }: LastingQuestion): Handling {
  const { lasting, client } = run;
  const row = current(sql, lasting);
  if (!row) return { do: "pause", continuation: "" };
  const { continuation } = row;
  const full = fullOf(sql, row);
  if (full) return { do: "refuse", failure: full };
  const isRead = request.access === "read";
  const paused = findById(sql, continuation);
  const held = paused !== undefined && isHeld(paused, run);
  const mustAsk = ask && !held && !isAlwaysAllowed(sql, allowedWith(request, client.id));
  const kept = open(sql, continuation, request, sliceId(lasting));
  if (!kept) {
    // An allowed read is in the journal when it is answered; until then it may be sent again.
    if (isRead && !mustAsk) return { do: "send" };
    const tooMany = tooManyKept(sql, continuation) ?? (mustAsk ? tooManyWaiting(sql) : undefined);
    if (tooMany) return tooMany;
    if (!isRead && isElsewhere(sql, continuation, lasting))
      return { do: "refuse", failure: strayed(request) };
    const given = { continuation, asked: ask ? 1 : 0, run: sliceId(lasting), step: lasting.step };
    if (mustAsk) {
      insert(sql, request, { ...given, state: "pending" });
      return { do: "pause", continuation };
    }
    return { do: "send", ticket: giveTicket(sql, insert(sql, request, { ...given, state: "approved" })) };
  }
  markMatched(sql, kept.id, sliceId(lasting), lasting.step);
  if (kept.hash !== requestHash(request)) return { do: "refuse", failure: strayed(request) };
  switch (kept.state) {
    case "pending":
      return mustAsk ? { do: "pause", continuation } : { do: "send", ticket: giveTicket(sql, kept.id) };
    case "approved":
      return { do: "send", ticket: giveTicket(sql, kept.id) };
    case "confirmed":
      if (!isRead) return { do: "refuse", failure: tookEffect(request) };
      return { do: "send", ticket: giveTicket(sql, kept.id) };
    case "rejected":
      return { do: "refuse", failure: rejected(requestOf(kept), kept.reason) };
    default:
      if (isRead) return { do: "send", ticket: giveTicket(sql, kept.id) };
      // It left, and nobody knows what became of it: the person looks into the API and says.
      sql.exec("UPDATE kept_requests SET state = 'unknown' WHERE id = ?", kept.id);
      return { do: "pause", continuation };
  }
}

/** A slice as `kept_requests` names it. */
export const sliceId = ({ runId, slice }: SliceName) => `${runId}.${slice}`;

/** A request like this one that is not answered, and that this slice has not asked for yet. */
function open(
  sql: SqlStorage,
  continuation: string,
  request: ExactRequest,
  slice: string,
): KeptRequest | undefined {
  return first(
    sql,
    `SELECT * FROM kept_requests WHERE continuation = ? AND identity = ? AND api = ? AND operation = ? AND run <> ?
     AND state IN ('pending', 'approved', 'rejected', 'sent', 'unknown', 'confirmed') ORDER BY hash = ? DESC, position LIMIT 1`,
    continuation,
    identityOf(request),
    request.api,
    request.operation,
    slice,
    requestHash(request),
  );
}

/** Whether an earlier slice asked for something else here, or for a write before it that this one has not asked for. */
function isElsewhere(sql: SqlStorage, continuation: string, lasting: SliceName & Step): boolean {
  const query = `SELECT 1 FROM kept_requests WHERE continuation = ? AND run <> ? AND step <= ?
    AND state IN ('pending', 'approved', 'sent', 'unknown') LIMIT 1`;
  return first(sql, query, continuation, sliceId(lasting), lasting.step) !== undefined;
}

/** Code that did something else than before when it ran again: what it did before could happen twice. */
export function strayed({
  operation,
  method,
  url,
}: Pick<ExactRequest, "operation" | "method" | "url">): Failure {
  return {
    kind: "denied",
    operation,
    rule: "code that goes on must do what it did before",
    message: `When the code went on, it did something else than before: it wants to send ${method} ${url}, so a change could happen twice. This was not sent. What was done stands: read the current state, and write new code for what is left.`,
  };
}

function rejected({ operation, method, url }: ExactRequest, reason: string | null): Failure {
  return {
    kind: "denied",
    operation,
    rule: "a person decided",
    message: `The user rejected ${method} ${url}${reason ? `: ${reason}` : "."} Do not send it again. Ask the user what to do instead.`,
  };
}
