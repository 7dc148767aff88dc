/** What the client throws. Every error carries `failure`: the same data that the tool's reply is made of. */
import { describeCallFailure, type Failure } from "../../../terms/failure.ts";

type CallFailure = Parameters<typeof describeCallFailure>[0];

/** The API answered with 4xx or 5xx. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  declare readonly status: number;
  declare readonly headers: Record<string, string>;
  /** The parsed body, as `data` of a successful answer. */
  declare readonly data: unknown;
  /** The operation's id. */
  declare readonly operation: string;
  /** What usually helps with this status. */
  declare readonly hint: string;
  readonly failure: Failure;

  /** @param body the beginning of its text */
  constructor(answer: Pick<ApiError, "status" | "headers" | "data" | "operation" | "hint">, body: string) {
    const { operation, status, hint } = answer;
    const failure = { kind: "upstream-error", operation, status, body, hint } as const;
    super(wordsOf(failure));
    Object.assign(this, answer);
    this.failure = failure;
  }
}

/** The request was not sent, or no answer came: refused by the client or the gateway. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly failure: Failure;

  /** @param message the gateway's own words, where the refusal is its own */
  constructor(failure: CallFailure);
  constructor(failure: Failure, message: string);
  constructor(failure: Failure, message?: string) {
    super(message ?? wordsOf(failure as CallFailure));
    this.failure = failure;
  }
}

function wordsOf(failure: CallFailure): string {
  const { sentence, next } = describeCallFailure(failure);
  return `${sentence} ${next}`;
}
