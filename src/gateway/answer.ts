/**
 * The upstream's answer as the sandbox may see it: without cookies, without headers of the connection, without any
 * spelling of the credential, counted, and cut off at the run's limits.
 */
import type { RequestRecord } from "../failure.ts";
import type { HeaderValues } from "./given.ts";
import type { Learner } from "./learn.ts";
import type { Redactor } from "./redact.ts";
import type { Usage } from "./run-state.ts";
import { responseHeadersFor } from "./strip.ts";

export interface AnswerContext {
  record: RequestRecord;
  usage: Usage;
  redactor: Redactor | undefined;
  /** Gets what the sandbox gets, to learn its shape. */
  learner: Learner | undefined;
  /** Called once, when the body has ended or was given up. */
  done(): void;
}

/** Bodies announced as at most this big, and not compressed, are taken in one piece: cheaper than a stream. */
const wholeBytes = 128 * 1024;

/** Statuses that have no body (Fetch standard, "null body status"). */
const nullBody = new Set([101, 204, 205, 304]);

/** Codings that the runtime undoes by itself (the header stays). */
const undone = new Set(["", "identity", "gzip", "br"]);

/**
 * @param given the headers of the response
 * @returns the answer, or what is wrong with its body, to follow "its body"
 */
export async function answerFor(
  response: Response,
  given: HeaderValues,
  context: AnswerContext,
): Promise<Response | { fault: string }> {
  const { redactor } = context;
  const kept = responseHeadersFor(given);
  const headers = redactor ? redactor.headers(kept) : kept;
  const init = { status: response.status, headers };
  if (isWhole(given)) return whole(response, init, context);
  if (!response.body || nullBody.has(response.status)) {
    context.done();
    return new Response(null, init);
  }
  const coding = (given.get("content-encoding") ?? "").trim().toLowerCase();
  if (coding === "deflate") {
    const inflated = response.body.pipeThrough(new DecompressionStream("deflate"));
    return new Response(inflated.pipeThrough(inspected(context)), init);
  }
  if (!undone.has(coding)) {
    // Nobody asked for it, and a credential in it would not be seen.
    await response.body.cancel();
    context.done();
    return { fault: `is compressed in a way that the gateway cannot look into (${coding.slice(0, 40)})` };
  }
  return new Response(response.body.pipeThrough(inspected(context)), init);
}

function isWhole(headers: HeaderValues): boolean {
  const announced = Number(headers.get("content-length") ?? Number.NaN);
  return announced <= wholeBytes && !headers.has("content-encoding");
}

async function whole(
  response: Response,
  init: ResponseInit,
  { redactor, learner, usage, record, done }: AnswerContext,
): Promise<Response | { fault: string }> {
  try {
    const bytes = new Uint8Array(await response.arrayBuffer());
    record.bytesDown += bytes.byteLength;
    usage.bytesDown += bytes.byteLength;
    const clean = redactor ? redactor.bytes(bytes) : bytes;
    learner?.push(clean);
    learner?.end();
    // An answer to HEAD announces what it does not hold.
    return new Response(clean.byteLength === 0 ? null : (clean as Uint8Array<ArrayBuffer>), init);
  } catch {
    return { fault: "broke off" };
  } finally {
    done();
  }
}

function inspected({
  record,
  usage,
  redactor,
  learner,
  done,
}: AnswerContext): TransformStream<Uint8Array, Uint8Array> {
  const redaction = redactor?.stream();
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      record.bytesDown += chunk.byteLength;
      usage.bytesDown += chunk.byteLength;
      if (usage.bytesDown > usage.budgets.bytesDown) {
        record.rule = `limit reached: ${usage.budgets.bytesDown} bytes received`;
        done();
        controller.error(new Error(record.rule));
        return;
      }
      const clean = redaction ? redaction.push(chunk) : chunk;
      if (clean.byteLength === 0) return;
      learner?.push(clean);
      controller.enqueue(clean);
    },
    flush(controller) {
      const rest = redaction?.end();
      if (rest && rest.byteLength > 0) {
        learner?.push(rest);
        controller.enqueue(rest);
      }
      learner?.end();
      done();
    },
  });
}
