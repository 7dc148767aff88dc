/** What all lists share: a page by cursor and limit, and a time window. */
import { invalid, ok, type Answer } from "../http/answer.ts";
import type { Call } from "../http/request.ts";
import type { Collection } from "../world/collection.ts";

export interface ListQuery {
  cursor?: string;
  limit: number;
}

export interface Listing<T> {
  where?: (item: T) => boolean;
  newestFirst?: boolean;
  /** What is shown of an item; without it, all of it. */
  show?: (item: T) => unknown;
}

/** Answers with one page of the items that fit. */
export function listed<T extends { id: string }>(
  call: Call,
  collection: Collection<T>,
  { show, ...which }: Listing<T> = {},
): Answer {
  const { cursor, limit } = call.query as unknown as ListQuery;
  const page = collection.page({ ...which, limit, ...(cursor !== undefined && { cursor }) });
  if (page) return ok(show ? { ...page, items: page.items.map(show) } : page);
  const detail = "is not a next_cursor of this list; leave it out to begin again";
  return invalid([{ in: "query", pointer: "/cursor", detail }]);
}

export type Window = { ok: true; holds: (time: string) => boolean } | { ok: false; answer: Answer };

/** `since` (included) and `until` (excluded) of a call. */
export function timeWindow(call: Call): Window {
  const { since, until } = call.query as { since?: string; until?: string };
  const sinceMs = since === undefined ? -Infinity : Date.parse(since);
  const untilMs = until === undefined ? Infinity : Date.parse(until);
  // The document's `date-time` also takes a leap second (RFC 3339, 5.6), which this clock does not know.
  if (Number.isNaN(sinceMs)) return outside("since", `is not a time that exists here: ${since}`);
  if (Number.isNaN(untilMs)) return outside("until", `is not a time that exists here: ${until}`);
  if (sinceMs >= untilMs)
    return outside("until", `must be after since, got since ${since} and until ${until}`);
  const holds = (time: string) => {
    const timeMs = Date.parse(time);
    return timeMs >= sinceMs && timeMs < untilMs;
  };
  return { ok: true, holds };
}

function outside(name: "since" | "until", detail: string): Window {
  return { ok: false, answer: invalid([{ in: "query", pointer: `/${name}`, detail }]) };
}
