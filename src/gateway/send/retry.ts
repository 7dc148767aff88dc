/** When a read is sent again, and after how long. Pure: the caller supplies the random number and waits. */
import type { Sent } from "../run/sent.ts";

/** Repetitions of one request; the run has a budget for all of them. */
const maxAttempts = 3;
const firstDelayMs = 250;
/** If the server asks for more, the code gets its 429 and can tell the user. */
const maxDelayMs = 10_000;

const turnedAway = new Set([429, 503]);

/**
 * @param attempt 0 for the first sending
 * @param random at least 0 and below 1: spreads the repetitions of parallel requests
 * @returns how long to wait before sending again, or undefined to take this outcome
 */
export function retryDelayMs(sent: Sent, attempt: number, random: number): number | undefined {
  if (attempt >= maxAttempts) return undefined;
  if (sent.ok ? !turnedAway.has(sent.response.status) : sent.reason !== "lost") return undefined;
  const backoffMs = firstDelayMs * 2 ** attempt * (0.5 + random);
  if (!sent.ok) return backoffMs;
  const askedMs = retryAfterMs(sent.response.headers);
  if (askedMs === undefined) return backoffMs;
  return askedMs > maxDelayMs ? undefined : askedMs + firstDelayMs * random;
}

/** `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3), measured against the answer's own `Date`. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value) - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(until) ? undefined : Math.max(0, until);
}
