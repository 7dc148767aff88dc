/**
 * Reads what an isolate answered. It was written where the model's code ran, so nothing in it is believed: it is
 * parsed, bounded, and whatever does not fit is said to be unreadable.
 */
import { z } from "zod";
import type { Program } from "../terms/program.ts";
import { positionInCode } from "../terms/position.ts";
import type { Failure } from "../terms/failure.ts";
import { maxAllLogsChars, maxLogEntries, maxResultChars, type RunLimits } from "./limits.ts";
import type { SandboxOutcome } from "../terms/outcome.ts";

const text = z.string().max(64 * 1024);
const texts = z.array(text).max(100);
const operation = text.optional();

/**
 * The failures that the API client reports. A link would be followed by a person: whoever needs one takes it from
 * the record of the gateway, never from here.
 */
const ClientFailure = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("limit-reached"), limit: text, value: z.number(), unit: text }),
  z.object({ kind: z.literal("unknown-operation"), asked: text, nearest: texts }),
  z.object({
    kind: z.literal("bad-arguments"),
    operation: text,
    problems: texts,
    signature: operation,
    passable: z.boolean().optional(),
  }),
  z.object({ kind: z.literal("denied"), operation, rule: text, message: text }),
  z.object({ kind: z.literal("needs-approval"), operation: text }),
  z.object({ kind: z.literal("needs-scope"), operation: text, scope: text }),
  z.object({ kind: z.literal("upstream-error"), operation, status: z.number(), body: text, hint: operation }),
  z.object({ kind: z.literal("upstream-unreachable"), operation, message: text }),
  z.object({ kind: z.literal("outcome-unknown"), operation, message: text }),
]);

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
});

/** Escapes and markers come on top of what the harness counts; six units is the longest escape of one. */
const maxAnswerChars = 2 * maxResultChars + 6 * maxAllLogsChars;

/**
 * @param answer what the harness returned: a report in one line, then the JSON text of the result
 * @param program the one that ran, to tell positions in the code that was sent
 */
export function readAnswer(answer: unknown, program: Program, limits: RunLimits): SandboxOutcome {
  if (typeof answer !== "string" || answer.length > maxAnswerChars) return unreadable;
  const end = answer.indexOf("\n");
  const report = Report.safeParse(parseJson(answer.slice(0, Math.max(0, end))));
  if (!report.success) return unreadable;
  const { outcome, logs, notes, thrown } = report.data;
  if (outcome === "timed-out" || outcome === "busy") {
    const limitMs = outcome === "busy" ? limits.cpuMs : limits.wallMs;
    return { ok: false, failure: { kind: "timed-out", limitMs }, logs };
  }
  if (outcome === "thrown")
    return thrown ? { ok: false, failure: thrownFailure(thrown, program), logs } : { ...unreadable, logs };
  const result = answer.slice(end + 1);
  if (parseJson(result) === undefined) return { ...unreadable, logs };
  return { ok: true, result, logs, notes };
}

const unreadable: SandboxOutcome & { ok: false } = {
  ok: false,
  failure: {
    kind: "thrown",
    name: "Error",
    message: "the run ended without a readable outcome: code must not replace parts of JavaScript itself",
  },
  logs: [],
};

type Thrown = NonNullable<z.infer<typeof Report>["thrown"]>;

function thrownFailure(thrown: Thrown, program: Program): Failure {
  const known = ClientFailure.safeParse(thrown.failure);
  // JSON has no undefined members, so an optional one is either there or missing.
  if (known.success) return known.data as Failure;
  const { name, message, line, column } = thrown;
  const position = line === undefined ? undefined : positionInCode(program, line, column ?? 0);
  return { kind: "thrown", name, message, ...position };
}

/** undefined for a text that is no JSON. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
