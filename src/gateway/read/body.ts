/** Reads the body of a request as a whole, up to a limit: it is needed again for a retry and for an approval. */
import { readWhole } from "../../terms/bounded-body.ts";
import type { Usage } from "../run/run-state.ts";
import type { OutboundRequest } from "./incoming.ts";

/**
 * Counts while it reads, because bodies that are read at the same time are all held in memory.
 * @returns the bytes, undefined if there is no body, or `"too-large"` as soon as the run's budget is exceeded
 */
export async function readBody(
  { body, headers }: Pick<OutboundRequest, "body" | "headers">,
  usage: Pick<Usage, "bytesUp" | "budgets">,
): Promise<Uint8Array | undefined | "too-large"> {
  if (!body) return undefined;
  const { budgets } = usage;
  const announced = Number(headers.get("content-length") ?? Number.NaN);
  if (usage.bytesUp + announced > budgets.bytesUp) {
    if ("getReader" in body) await body.cancel();
    return "too-large";
  }
  let total = 0;
  const mayTake = (bytes: number) => {
    total += bytes;
    usage.bytesUp += bytes;
    return usage.bytesUp <= budgets.bytesUp;
  };
  const whole =
    "getReader" in body
      ? await readWhole(body, announced, mayTake)
      : mayTake(body.byteLength)
        ? body
        : undefined;
  if (!whole) {
    // None of it is sent.
    usage.bytesUp -= total;
    return "too-large";
  }
  // A runtime may announce a body that is not there, and `fetch` refuses even an empty one for a GET.
  return whole.byteLength === 0 ? undefined : whole;
}
