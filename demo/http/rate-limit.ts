/** A token bucket: a burst is fine, a flood is not. Pure; the clock comes from outside. */

export interface Rate {
  /** How many requests a full bucket holds. */
  burst: number;
  /** How many come back in a second. */
  perSecond: number;
}

/** Documented in openapi.yaml: a run that pages through the log and creates its rules passes, 500 at once do not. */
export const defaultRate: Rate = { burst: 60, perSecond: 30 };

export interface Bucket {
  left: number;
  atMs: number;
}

export interface Taken {
  bucket: Bucket;
  allowed: boolean;
  /** `RateLimit`, `RateLimit-Policy` and, when refused, `Retry-After` (draft-ietf-httpapi-ratelimit-headers). */
  headers: Record<string, string>;
}

/** Takes one request out of the bucket; `undefined` is a full one. */
export function take(bucket: Bucket | undefined, rate: Rate, nowMs: number): Taken {
  const grown = bucket ? bucket.left + ((nowMs - bucket.atMs) / 1000) * rate.perSecond : rate.burst;
  const before = Math.min(rate.burst, grown);
  const allowed = before >= 1;
  const left = allowed ? before - 1 : before;
  const headers: Record<string, string> = {
    "RateLimit-Policy": `"token";q=${rate.burst};w=${Math.ceil(rate.burst / rate.perSecond)}`,
    RateLimit: `"token";r=${Math.floor(left)};t=${Math.ceil((rate.burst - left) / rate.perSecond)}`,
  };
  if (!allowed) headers["Retry-After"] = String(Math.max(1, Math.ceil((1 - left) / rate.perSecond)));
  return { bucket: { left, atMs: nowMs }, allowed, headers };
}
