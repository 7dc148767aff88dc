/**
 * Reads what an isolate answered. It was written where the model's code ran, so nothing in it is believed: it is
 * parsed, bounded, and whatever does not fit is said to be unreadable.
 */
import type { z } from "zod";
import { longChars, othersTurn } from "../terms/in-turns.ts";
import { parseJson } from "../terms/json.ts";
import type { Program } from "../terms/program.ts";
import { believed } from "./claimed-failure.ts";
import { positionInCode } from "../terms/position.ts";
import type { Failure, RequestRecord } from "../terms/failure.ts";
import { answersInWords } from "./answers-in-words.ts";
import { listedInWords, missedInWords } from "./missed-in-words.ts";
import { GuestReport } from "./guest/guest-report.ts";
import { maxAllLogsChars, maxAttachedBytes, maxResultChars, type RunLimits } from "./limits.ts";
import type { Attachment, SandboxOutcome } from "../terms/outcome.ts";

/** Escapes and markers come on top of what the harness counts; six units is the longest escape of one. */
const maxAnswerChars = 2 * maxResultChars + 6 * maxAllLogsChars + Math.ceil((maxAttachedBytes * 4) / 3);

/** What the host knows of a run, beside what its isolate says. */
export interface Known {
  /** The one that ran, to tell positions in the code that was sent. */
  program: Program;
  limits: RunLimits;
  /** What the gateway recorded. */
  requests: readonly RequestRecord[];
  /** Those in scope, with the index of each that was shipped. */
  apis: readonly { name: string; index?: string }[];
}

/** @param answer what the harness returned: a report in one line, its attachments, then the JSON text of the result */
export async function readAnswer(answer: unknown, known: Known): Promise<SandboxOutcome> {
  if (typeof answer !== "string" || answer.length > maxAnswerChars) return unreadable;
  // Writing it has kept everybody waiting, and so does reading it.
  if (answer.length > longChars) await othersTurn();
  const end = answer.indexOf("\n");
  const report = GuestReport.safeParse(parseJson(answer.slice(0, Math.max(0, end))));
  if (!report.success) return unreadable;
  const { outcome, logs, notes, answers, missed } = report.data;
  if (outcome === "returned") {
    let at = end + 1;
    const attachments = report.data.attachments.map((type): Attachment => {
      const until = Math.max(at, answer.indexOf("\n", at));
      const content = Buffer.from(answer.slice(at, until), "base64");
      at = until + 1;
      return { type, content };
    });
    const result = answer.slice(at);
    const value = parseJson(result);
    if (value === undefined) return { ...unreadable, logs };
    const said = answersInWords(answers, known.program.source);
    if (isNothing(result))
      said.push(...missedInWords(missed, known.apis), ...listedInWords(known.program.source, known.apis));
    return {
      ok: true,
      result,
      value,
      logs,
      notes: [...notes, ...said],
      ...(attachments.length > 0 && { attachments }),
    };
  }
  const failure = failureOf(report.data, known);
  return failure ? { ok: false, failure, logs } : { ...unreadable, logs };
}

function failureOf(
  { outcome, thrown, answers, missed }: z.infer<typeof GuestReport>,
  { program, limits, requests, apis }: Known,
): Failure | undefined {
  if (outcome === "timed-out") return { kind: "timed-out", limitMs: limits.runMs };
  // Whether there is something to wait for is the ledger's to say.
  if (outcome === "sleeping" || outcome === "cut") return { kind: "sleeping", cut: outcome === "cut" };
  if (outcome === "busy")
    return { kind: "limit-reached", limit: "processor time", value: limits.cpuMs, unit: "ms" };
  if (!thrown) return undefined;
  const said = believed(thrown.failure, requests);
  if (said) return said;
  const { name, message, line, column } = thrown;
  const position = line === undefined ? undefined : positionInCode(program, line, column ?? 0);
  const had = asksInVain.test(message)
    ? [...missedInWords(missed, apis), ...answersInWords(answers, program.source)]
    : [];
  return { kind: "thrown", name, message, ...position, ...(had.length > 0 && { answers: had }) };
}

/** As V8 words it when code asks for something that is not there. */
const asksInVain = /\b(?:undefined|null)\b|\bis not (?:a function|iterable)\b/;

/** Whether a result, as JSON, has no value in it. A longer one has. */
const isNothing = (result: string) =>
  result.length < 1_000 && !/[^[\]{},]/.test(result.replaceAll("null", "").replace(/"[^"\\]*":|^""$/g, ""));

const unreadable: SandboxOutcome & { ok: false } = {
  ok: false,
  failure: {
    kind: "thrown",
    name: "Error",
    message: "the run ended without a readable outcome: code must not replace parts of JavaScript itself",
  },
  logs: [],
};
