/**
 * `fetch` as the code sees it: the standard one, through the gateway. What the gateway refuses rejects with a
 * RequestError that says why, instead of looking like an answer of the API. Redirects are followed by the gateway,
 * which decides on every hop; the isolate's own runtime never follows one.
 */
import { readRefusal, redirectHeader } from "../../../gateway/refusal.ts";
import { RequestError } from "./errors.ts";

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
