/** What usually helps with a status of the upstream, written for the model that reads it next. Pure. */
import { notSentHeader, operatorsWay } from "./refusal.ts";

/** Headers of an answer that the words below depend on. */
export const telling = [
  "retry-after",
  "x-ratelimit-remaining",
  "ratelimit-remaining",
  "x-ratelimit-reset",
  "allow",
  notSentHeader,
] as const;

export interface Answered {
  status: number;
  /** Those that tell something; others make no difference. */
  headers: Record<string, string>;
  method: string;
  /** Whether the operation only reads. */
  reads: boolean;
  /** Path of the resource's collection, if the document has it. */
  collection?: string | undefined;
  /** What the code calls the client by. */
  called: string;
  /** Where it was sent, if no request of the run has found anything there and not only an id can be to blame. */
  lostAt?: string | undefined;
}

export function hintFor(answered: Answered): string {
  const notSent = answered.headers[notSentHeader];
  const dropped =
    notSent === undefined
      ? ""
      : ` These headers were not sent, because the operation does not declare them: ${notSent}. If the call needs one, ${operatorsWay}.`;
  return usualHint(answered) + dropped;
}

function usualHint({ status, headers, method, reads, collection, called, lostAt }: Answered): string {
  const limit = status === 403 || status === 429 ? limitHint(headers) : undefined;
  if (limit !== undefined) return limit;
  if (status === 404 && lostAt !== undefined)
    return `Every call of this run was answered 404, so the base URL may be wrong: this one went to ${lostAt}. Tell the user to compare the API's "server" (--server) with its own documentation.`;
  if (status === 404) {
    if (!/^(?:GET|HEAD)$/.test(method))
      return "Something in the path or the body does not exist. Read it first to get its id.";
    const how = collection === undefined ? "" : ` with ${called}.pages(${JSON.stringify(collection)})`;
    return `An id in the path does not exist or this account cannot see it. List the collection first${how}.`;
  }
  if (status === 405) {
    const allowed = headers["allow"] ? `, only ${headers["allow"]}` : "";
    return `This resource does not take ${method}${allowed}. Find its other operations with find(text).`;
  }
  if (status >= 500)
    return `The API failed. ${reads ? "Try again later." : "It may have happened: read the current state before you send it again."}`;
  return hints[status] ?? "Read the answer above, correct the arguments and try again.";
}

const stale = "Read it again and send its current ETag as the header If-Match.";

const hints: Record<number, string> = {
  400: "The API could not read the request. Compare the arguments with describe(operation).",
  401: "The credential is missing, expired or wrong. Only the user can renew it: tell them. Code cannot set Authorization or Cookie.",
  402: "The account's plan or balance does not allow this. Tell the user.",
  403: "The credential is valid but lacks permission. Check that the ids belong to this account, or tell the user which permission is missing.",
  409: "It already exists or has changed. Read the current state, then decide whether to update it.",
  410: "It is gone for good. Do not try again.",
  412: stale,
  413: "The body is too large for the API. Send it in smaller parts.",
  415: "The API wants another content type. See requestBody.content of the operation, and pass contentType.",
  422: "The API refuses the values of the fields named above. Correct only those.",
  428: stale,
  429: "Too many requests. Do less in parallel, or tell the user to try later.",
};

/** A limit on the number of requests: 429, or 403 with nothing left, as GitHub says it. */
function limitHint(headers: Record<string, string>): string | undefined {
  const after = headers["retry-after"];
  const isUsedUp = headers["x-ratelimit-remaining"] === "0" || headers["ratelimit-remaining"] === "0";
  if (after === undefined && !isUsedUp) return undefined;
  const reset = Number(headers["x-ratelimit-reset"]);
  const until = reset > 1e9 && reset < 1e11 ? ` until ${new Date(reset * 1000).toISOString()}` : "";
  const wait =
    after === undefined ? until : /^\s*\d+\s*$/.test(after) ? ` for ${after.trim()} s` : ` until ${after}`;
  return `Too many requests: the API accepts none${wait}. Wait in the code for a few seconds at most; else send fewer, or tell the user when to try again.`;
}
