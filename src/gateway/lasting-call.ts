/**
 * The road of one request of a lasting run. What an earlier slice was answered is answered again, without being decided on
 * or sent. Everything else takes the usual road, and its answer, a refusal too, is in the journal before the code has it. A request
 * that waits for a person, or that this slice may not make any more, gets no answer now: `later`.
 */
import { digest } from "../terms/digest.ts";
import type { KeptAnswer, SliceName, Step } from "../terms/approvals.ts";
import type { Failure } from "../terms/failure.ts";
import { lastingLimits, type Moment } from "../terms/lasting.ts";
import { logEvent } from "../terms/log.ts";
import { withFixedBoundary } from "../request/multipart.ts";
import { later, momentHeader, readRefusal, refuse, stepHeader } from "../request/refusal.ts";
import { strayed } from "../store/ledger/lasting/decide.ts";
import type { Ledger } from "../store/ledger/ledger.ts";
import { approvingOf } from "./approve/approving.ts";
import { handleCall } from "./call.ts";
import { readBody } from "./read/body.ts";
import type { OutboundRequest } from "./read/incoming.ts";
import { ledgerBroken } from "./run/broken.ts";
import type { Journal } from "./run/journal.ts";
import { journalOf } from "./run/journal-of.ts";
import type { RunApproval } from "./run/props.ts";
import type { RunContext } from "./run/run-state.ts";
import { waitUntil } from "./run/waiting.ts";
import { nullBody } from "./send/answer.ts";

interface Lasting {
  slice: SliceName;
  approval: RunApproval;
  ledger: DurableObjectStub<Ledger>;
}

export async function lastingCall(
  request: OutboundRequest,
  context: RunContext,
  lasting: Lasting,
): Promise<Response> {
  const { run } = context;
  try {
    const journal = await journalOf(run, lasting.slice, lasting.ledger);
    return await answered(request, context, journal, lasting);
  } catch (error) {
    logEvent("isogate.lasting.failed", { "isogate.run.id": lasting.slice.runId }, error);
    run.broken = ledgerBroken;
    return notNow();
  }
}

/** The code is never answered; its slice ends once everything else is. */
const notNow = () => new Response(null, { status: 503, headers: { [momentHeader]: later } });

async function answered(
  given: OutboundRequest,
  context: RunContext,
  journal: Journal,
  { slice, approval, ledger }: Lasting,
): Promise<Response> {
  const { run } = context;
  const read = await readOnce(given);
  if (!read) return notNow();
  const { asked } = read;
  const known = journal.take(asked);
  if (known) {
    if (known.record) run.records.push(known.record);
    const answer = known.answer ?? (await ledger.journaledAnswer(slice.runId, known.seq));
    return answer ? atMoment(known, answer) : notNow();
  }
  const approving = approvingOf(
    run,
    { ...approval, run: { ...approval.run, lasting: { ...slice, ...asked } } },
    ledger,
  );
  const request = read.request();
  const before = run.records.length;
  const stray = await strayedFrom(journal, asked, request);
  const response = stray
    ? refuse(stray)
    : await handleCall(request, { ...context, step: asked.step }, approving);
  const record = run.records[before];
  const refusal = readRefusal(response.headers);
  if (refusal?.kind === "needs-approval" || run.revoked) return notNow();
  if (refusal?.kind === "misconfigured") {
    run.broken = refusal;
    return notNow();
  }
  const { left } = approving;
  const isWrite = left !== undefined && left.access !== "read";
  const answer = await wholeOf(response, isWrite);
  const kind = isWrite ? "write" : "read";
  const moment = await ledger.journal(
    slice,
    { ...asked, kind, answer, ...(record && { record }) },
    left?.ticket,
  );
  return moment ? atMoment(moment, answer) : notNow();
}

/** A form gets a boundary that follows from its parts: the same form is the same request. */
async function readOnce(
  given: OutboundRequest,
): Promise<{ request: () => Request; asked: Step } | undefined> {
  const { method, url } = given;
  const headers = new Map(given.headers);
  const step = Number(headers.get(stepHeader));
  if (!Number.isSafeInteger(step) || step < 1) return undefined;
  headers.delete(stepHeader);
  const body = await readBody(given, { bytesUp: 0, budgets: { bytesUp: maxBodyBytes } as never });
  // What is too large is refused on the usual road, by what it announces.
  const bytes = body === "too-large" ? new Uint8Array(maxBodyBytes + 1) : body;
  const form = bytes && withFixedBoundary(headers.get("content-type"), bytes);
  if (form) headers.set("content-type", form.contentType);
  const sent = form?.body ?? bytes;
  const shown = [...headers].filter(([name]) => name !== "content-length" && !name.startsWith("cf-"));
  const key = digest(JSON.stringify([method, url, shown, sent ? digest(sent, "hex") : null]), "hex");
  const init = { method, headers: [...headers], redirect: "manual" as const };
  const request = () => new Request(url, { ...init, ...(sent && { body: sent as BodyInit }) });
  return { request, asked: { step, key } };
}

const maxBodyBytes = 32 * 1024 * 1024;

/** How long a write waits for what the code asked before it, which arrives a moment later at most. */
const maxLateMs = 2_000;

/** Why a request that may change something must not be sent: the code went another way than before. */
async function strayedFrom(
  journal: Journal,
  { step }: Step,
  { method, url }: Request,
): Promise<Failure | undefined> {
  if (method === "GET" || method === "HEAD") return undefined;
  const since = Date.now();
  await waitUntil(() => journal.isComplete(step) || Date.now() - since > maxLateMs);
  return journal.isElsewhere(step) ? strayed({ operation: "the code", method, url }) : undefined;
}

/** All of an answer, as it is kept. What cannot be kept whole is told as what it is. */
async function wholeOf(response: Response, isWrite: boolean): Promise<KeptAnswer> {
  const { status } = response;
  const headers = [...response.headers].map(([name, value]) => [name, value]);
  if (!response.body) return { status, headers };
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > lastingLimits.maxAnswerBytes) return wholeOf(refuse(tooLong), isWrite);
      chunks.push(chunk);
    }
  } catch {
    const message = `it answered ${status}, and the answer broke off or did not end in time`;
    const kind = isWrite ? "outcome-unknown" : "upstream-unreachable";
    return wholeOf(refuse({ kind, message }), isWrite);
  }
  return { status, headers, body: new Uint8Array(Buffer.concat(chunks)) };
}

const tooLong: Failure = {
  kind: "limit-reached",
  limit: "an answer of a background run",
  value: lastingLimits.maxAnswerBytes,
  unit: "bytes",
};

function atMoment({ seq, at }: Moment, { status, headers, body }: KeptAnswer): Response {
  const shown = new Headers(headers as [string, string][]);
  shown.set(momentHeader, `${seq} ${at}`);
  return new Response(nullBody.has(status) ? null : ((body ?? null) as BodyInit | null), {
    status,
    headers: shown,
  });
}
