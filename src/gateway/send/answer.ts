/**
 * The upstream's answer as the sandbox may see it: without cookies, headers of the connection or any spelling of the
 * credential, counted, and cut off at the run's limits.
 */
import { ruledBy } from "../../terms/grounds.ts";
import type { RequestRecord } from "../../terms/failure.ts";
import { readAnnounced } from "../../terms/bounded-body.ts";
import { othersTurn } from "../../terms/in-turns.ts";
import type { HeaderValues } from "../read/incoming.ts";
import type { Learner } from "../../learned/learned.ts";
import { redactionBy, type Redactor } from "./redact.ts";
import type { Usage } from "../run/run-state.ts";
import { notSentHeader } from "../../request/refusal.ts";
import { responseHeadersFor } from "../sign/strip.ts";

export interface AnswerContext {
  record: RequestRecord;
  usage: Usage;
  /** Of all that the API may know of by now. */
  redactor: () => Redactor | undefined;
  /** Learns the shape of what the sandbox gets. */
  learner: Learner | undefined;
  /** Names of headers that the code set and that were not sent. */
  notSent: readonly string[];
  /** Called when the body has ended or was given up. */
  done(): void;
}

/** Uncompressed bodies that announce at most this size are read in one piece, which is cheaper than a stream. */
const wholeBytes = 128 * 1024;

/** Statuses that have no body (Fetch standard, "null body status"). */
export const nullBody = new Set([101, 204, 205, 304]);

/** Codings that the runtime decodes itself (and leaves the header), only in this spelling. */
const decodedByRuntime = new Set(["", "identity", "gzip", "br"]);

/** Codings that the gateway decodes. */
const formats: Record<string, "deflate" | "gzip"> = { deflate: "deflate", gzip: "gzip", "x-gzip": "gzip" };

/**
 * @param given the headers of the response
 * @returns the answer, or what is wrong with its body, to follow "its body"
 */
export async function answerFor(
  response: Response,
  given: HeaderValues,
  context: AnswerContext,
): Promise<Response | { fault: string }> {
  const { notSent } = context;
  if (response.status < 200 || response.status > 599) {
    context.done();
    return { fault: "cannot be read, because that is not a valid status" };
  }
  const kept = responseHeadersFor(given);
  if (notSent.length > 0) kept[notSentHeader] = notSent.join(", ");
  // An answer to HEAD announces the body of a GET, which is what the code asks for.
  const length = given.get("content-length");
  if (context.record.method === "HEAD" && length !== undefined) kept["content-length"] = length;
  const headers = context.redactor()?.headers(kept) ?? kept;
  const init = { status: response.status, headers };
  const said = given.get("content-length") ?? "";
  const announced = /^\d+$/.test(said) ? Number(said) : Number.NaN;
  const transfer = (given.get("transfer-encoding") ?? "").trim().toLowerCase();
  // Chunks go on whatever was announced (RFC 9112 section 6.3).
  if (announced <= wholeBytes && !given.has("content-encoding") && transfer === "")
    return whole(response, announced, init, context);
  if (!response.body || nullBody.has(response.status)) {
    context.done();
    return new Response(null, init);
  }
  const coding = (given.get("content-encoding") ?? "").trim();
  let { body } = response;
  if (transfer !== "" && transfer !== "chunked") {
    // The runtime undoes the chunks, and nothing else: what is in them could not be looked through.
    await body.cancel();
    context.done();
    return { fault: `is packed in a way that the gateway cannot decode (${transfer.slice(0, 40)})` };
  }
  if (!decodedByRuntime.has(coding)) {
    const format = formats[coding.toLowerCase()];
    if (format === undefined) {
      // The gateway did not ask for it, and could not find a credential in it.
      await body.cancel();
      context.done();
      return { fault: `is compressed in a way that the gateway cannot decode (${coding.slice(0, 40)})` };
    }
    body = body.pipeThrough(new DecompressionStream(format));
  }
  return new Response(body.pipeThrough(inspected(context)), init);
}

async function whole(
  response: Response,
  announced: number,
  init: ResponseInit,
  context: AnswerContext,
): Promise<Response | { fault: string }> {
  const { redactor, learner, done } = context;
  try {
    const bytes = await readAnnounced(response, announced);
    if (!bytes) return { fault: "is longer than it was announced to be" };
    const limit = count(bytes, context);
    if (limit !== undefined) return { fault: `is beyond the budget: ${limit}` };
    const clean = redactor()?.bytes(bytes) ?? bytes;
    learner?.push(clean);
    learner?.end();
    // An answer to HEAD announces a body that it does not have.
    return new Response(clean.byteLength === 0 ? null : (clean as Uint8Array<ArrayBuffer>), init);
  } catch {
    return { fault: "broke off" };
  } finally {
    done();
  }
}

/** Counts what was received. @returns the rule that stops the answer, if it is beyond the budget */
function count({ byteLength }: Uint8Array, { record, usage }: AnswerContext): string | undefined {
  record.bytesDown += byteLength;
  usage.bytesDown += byteLength;
  const { bytesDown } = usage.budgets;
  if (usage.bytesDown <= bytesDown) return undefined;
  return ruledBy(record, `limit reached: ${bytesDown} bytes received`);
}

/** How much of an answer is looked through before others get their turn: a long one that is there all at once never waits. */
const turnBytes = 256 * 1024;

function inspected(context: AnswerContext): TransformStream<Uint8Array, Uint8Array> {
  const { redactor, learner, done } = context;
  const redaction = redactionBy(redactor);
  let inTurn = 0;
  return new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      inTurn += chunk.byteLength;
      if (inTurn > turnBytes) {
        inTurn = 0;
        await othersTurn();
      }
      const limit = count(chunk, context);
      if (limit !== undefined) {
        done();
        controller.error(new Error(limit));
        return;
      }
      const clean = redaction.push(chunk);
      if (clean.byteLength === 0) return;
      learner?.push(clean);
      controller.enqueue(clean);
    },
    flush(controller) {
      const rest = redaction.end();
      if (rest.byteLength > 0) {
        learner?.push(rest);
        controller.enqueue(rest);
      }
      learner?.end();
      done();
    },
  });
}
