/**
 * Reads what an isolate answered. It was written where the model's code ran, so nothing in it is believed: it is
 * parsed, bounded, and whatever does not fit is said to be unreadable.
 */
import { z } from "zod";
import type { Program } from "../terms/program.ts";
import { believed } from "../terms/claimed-failure.ts";
import { positionInCode } from "../terms/position.ts";
import type { Failure, RequestRecord } from "../terms/failure.ts";
import { answersInWords } from "./answers-in-words.ts";
import { answerKinds } from "./guest/contract.ts";
import { maxAllLogsChars, maxLogEntries, maxResultChars, type RunLimits } from "./limits.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";

const text = z.string().max(64 * 1024);
const texts = z.array(text).max(100);
const SeenAnswers = z
  .array(
    z.object({
      operation: text,
      places: z
        .array(z.object({ at: text, is: z.enum(answerKinds), names: z.array(z.string().max(60)).max(200) }))
        .min(1)
        .max(4),
    }),
  )
  .max(5);

const Report = z.object({
  outcome: z.enum(["returned", "thrown", "timed-out", "busy"]),
  logs: z
    .array(z.object({ level: z.enum(["log", "info", "warn", "error", "debug"]), text }))
    .max(maxLogEntries + 1),
  notes: texts,
  thrown: z
    .object({
      name: text,
      message: text,
      line: z.int().positive().optional(),
      column: z.int().nonnegative().optional(),
      failure: z.unknown().optional(),
    })
    .optional(),
  /** Beside the outcome: what does not fit is left out. */
  answers: SeenAnswers.catch([]).default([]),
});

type Report = z.infer<typeof Report>;

/** Escapes and markers come on top of what the harness counts; six units is the longest escape of one. */
const maxAnswerChars = 2 * maxResultChars + 6 * maxAllLogsChars;

/** What the host knows of a run, beside what its isolate says. */
export interface Known {
  /** The one that ran, to tell positions in the code that was sent. */
  program: Program;
  limits: RunLimits;
  /** What the gateway recorded. */
  requests: readonly RequestRecord[];
}

/** @param answer what the harness returned: a report in one line, then the JSON text of the result */
export function readAnswer(answer: unknown, known: Known): SandboxOutcome {
  if (typeof answer !== "string" || answer.length > maxAnswerChars) return unreadable;
  const end = answer.indexOf("\n");
  const report = Report.safeParse(parseJson(answer.slice(0, Math.max(0, end))));
  if (!report.success) return unreadable;
  const { outcome, logs, notes, answers } = report.data;
  if (outcome === "returned") {
    const result = answer.slice(end + 1);
    if (parseJson(result) === undefined) return { ...unreadable, logs };
    return { ok: true, result, logs, notes: [...notes, ...answersInWords(answers, known.program.source)] };
  }
  const failure = failureOf(report.data, known);
  return failure ? { ok: false, failure, logs } : { ...unreadable, logs };
}

function failureOf(
  { outcome, thrown, answers }: Report,
  { program, limits, requests }: Known,
): Failure | undefined {
  if (outcome === "timed-out") return { kind: "timed-out", limitMs: limits.runMs };
  if (outcome === "busy")
    return { kind: "limit-reached", limit: "processor time", value: limits.cpuMs, unit: "ms" };
  if (!thrown) return undefined;
  const said = believed(thrown.failure, requests);
  if (said) return said;
  const { name, message, line, column } = thrown;
  const position = line === undefined ? undefined : positionInCode(program, line, column ?? 0);
  const had = asksInVain.test(message) ? answersInWords(answers, program.source) : [];
  return { kind: "thrown", name, message, ...position, ...(had.length > 0 && { answers: had }) };
}

/** As V8 words it when code asks for something that is not there. */
const asksInVain = /\b(?:undefined|null)\b|\bis not (?:a function|iterable)\b/;

const unreadable: SandboxOutcome & { ok: false } = {
  ok: false,
  failure: {
    kind: "thrown",
    name: "Error",
    message: "the run ended without a readable outcome: code must not replace parts of JavaScript itself",
  },
  logs: [],
};

/** undefined for a text that is not JSON. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
