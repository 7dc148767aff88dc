/**
 * The upstream's answer as the sandbox may see it: without cookies, without headers of the connection, without any
 * spelling of the credential, counted, and cut off at the run's limits.
 */
import type { RequestRecord } from "../failure.ts";
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

/** @returns the answer, or `"broken"`: the body ended before its announced length */
export async function answerFor(response: Response, context: AnswerContext): Promise<Response | "broken"> {
  const { redactor } = context;
  const given = responseHeadersFor(response.headers);
  const headers = redactor ? redactor.headers(given) : given;
  const init = { status: response.status, headers };
  if (!response.body || nullBody.has(response.status)) {
    context.done();
    return new Response(null, init);
  }
  const announced = Number(response.headers.get("content-length") ?? Number.NaN);
  if (announced <= wholeBytes && !response.headers.has("content-encoding")) {
    return whole(response, init, context);
  }
  return new Response(response.body.pipeThrough(inspected(context)), init);
}

async function whole(
  response: Response,
  init: ResponseInit,
  { redactor, learner, usage, record, done }: AnswerContext,
): Promise<Response | "broken"> {
  try {
    const bytes = new Uint8Array(await response.arrayBuffer());
    record.bytesDown += bytes.byteLength;
    usage.bytesDown += bytes.byteLength;
    const clean = redactor ? redactor.bytes(bytes) : bytes;
    learner?.push(clean);
    learner?.end();
    return new Response(clean as Uint8Array<ArrayBuffer>, init);
  } catch {
    return "broken";
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
