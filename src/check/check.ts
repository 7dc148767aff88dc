/**
 * Checks a program against the documents before anything of it runs: what cannot work is refused with what would,
 * what is only suspicious is kept for the reply. A fault of the check itself never stops a run.
 */
import type { Failure } from "../terms/failure.ts";
import { type CheckedApi, examine } from "./examine.ts";
import type { Program } from "../terms/program.ts";
import type { Finding, Verdict } from "./verdict.ts";

export type { CheckedApi } from "./examine.ts";

export interface CheckOptions {
  /**
   * Asks whether this very code was refused before and sent again, and remembers that it was sent now. Only asked
   * for code that is refused once and passes then: here, or in the isolate for what cannot be seen before the run.
   */
  sentBefore(code: string): Promise<boolean>;
  /** Names of every API that the run may use, if `apis` leaves some out. */
  names?: readonly string[];
}

/** @param apis the APIs that the caller was granted, opened */
export async function checkProgram(
  program: Program,
  apis: readonly CheckedApi[],
  { sentBefore, names }: CheckOptions,
): Promise<Verdict> {
  const { findings, called, unseen } = examine(program, apis, names);
  const certain = findings.filter(({ severity }) => severity === "refuse");
  const doubtful = findings.filter(({ severity }) => severity === "once");
  if (certain.length > 0) return refused([...certain, ...doubtful], false);
  const before = doubtful.length > 0 || unseen ? sentBefore(program.code) : Promise.resolve(false);
  if (doubtful.length > 0 && !(await before)) return refused(doubtful, true);
  return {
    failure: undefined,
    called,
    insisted: before.catch(() => false),
    warnings: findings.map(sentenceOf),
  };
}

function refused(findings: readonly Finding[], passable: boolean): Verdict {
  return {
    failure: failureOf(findings, passable),
    called: [],
    insisted: Promise.resolve(false),
    warnings: [],
  };
}

/** The first call's problems in full, those of the others in a sentence each. */
function failureOf(findings: readonly Finding[], passable: boolean): Failure {
  const [first] = findings as [Finding, ...Finding[]];
  const same = findings.filter(({ line, call }) => line === first.line && call === first.call);
  const also = findings
    .filter((finding) => !same.includes(finding))
    .slice(0, 8)
    .map(sentenceOf);
  const { line, problem } = first;
  if (problem.kind === "unknown") {
    const { asked, nearest, signatures } = problem;
    return { kind: "unknown-operation", asked, nearest, signatures, line, also };
  }
  const problems = same.flatMap((finding) =>
    finding.problem.kind === "arguments" ? [finding.problem.text] : [],
  );
  const { operation, signature } = problem;
  return {
    kind: "bad-arguments",
    operation,
    problems,
    line,
    also,
    passable,
    ...(signature && { signature }),
  };
}

function sentenceOf({ line, call, problem }: Finding): string {
  if (problem.kind === "arguments") return `line ${line}, ${call}: ${problem.text}`;
  const near = problem.nearest.length > 0 ? ` (nearest: ${problem.nearest[0]})` : "";
  return `line ${line}, ${call}: there is no ${problem.asked}${near}`;
}
