/** Reads the body of a request as a whole, up to a limit: it is needed again for a retry and for an approval. */
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
    if ("cancel" in body) await body.cancel();
    return "too-large";
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body) {
    total += chunk.byteLength;
    usage.bytesUp += chunk.byteLength;
    if (usage.bytesUp > budgets.bytesUp) {
      // None of it is sent.
      usage.bytesUp -= total;
      return "too-large";
    }
    chunks.push(chunk);
  }
  // A runtime may announce a body that is not there, and `fetch` refuses even an empty one for a GET.
  if (total === 0) return undefined;
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}
