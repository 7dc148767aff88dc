/**
 * Keeps an answer for a later run of the same code, with the same bytes that the code receives. An answer that is too
 * large or has no end goes to the code as it comes, and only its head is kept.
 */
import { nullBody } from "../send/answer.ts";
import { maxKeptAnswerBytes, type KeptAnswer } from "../../terms/approvals.ts";

/** All bodies that one run keeps in memory until the first ask: a Worker has 128 MB, an RPC call carries 32. */
export const maxKeptBytes = 16_000_000;

/**
 * @param response its body is read here, as far as it is kept
 * @param keptBytes what this run has kept so far
 * @returns the response for the code, and the answer to keep
 */
export async function keep(
  response: Response,
  keptBytes: number,
): Promise<{ response: Response; answer: KeptAnswer }> {
  const { status } = response;
  const headers = [...response.headers].map(([name, value]) => [name, value]);
  if (!response.body) return { response, answer: { status, headers } };
  const limit = Math.min(maxKeptAnswerBytes, maxKeptBytes - keptBytes);
  const tooLarge: KeptAnswer = { status, headers, bodyTooLarge: true };
  const type = response.headers.get("content-type") ?? "";
  if (limit <= 0 || /event-stream|ndjson|jsonl|json-seq|stream\+json/i.test(type))
    return { response, answer: tooLarge };
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes <= limit) {
    const { done, value } = await reader.read();
    if (done) {
      const body = new Uint8Array(Buffer.concat(chunks));
      return { response: new Response(body, response), answer: { status, headers, body } };
    }
    chunks.push(value);
    bytes += value.byteLength;
  }
  return { response: new Response(continued(chunks, reader), response), answer: tooLarge };
}

/** The answer for a run that makes the same request again. */
export function replayed({ status, headers, body }: KeptAnswer): Response {
  const init = { status, headers: headers as [string, string][] };
  return new Response(body === undefined || nullBody.has(status) ? null : (body as BodyInit), init);
}

function continued(head: Uint8Array[], rest: ReadableStreamDefaultReader<Uint8Array>): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const chunk = head.shift();
      if (chunk) return controller.enqueue(chunk);
      const { done, value } = await rest.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => rest.cancel(reason),
  });
}
