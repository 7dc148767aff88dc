/** What the client throws. Every error carries `failure`: the same data that the tool's reply is made of. */
import { describeFailure, type Failure } from "../../../terms/failure.ts";

/** The API answered with 4xx or 5xx. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The parsed body, as `data` of a successful answer. */
  readonly data: unknown;
  readonly headers: Record<string, string>;
  /** The operation's id. */
  readonly operation: string;
  /** What usually helps with this status. */
  readonly hint: string;
  readonly failure: Failure;

  constructor(answer: {
    status: number;
    data: unknown;
    headers: Record<string, string>;
    operation: string;
    hint: string;
    text: string;
  }) {
    const { status, data, headers, operation, hint, text } = answer;
    const failure: Failure = { kind: "upstream-error", operation, status, body: text, hint };
    const { sentence, next } = describeFailure(failure);
    super(`${sentence} ${next}`);
    this.status = status;
    this.data = data;
    this.headers = headers;
    this.operation = operation;
    this.hint = hint;
    this.failure = failure;
  }
}

/** The request was not sent, or no answer came: refused by the client or the gateway. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    const { sentence, next } = describeFailure(failure);
    super(`${sentence} ${next}`);
    this.failure = failure;
  }
}
