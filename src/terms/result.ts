/** What may fail in a way that is expected: the value, or the failure as data. */
import type { Failure } from "./failure.ts";

export type Result<T, F = Failure> = { ok: true; value: T } | { ok: false; failure: F };
