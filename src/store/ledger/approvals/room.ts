/** How much may wait for a person, and be kept of one paused run. */
import type { Handling } from "../../../terms/approvals.ts";
import type { FixedLimit } from "../../../terms/failure.ts";
import { maxKeptRequests, maxWaiting } from "../limits.ts";
import { countKept } from "./kept-requests.ts";

export function tooManyWaiting(sql: SqlStorage): Handling | undefined {
  const query = "SELECT count(*) AS waiting FROM kept_requests WHERE state = 'pending'";
  const { waiting } = sql.exec<{ waiting: number }>(query).one();
  return waiting < maxWaiting ? undefined : limitReached("approvals that wait", maxWaiting);
}

export function tooManyKept(sql: SqlStorage, continuation: string): Handling | undefined {
  const isFull = countKept(sql, continuation) >= maxKeptRequests;
  return isFull ? limitReached("requests of a paused run", maxKeptRequests) : undefined;
}

function limitReached(limit: FixedLimit, value: number): Handling {
  return { do: "refuse", failure: { kind: "limit-reached", limit, value, unit: "requests" } };
}
