/**
 * `fetch` as the code sees it: the standard one, through the gateway. What the gateway refuses rejects with a
 * RequestError that says why, instead of looking like an answer of the API.
 */
import { readRefusal } from "../../../gateway/refusal.ts";
import { RequestError } from "./errors.ts";

export function guardedFetch(send: typeof fetch): typeof fetch {
  return async (input: RequestInfo | URL, init?: RequestInit) => {
    const response = await send(input, init);
    const failure = readRefusal(response.headers);
    if (!failure) return response;
    await response.body?.cancel();
    throw new RequestError(failure);
  };
}
