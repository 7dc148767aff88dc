/**
 * The upstream's answer as the sandbox may see it: without cookies, without headers of the connection, without any
 * spelling of the credential, counted, and cut off at the run's limits.
 */
import type { RequestRecord } from "../../terms/failure.ts";
import type { HeaderValues } from "../read/incoming.ts";
import type { Learner } from "../../learned/learned.ts";
import type { Redactor } from "./redact.ts";
import type { Usage } from "../run/run-state.ts";
import { responseHeadersFor } from "../sign/strip.ts";

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
export const nullBody = new Set([101, 204, 205, 304]);

/** Codings that the runtime undoes by itself (the header stays): in this spelling, and in no other. */
const undone = new Set(["", "identity", "gzip", "br"]);

/** Those that the gateway undoes. */
const undoable: Record<string, "deflate" | "gzip"> = { deflate: "deflate", gzip: "gzip", "x-gzip": "gzip" };

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
  if (response.status < 200 || response.status > 599) {
    context.done();
    return { fault: "cannot be read: that is no status of an answer" };
  }
  const kept = responseHeadersFor(given);
  const headers = redactor ? redactor.headers(kept) : kept;
  const init = { status: response.status, headers };
  if (isWhole(given)) return whole(response, init, context);
  if (!response.body || nullBody.has(response.status)) {
    context.done();
    return new Response(null, init);
  }
  const coding = (given.get("content-encoding") ?? "").trim();
  if (!undone.has(coding)) {
    const format = undoable[coding.toLowerCase()];
    if (format !== undefined) {
      const unpacked = response.body.pipeThrough(new DecompressionStream(format));
      return new Response(unpacked.pipeThrough(inspected(context)), init);
    }
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
    if (usage.bytesDown > usage.budgets.bytesDown) {
      record.rule = limitOf(usage);
      return { fault: `is beyond the budget: ${record.rule}` };
    }
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

const limitOf = ({ budgets }: Usage) => `limit reached: ${budgets.bytesDown} bytes received`;

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
        record.rule = limitOf(usage);
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
