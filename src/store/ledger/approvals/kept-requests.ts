/** The requests of a paused run: what was sent with what came back, what waits, what was approved. */
import type { ExactRequest, KeptAnswer } from "../../../terms/approvals.ts";
import { headersHash, identityOf } from "./identity.ts";
import { interruptedAfterMs } from "../limits.ts";

/**
 * `pending` → `approved` or `rejected`; `approved` → `sent` → `answered` or `unknown`. `void`: the paused run was
 * ended before it was sent.
 */
export type KeptState = "pending" | "approved" | "rejected" | "sent" | "answered" | "unknown" | "void";

export interface KeptRequest extends Record<string, SqlStorageValue> {
  id: string;
  continuation: string;
  position: number;
  identity: string;
  headers_hash: string;
  api: string;
  operation: string;
  access: string;
  request: string;
  /** 1 if the policy wanted it approved. */
  asked: number;
  state: string;
  /** The run that this request was last matched in: within a run it is matched once. */
  run: string;
  ticket: string | null;
  reason: string | null;
  decided_at: number | null;
  sent_at: number | null;
  answer: string | null;
  answer_body: ArrayBuffer | null;
}

interface NewRequest {
  continuation: string;
  request: ExactRequest;
  asked: boolean;
  state: KeptState;
  runId: string;
  ticket?: string;
  sentAtMs?: number;
}

export function insert(
  sql: SqlStorage,
  { continuation, request, asked, state, runId, ticket, sentAtMs }: NewRequest,
): KeptRequest {
  const id = crypto.randomUUID();
  sql.exec(
    `INSERT INTO kept_requests
       (id, continuation, position, identity, headers_hash, api, operation, access, request, asked, state, run,
        ticket, sent_at)
     VALUES (?, ?, (SELECT count(*) FROM kept_requests WHERE continuation = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    continuation,
    continuation,
    identityOf(request),
    headersHash(request),
    request.api,
    request.operation,
    request.access,
    JSON.stringify(request),
    asked ? 1 : 0,
    state,
    runId,
    ticket ?? null,
    sentAtMs ?? null,
  );
  return find(sql, id)!;
}

export function find(sql: SqlStorage, id: string): KeptRequest | undefined {
  return sql.exec<KeptRequest>("SELECT * FROM kept_requests WHERE id = ?", id).toArray()[0];
}

/** The first one like this that the run has not been matched to yet. */
export function match(
  sql: SqlStorage,
  continuation: string,
  request: ExactRequest,
  runId: string,
): KeptRequest | undefined {
  return sql
    .exec<KeptRequest>(
      `SELECT * FROM kept_requests WHERE continuation = ? AND identity = ? AND run <> ?
       ORDER BY headers_hash = ? DESC, position LIMIT 1`,
      continuation,
      identityOf(request),
      runId,
      headersHash(request),
    )
    .toArray()[0];
}

/** A write of the same operation that an earlier run has sent and this one has not asked for. */
export function unmatchedWrite(
  sql: SqlStorage,
  continuation: string,
  request: ExactRequest,
  runId: string,
): KeptRequest | undefined {
  return sql
    .exec<KeptRequest>(
      `SELECT * FROM kept_requests WHERE continuation = ? AND api = ? AND operation = ? AND access <> 'read'
         AND run <> ? AND state IN ('sent', 'answered', 'unknown') ORDER BY position LIMIT 1`,
      continuation,
      request.api,
      request.operation,
      runId,
    )
    .toArray()[0];
}

export function markMatched(sql: SqlStorage, id: string, runId: string): void {
  sql.exec("UPDATE kept_requests SET run = ? WHERE id = ?", runId, id);
}

/** A new ticket for an approved request. An older one is worth nothing any more. */
export function giveTicket(sql: SqlStorage, id: string): string {
  const ticket = crypto.randomUUID();
  sql.exec("UPDATE kept_requests SET ticket = ? WHERE id = ?", ticket, id);
  return ticket;
}

/** @returns whether the ticket was good: then, and only then, the request may go out */
export function takeTicket(sql: SqlStorage, ticket: string, nowMs: number): boolean {
  const taken = sql.exec(
    "UPDATE kept_requests SET state = 'sent', sent_at = ? WHERE ticket = ? AND state = 'approved'",
    nowMs,
    ticket,
  );
  return taken.rowsWritten > 0;
}

export function keepAnswer(
  sql: SqlStorage,
  where: { ticket: string } | { id: string },
  answer: KeptAnswer,
): void {
  const { body, ...head } = answer;
  const [column, value] = "ticket" in where ? ["ticket", where.ticket] : ["id", where.id];
  sql.exec(
    `UPDATE kept_requests SET state = 'answered', answer = ?, answer_body = ? WHERE ${column} = ?
       AND state IN ('sent', 'unknown')`,
    JSON.stringify(head),
    body ?? null,
    value!,
  );
}

/** No answer came. One that comes after all is still taken. */
export function markUnknown(sql: SqlStorage, ticket: string): void {
  sql.exec("UPDATE kept_requests SET state = 'unknown' WHERE ticket = ? AND state = 'sent'", ticket);
}

/** What was sent so long ago that its answer would have come. */
export function markOverdue(sql: SqlStorage, nowMs: number): void {
  sql.exec(
    "UPDATE kept_requests SET state = 'unknown' WHERE state = 'sent' AND sent_at < ?",
    nowMs - interruptedAfterMs,
  );
}

/** The answer that was kept of an `answered` request, or `undefined` if its body was too large. */
export function answerOf(kept: KeptRequest): KeptAnswer | undefined {
  // Written by `keepAnswer` only.
  const head = JSON.parse(kept.answer ?? "null") as Omit<KeptAnswer, "body"> | null;
  if (head === null || head.bodyTooLarge) return undefined;
  return { ...head, ...(kept.answer_body !== null && { body: new Uint8Array(kept.answer_body) }) };
}

export function requestOf(kept: KeptRequest): ExactRequest {
  // Written by `insert` only.
  return JSON.parse(kept.request) as ExactRequest;
}
