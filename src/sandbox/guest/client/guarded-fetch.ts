/**
 * `fetch` as the code sees it: the standard one, through the gateway. What the gateway refuses rejects with a
 * RequestError that says why, instead of looking like an answer of the API. Redirects are followed by the gateway,
 * which decides on every hop; the isolate's own runtime never follows one.
 */
import { accountHeader, apiHeader, readRefusal, redirectHeader } from "../../../gateway/refusal.ts";
import { RequestError } from "./errors.ts";

/** The `fetch` of the code: which API and which account a request is for is told by the client only. */
export function plainFetch(send: typeof fetch): typeof fetch {
  const guarded = guardedFetch(send);
  return (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    for (const name of [apiHeader, accountHeader]) request.headers.delete(name);
    return guarded(request);
  };
}

export function guardedFetch(send: typeof fetch): typeof fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    const given = new Request(input, init);
    const request = new Request(given, { redirect: "manual" });
    if (given.redirect === "manual") request.headers.set(redirectHeader, "manual");
    const response = await send(request);
    const failure = readRefusal(response.headers);
    if (!failure) return response;
    await response.body?.cancel();
    throw new RequestError(failure);
  };
}
