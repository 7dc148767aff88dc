/** What usually helps with a status of the upstream. Written for the model that reads it next. Pure. */

export interface Answered {
  status: number;
  headers: Record<string, string>;
  method: string;
  /** Whether the operation only reads. */
  reads: boolean;
  /** Path of the collection that the resource stands in, where the document has it. */
  collection?: string | undefined;
}

export function hintFor({ status, headers, method, reads, collection }: Answered): string {
  const limit = status === 403 || status === 429 ? limitHint(headers) : undefined;
  if (limit !== undefined) return limit;
  switch (status) {
    case 400:
      return "Compare the arguments with describe(operation): the API could not read the request.";
    case 401:
      return (
        "The credential is missing, expired or wrong. The gateway sets it; Authorization and Cookie set by code are " +
        "removed. Tell the user, who has to renew it; sending the same request again does not help."
      );
    case 402:
      return "The account's plan or balance does not allow this. Tell the user.";
    case 403:
      return (
        "The credential is valid and may not do this. Check that the ids belong to this account; else tell the user " +
        "which permission is missing."
      );
    case 404:
      return method === "GET" || method === "HEAD"
        ? "An id in the path does not exist or is not visible to this account. " +
            (collection === undefined
              ? "List the parent collection first."
              : `List what there is with api.pages(${JSON.stringify(collection)}).`)
        : "Something that the path or the body names does not exist. Read it first to get its id.";
    case 405:
      return (
        `This resource does not take ${method} here${headers["allow"] ? `, only ${headers["allow"]}` : ""}. ` +
        "Look at its other operations with find(text)."
      );
    case 409:
      return "It exists already or was changed meanwhile. Read the current state, then decide whether to update it.";
    case 410:
      return "It is gone for good. Do not try again.";
    case 412:
    case 428:
      return "Read it again and send its current ETag as the header If-Match.";
    case 413:
      return "The body is too large for the API. Send it in smaller parts.";
    case 415:
      return "The API wants another content type: see requestBody.content of the operation, and pass contentType.";
    case 422:
      return "The API understood the request and refuses its values: the body above names the fields. Correct those only.";
    case 429:
      return "Too many requests. Do less in parallel, or tell the user to try later.";
    default:
      return status >= 500
        ? `The fault is on the API's side. ${reads ? "Try again later." : "Read the current state before sending it again: it may have happened."}`
        : "Read the answer above, correct the arguments and try again.";
  }
}

/** A limit on the number of requests: 429, or 403 with nothing left, as GitHub says it. */
function limitHint(headers: Record<string, string>): string | undefined {
  const after = headers["retry-after"];
  const isUsedUp = headers["x-ratelimit-remaining"] === "0" || headers["ratelimit-remaining"] === "0";
  if (after === undefined && !isUsedUp) return undefined;
  const reset = Number(headers["x-ratelimit-reset"]);
  const until = reset > 1e9 && reset < 1e11 ? ` until ${new Date(reset * 1000).toISOString()}` : "";
  const wait =
    after === undefined ? until : /^\s*\d+\s*$/.test(after) ? ` for ${after.trim()} s` : ` until ${after}`;
  return (
    `Too many requests: the API takes no more of them${wait}. Waiting within a run does not help unless it is a few ` +
    "seconds. Do less in parallel and fewer of them, or tell the user when to try again."
  );
}
