/** A value, or the reason why there is none: an expected failure is data, an exception is a bug. */
import type { Failure } from "./failure.ts";

export type Result<T extends object, E = Failure> = ({ ok: true } & T) | Failed<E>;

export type Failed<E = Failure> = { ok: false; failure: E };

export function failed<E>(failure: E): Failed<E> {
  return { ok: false, failure };
}

/** Something is wrong in the deployment. @param next who has to do what */
export function misconfigured(message: string, next: string): Failed {
  return failed({ kind: "misconfigured", message, next });
}
