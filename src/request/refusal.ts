/**
 * How a refusal travels from the gateway into the sandbox: as a Response that carries the failure in a header and
 * its words in the body. Code that never looks at the header still reads a sentence. The gateway removes the header
 * from everything an upstream answers, so it cannot be forged from there.
 */
import { describeFailure, type Failure } from "../terms/failure.ts";

export const failureHeader = "isogate-failure";

/** Header by which the client says which of several APIs on one origin it means. A hint: each API decides itself. */
export const apiHeader = "isogate-api";

/**
 * Header by which the client says that an answer named the address of the request, and of which operation it was: the
 * next page of a list. It holds as a redirect does: within the API, and for no more than the list itself.
 */
export const pageOfHeader = "isogate-page-of";

/** Header by which the client says with which of the user's accounts the request is to be signed. */
export const accountHeader = "isogate-account";

/**
 * Header of a request that hands over a call, for the host to make its request: what the code gave, as a text that JSON
 * parses; or the lengths of such a text and of what belongs to it, which are the body then.
 */
export const askedHeader = "isogate-asked";

/** Header of the answer to it: which operation was called. */
export const calledHeader = "isogate-called";

/** Header of an answer by which the gateway names the headers of the code that were not sent. */
export const notSentHeader = "isogate-not-sent";

/** What helps where a header of the code does not leave. */
export const operatorsWay = 'the operator can allow it with "headers" in the API file';

/** Header by which code in a lasting run numbers what it asks outside. */
export const stepHeader = "isogate-step";

/** Header of an answer to such a request: `<seq> <at>`, its place in the order and the run's clock; or `later`, if none comes now. */
export const momentHeader = "isogate-moment";
export const later = "later";

/** Upper bound of the header's value: what does not fit is shortened, the body has the rest. */
const maxTextChars = 4_000;

const statusOf: Record<Failure["kind"], number> = {
  syntax: 400,
  "unusable-code": 400,
  thrown: 500,
  "timed-out": 504,
  "limit-reached": 429,
  "unknown-operation": 404,
  "bad-arguments": 400,
  denied: 403,
  "needs-approval": 403,
  "needs-scope": 403,
  "upstream-error": 502,
  "upstream-unreachable": 502,
  "outcome-unknown": 504,
  stopped: 500,
  interrupted: 503,
  sleeping: 503,
  canceled: 503,
  misconfigured: 500,
};

/**
 * Header by which the client says that the code wants to see a redirect itself (`redirect: "manual"`): the mode of a
 * request does not cross from isolate to isolate. Without it the gateway follows, by hand.
 */
export const redirectHeader = "isogate-redirect";

/** The failure as the Response that the sandbox receives. */
export function refuse(failure: Failure): Response {
  const { sentence, next } = describeFailure(failure);
  return new Response(`${sentence}\n${next}\n`, {
    status: statusOf[failure.kind],
    headers: { "content-type": "text/plain; charset=utf-8", [failureHeader]: encodeFailure(failure) },
  });
}

/** JSON as the value of a header, which holds nothing but ASCII. */
export function inAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** JSON in ASCII, long texts shortened. */
export function encodeFailure(failure: Failure): string {
  const text = JSON.stringify(failure, (_key, value: unknown) =>
    typeof value === "string" && value.length > maxTextChars ? `${value.slice(0, maxTextChars)}…` : value,
  );
  return inAscii(text);
}

/** The failure that a Response carries, or undefined: it is the upstream's answer. */
export function readRefusal(headers: Headers): Failure | undefined {
  const value = headers.get(failureHeader);
  return value === null ? undefined : (JSON.parse(value) as Failure);
}
