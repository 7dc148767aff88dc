/**
 * `fetch` as the code sees it: the standard one, through the gateway. What the gateway refuses rejects with a
 * RequestError that says why, instead of looking like an answer of the API. Redirects are followed by the gateway,
 * which decides on every hop; the isolate's own runtime never follows one.
 */
import { accountHeader, apiHeader, readRefusal, redirectHeader } from "../../../request/refusal.ts";
import { RequestError } from "./errors.ts";

/** The `fetch` of the code: which API and which account a request is for is told by the client only. */
export function plainFetch(send: typeof fetch): typeof fetch {
  const guarded = guardedFetch(send);
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    // A bare URL has no headers to strip.
    if (typeof input === "string" && init === undefined) return guarded(input);
    const request = new Request(input, init);
    for (const name of [apiHeader, accountHeader]) request.headers.delete(name);
    if (request.redirect === "manual") request.headers.set(redirectHeader, "manual");
    return guarded(request);
  };
}

let sent = false;

/** Whether the run has sent anything yet. */
export const hasSent = () => sent;

/** A `fetch` for requests that say in a header, if at all, that redirects are to be shown. */
export function guardedFetch(send: typeof fetch): typeof fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    sent = true;
    const response = await send(input, { ...init, redirect: "manual" });
    const failure = readRefusal(response.headers);
    if (!failure) return response;
    throw new RequestError(failure, (await response.text()).trim().replace("\n", " "));
  };
}
