/**
 * What a call throws, whatever it ended with. It carries `failure`, the same data that the tool's reply is made of, where
 * a result does not show it.
 */
import { describeCallFailure, type Failure, type FailureKind } from "../../../terms/failure.ts";

export type CallFailure = Parameters<typeof describeCallFailure>[0];

/** What the API answered. */
interface Answered {
  status: number;
  headers: Record<string, string>;
  data: unknown;
}

/** Words that are not made here. */
interface Words {
  sentence: string;
  next: string;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The HTTP status of the answer; 0 if there was none, because nothing was sent or nothing came back. */
  declare readonly status: number;
  declare readonly kind: FailureKind;
  /** The operation's id, if the call meant one. */
  declare readonly operation: string | undefined;
  /** The parsed body of the answer; null without one. */
  declare readonly data: unknown;
  /** What usually helps. */
  declare readonly hint: string;
  /** Of the answer. */
  declare readonly headers: Record<string, string>;
  declare readonly failure: Failure;

  /** @param words the gateway's own, where the refusal is its own */
  constructor(failure: CallFailure, answered?: Answered);
  constructor(failure: Failure, answered: undefined, words: Words);
  constructor(failure: Failure, answered?: Answered, words?: Words) {
    const { sentence, next } = words ?? describeCallFailure(failure as CallFailure);
    // It may end with what the API said, which need not be a sentence.
    super(next === "" ? sentence : `${sentence}${/\w$/.test(sentence) ? "." : ""} ${next}`);
    const operation = "operation" in failure ? failure.operation : undefined;
    this.status = answered?.status ?? 0;
    this.kind = failure.kind;
    this.operation = operation;
    this.data = answered?.data ?? null;
    this.hint = next;
    const hidden = { failure, headers: answered?.headers ?? {}, sentence };
    for (const [name, value] of Object.entries(hidden)) Object.defineProperty(this, name, { value });
  }

  /** As it stands in a result: each thing once. */
  toJSON(): object {
    const { status, kind, operation, data, hint } = this;
    const message =
      data === null ? (this as unknown as Words).sentence : `${operation ?? "The API"} answered ${status}`;
    return {
      status,
      kind,
      ...(operation !== undefined && { operation }),
      message,
      ...(data !== null && { data }),
      hint,
    };
  }
}
