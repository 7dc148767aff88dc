/** The requests of a paused run: what was sent with what came back, what waits, what was approved. */
import type { ExactBody, ExactRequest, KeptAnswer } from "../../../terms/approvals.ts";
import { identityOf, requestHash } from "./identity.ts";
import { interruptedAfterMs } from "../limits.ts";
import { first, insertRow } from "../rows.ts";

/**
 * `pending` → `approved` or `rejected`; `approved` → `sent` → `answered` or `unknown`; `unknown` → `approved` again, or
 * `confirmed`: a person found that it took effect, and its answer is lost. `void`: the paused run ended before it was sent.
 */
export type KeptState =
  "pending" | "approved" | "rejected" | "sent" | "answered" | "unknown" | "confirmed" | "void";

export type KeptRequest = {
  id: string;
  continuation: string;
  position: number;
  identity: string;
  /** Of the whole request: what a decision names, beside the id. */
  hash: string;
  api: string;
  operation: string;
  access: string;
  /** As JSON, without the bytes of its body. */
  request: string;
  body: ArrayBuffer | null;
  /** 1 if the policy wanted it approved. */
  asked: number;
  state: KeptState;
  /** The run that this request was last matched in: within a run it is matched once. */
  run: string;
  ticket: string | null;
  reason: string | null;
  decided_at: number | null;
  sent_at: number | null;
  answer: string | null;
  answer_body: ArrayBuffer | null;
  /** Of a lasting run: which thing of the run it was. */
  step: number | null;
};

/**
 * Adds a request at the end of a paused run.
 * @param kept which paused run, which run asked, and what is known of it; `step` for one of a lasting run
 * @returns its id
 */
export function insert(
  sql: SqlStorage,
  request: ExactRequest,
  kept: Pick<KeptRequest, "continuation" | "asked" | "state" | "run"> & Partial<Pick<KeptRequest, "step">>,
): string {
  const id = crypto.randomUUID();
  const { api, operation, access } = request;
  const { content, ...body } = request.body ?? {};
  const bytes = content && new Uint8Array(content).buffer;
  insertRow(sql, "kept_requests", {
    id,
    position: nextPosition(sql, kept.continuation),
    identity: identityOf(request),
    hash: requestHash(request),
    api,
    operation,
    access,
    request: JSON.stringify({ ...request, ...(request.body && { body }) }),
    body: bytes ?? null,
    ...kept,
  });
  return id;
}

/** After the last one: some before it may be gone. */
function nextPosition(sql: SqlStorage, continuation: string): number {
  const query = "SELECT ifnull(max(position) + 1, 0) AS next FROM kept_requests WHERE continuation = ?";
  return sql.exec<{ next: number }>(query, continuation).one().next;
}

export function countKept(sql: SqlStorage, continuation: string): number {
  const query = "SELECT count(*) AS kept FROM kept_requests WHERE continuation = ?";
  return sql.exec<{ kept: number }>(query, continuation).one().kept;
}

export function find(sql: SqlStorage, id: string): KeptRequest | undefined {
  return first(sql, "SELECT * FROM kept_requests WHERE id = ?", id);
}

/** The first request like this one that the run has not been matched to yet; one with the same headers comes first. */
export function match(
  sql: SqlStorage,
  continuation: string,
  request: ExactRequest,
  runId: string,
): KeptRequest | undefined {
  return first(
    sql,
    `SELECT * FROM kept_requests WHERE continuation = ? AND identity = ? AND api = ? AND operation = ? AND run <> ?
     ORDER BY hash = ? DESC, position LIMIT 1`,
    continuation,
    identityOf(request),
    request.api,
    request.operation,
    runId,
    requestHash(request),
  );
}

/** A write of the same operation that an earlier run has sent and this one has not asked for. */
export function unmatchedWrite(
  sql: SqlStorage,
  continuation: string,
  { api, operation }: ExactRequest,
  runId: string,
): KeptRequest | undefined {
  const query = `SELECT * FROM kept_requests WHERE continuation = ? AND api = ? AND operation = ?
    AND access <> 'read' AND run <> ? AND state IN ('sent', 'answered', 'unknown', 'confirmed')
    ORDER BY position LIMIT 1`;
  return first(sql, query, continuation, api, operation, runId);
}

/** @param step where a lasting run asks for it now */
export function markMatched(sql: SqlStorage, id: string, runId: string, step: number | null = null): void {
  sql.exec("UPDATE kept_requests SET run = ?, step = ? WHERE id = ?", runId, step, id);
}

/** Approves a request and gives it a new ticket. An older ticket is void from here on. */
export function giveTicket(sql: SqlStorage, id: string): string {
  const ticket = crypto.randomUUID();
  sql.exec("UPDATE kept_requests SET state = 'approved', ticket = ? WHERE id = ?", ticket, id);
  return ticket;
}

/** @returns whether the ticket was good: only then may the request go out */
export function takeTicket(sql: SqlStorage, ticket: string, nowMs: number): boolean {
  const query =
    "UPDATE kept_requests SET state = 'sent', sent_at = ? WHERE ticket = ? AND state = 'approved'";
  return sql.exec(query, nowMs, ticket).rowsWritten > 0;
}

/** A request that went out before the ledger was asked, with the ticket that its run gave it. */
export function markSent(sql: SqlStorage, id: string, ticket: string, nowMs: number): void {
  const query = `UPDATE kept_requests SET state = 'sent', ticket = ?, sent_at = ? WHERE id = ?
    AND state IN ('pending', 'approved', 'rejected')`;
  sql.exec(query, ticket, nowMs, id);
}

export function hasTicket(sql: SqlStorage, ticket: string): boolean {
  return first(sql, "SELECT 1 FROM kept_requests WHERE ticket = ?", ticket) !== undefined;
}

export function keepAnswer(sql: SqlStorage, ticket: string, { body, ...head }: KeptAnswer): void {
  sql.exec(
    `UPDATE kept_requests SET state = 'answered', answer = ?, answer_body = ? WHERE ticket = ?
       AND state IN ('sent', 'unknown', 'confirmed')`,
    JSON.stringify(head),
    body ?? null,
    ticket,
  );
}

/** The answer of a lasting run's request is in its journal. What nobody was asked about is not kept beside it. */
export function markJournaled(sql: SqlStorage, ticket: string): void {
  sql.exec("DELETE FROM kept_requests WHERE ticket = ? AND asked = 0", ticket);
  sql.exec("UPDATE kept_requests SET state = 'answered' WHERE ticket = ?", ticket);
}

/** A request of a lasting run was refused although it was allowed: it will not be sent. */
export function dropUnsent(sql: SqlStorage, continuation: string, step: number): void {
  const query =
    "UPDATE kept_requests SET state = 'void' WHERE continuation = ? AND step = ? AND state = 'approved'";
  sql.exec(query, continuation, step);
}

/** No answer came. A late one is still taken. */
export function markUnknown(sql: SqlStorage, ticket: string): void {
  sql.exec("UPDATE kept_requests SET state = 'unknown' WHERE ticket = ? AND state = 'sent'", ticket);
}

/** What was sent so long ago that its answer would have come. */
export function markOverdue(sql: SqlStorage, nowMs: number): void {
  const query = "UPDATE kept_requests SET state = 'unknown' WHERE state = 'sent' AND sent_at < ?";
  sql.exec(query, nowMs - interruptedAfterMs);
}

/** The answer kept of an `answered` request, or `undefined` if its body was too large. */
export function answerOf(kept: KeptRequest): KeptAnswer | undefined {
  // Written by `keepAnswer` only.
  const head = JSON.parse(kept.answer ?? "null") as Omit<KeptAnswer, "body"> | null;
  if (head === null || head.bodyTooLarge) return undefined;
  return { ...head, ...(kept.answer_body !== null && { body: new Uint8Array(kept.answer_body) }) };
}

export function requestOf(kept: KeptRequest): ExactRequest {
  // Written by `insert`, or by a version that kept the text of a body in the JSON, and not always all of it.
  const { body, ...head } = JSON.parse(kept.request) as ExactRequest & {
    body?: ExactBody & { text?: string };
  };
  if (!body) return head;
  const { hash, bytes, text } = body;
  const content = kept.body ? new Uint8Array(kept.body) : text === undefined ? undefined : utf8(text);
  return { ...head, body: { hash, bytes, ...(content && { content }) } };
}

const utf8 = (text: string) => new TextEncoder().encode(text);
