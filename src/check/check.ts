/**
 * Checks a program against the documents before any of it runs. What cannot work is refused, together with what would;
 * what is only suspicious is kept for the reply.
 */
import type { Failure } from "../terms/failure.ts";
import type { Program } from "../terms/program.ts";
import { failed, type Result } from "../terms/result.ts";
import { type Called, type CheckedApi, examine, type Finding } from "./examine.ts";

/** What is known of a program that may run. */
export interface Clearance {
  /**
   * True if the program was refused before and sent again: it may send members that the document does not list. A promise
   * where nothing depends on it yet, and perhaps never will.
   */
  insisted: boolean | Promise<boolean>;
  /** Operations that the program calls, as far as they can be told. */
  called: readonly Called[];
  /** Sentences for the reply, if the run fails, returns nothing or has written something. */
  warnings: readonly string[];
}

/**
 * @param apis the APIs that the caller was granted, opened
 * @param asked `sentBefore`: whether this very code was refused before and is sent again; remembers that it was sent now.
 *   Asked only for code that is refused once, here or in the isolate. `names`: all APIs that the run may use, if `apis`
 *   leaves some out
 * @returns a failure for a program that must not run
 */
export async function checkProgram(
  program: Program,
  apis: readonly CheckedApi[],
  { sentBefore, names }: { sentBefore(code: string): Promise<boolean>; names?: readonly string[] },
): Promise<Result<Clearance>> {
  const { findings, called, unseen } = examine(program, apis, names);
  const certain = findings.filter(({ severity }) => severity === "refuse");
  const doubtful = findings.filter(({ severity }) => severity === "once");
  if (certain.length > 0) return failed(failureOf([...certain, ...doubtful], false));
  const asked = (doubtful.length > 0 || unseen) && sentBefore(program.code);
  const insisted = doubtful.length > 0 ? await asked : asked && asked.catch(() => false);
  if (doubtful.length > 0 && !insisted) return failed(failureOf(doubtful, true));
  return { ok: true, called, insisted, warnings: warningsOf(findings) };
}

/** How many other calls are told of. */
const maxTold = 8;

function warningsOf(findings: readonly Finding[]): string[] {
  const told = findings.slice(0, maxTold).map(sentenceOf);
  const more = findings.length - told.length;
  return more > 0 ? [...told, `and ${more} more`] : told;
}

/** The problems of the first call in full, those of the others in a sentence each. */
function failureOf(findings: readonly Finding[], passable: boolean): Failure {
  const [first] = findings as [Finding, ...Finding[]];
  const { line, problem } = first;
  const isSame = (finding: Finding) => finding.line === line && finding.call === first.call;
  const also = findings
    .filter((finding) => !isSame(finding))
    .slice(0, maxTold)
    .map(sentenceOf);
  if (problem.kind === "unknown") {
    const { asked, nearest, signatures } = problem;
    return { kind: "unknown-operation", asked, nearest, signatures, line, also };
  }
  const problems = findings
    .filter(isSame)
    .flatMap((finding) => (finding.problem.kind === "arguments" ? [finding.problem.text] : []));
  const { operation, signature } = problem;
  return { kind: "bad-arguments", operation, problems, line, also, passable, signature };
}

function sentenceOf({ line, call, problem }: Finding): string {
  if (problem.kind === "arguments") return `line ${line}, ${call}: ${problem.text}`;
  const near = problem.nearest.length > 0 ? ` (nearest: ${problem.nearest[0]})` : "";
  return `line ${line}, ${call}: there is no ${problem.asked}${near}`;
}
