/**
 * `fetch` as the code sees it: the standard one, through the gateway. What the gateway refuses rejects with an ApiError
 * that says why, instead of looking like an answer of the API. A limit of the run is no error that code could catch: the
 * run ends with it. Redirects are followed by the gateway, which decides on every hop; the isolate's own runtime never
 * follows one.
 */
import {
  accountHeader,
  apiHeader,
  askedHeader,
  pageOfHeader,
  readRefusal,
  redirectHeader,
} from "../../../request/refusal.ts";
import { budgetsOfOneRequest, isCallFailure, type Failure } from "../../../terms/failure.ts";
import { setTimer } from "../primordials.ts";
import { counted } from "../unawaited.ts";
import { ApiError } from "./errors.ts";

/** The `fetch` of the code: which API and which account a request is for is told by the client only. */
export function plainFetch(send: typeof fetch): typeof fetch {
  const guarded = guardedFetch(send);
  return (input: RequestInfo | URL, init?: RequestInit) => counted("call", () => plain(input, init));

  async function plain(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    // A bare URL has no headers to strip.
    if (typeof input === "string" && init === undefined) return guarded(input);
    const request = new Request(input, init);
    for (const name of [apiHeader, accountHeader, pageOfHeader, askedHeader]) request.headers.delete(name);
    if (request.redirect === "manual") request.headers.set(redirectHeader, "manual");
    return guarded(request);
  }
}

let sent = false;

/** Whether the run has sent anything yet. */
export const hasSent = () => sent;

/** Why the run ends, once a limit is reached: from then on nothing more is sent. */
let end: Failure | undefined;
/** The same for others to ask. */
export const limitMet = () => end;
let underWay = 0;
let onEnd: (failure: Failure) => void = () => {};

/** How long the code may work on the last answers, to note what was done. */
const graceMs = 50;

/** @param listener called when a limit has ended the run and everything that had left is answered */
export function whenEnded(listener: (failure: Failure) => void): void {
  onEnd = listener;
}

function endsRun(failure: Failure): boolean {
  return failure.kind === "limit-reached"
    ? !budgetsOfOneRequest.has(failure.limit)
    : failure.kind === "needs-approval";
}

/** The code does not go on from here. */
const never = () => new Promise<never>(() => {});

function endIfDone(): void {
  if (end && underWay === 0) setTimer(() => end && onEnd(end), graceMs);
}

/** From here on nothing is sent, and the run ends once what is under way is answered. */
export function endRun(failure: Failure): Promise<never> {
  end ??= failure;
  endIfDone();
  return never();
}

/** At the same time; each costs the host a place to wait in. No gateway lets nearly as many through at once. */
const maxSending = 250;
const inLine: (() => void)[] = [];
let sending = 0;

/** @param send is called when there is a place for it */
async function inPlace<Sent>(send: () => Promise<Sent>): Promise<Sent> {
  if (sending >= maxSending) await new Promise<void>((resolve) => inLine.push(resolve));
  sending += 1;
  try {
    return await send();
  } finally {
    sending -= 1;
    inLine.shift()?.();
  }
}

/** A `fetch` for requests that say in a header, if at all, that redirects are to be shown. */
export function guardedFetch(send: typeof fetch): typeof fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    if (end) return never();
    sent = true;
    return inPlace(async () => {
      if (end) return never();
      underWay += 1;
      let response: Response;
      try {
        response = await send(input, { ...init, redirect: "manual" });
      } finally {
        underWay -= 1;
        endIfDone();
      }
      return answerIn(response);
    });
  };
}

/** @throws ApiError for what the gateway refused */
async function answerIn(response: Response): Promise<Response> {
  const failure = readRefusal(response.headers);
  if (!failure) return response;
  if (endsRun(failure)) return endRun(failure);
  // Of these the words may have several lines.
  if (failure.kind === "bad-arguments" || failure.kind === "unknown-operation") throw new ApiError(failure);
  const text = (await response.text()).trim();
  // An answer to a HEAD has no body, and so none of the gateway's words.
  if (text === "") {
    if (isCallFailure(failure)) throw new ApiError(failure);
    const sentence = `The request was not sent: ${failure.kind}.`;
    throw new ApiError(failure, undefined, { sentence, next: "A GET is told more." });
  }
  const [sentence = "", ...next] = text.split("\n");
  throw new ApiError(failure, undefined, { sentence, next: next.join("\n") });
}
