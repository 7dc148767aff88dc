/** What a person reads about a compiled document: how many operations it has, and its faults. */
import type { CompileReport, Fault } from "../spec/catalog.ts";
import { visibleLine } from "../terms/visible.ts";
import { counted } from "./counted.ts";

/** More would push the next lines off the screen. */
const maxFaults = 10;
const maxParts = 20;

/**
 * Lines for the terminal, indented by two blanks.
 * @param parts the further files that the document is made of: they end up where model code reads them
 */
export function reportLines(
  report: Omit<CompileReport, "title" | "version">,
  parts: readonly string[],
): string[] {
  const { operationsKept, operationsFound, faults } = report;
  return [
    `  ${count(operationsKept)} of ${count(operationsFound)} operations; ${faultCount(faults)}`,
    ...(operationsFound === 0
      ? ["  ! The document has no operations, so there is nothing to call. Is it the right one?"]
      : []),
    ...(parts.length > 0
      ? [printable(`  read with it: ${parts.slice(0, maxParts).join(", ")}`) + more(parts.length - maxParts)]
      : []),
    ...faultLines(faults),
  ];
}

/** The first of them, a line each. */
export function faultLines(faults: readonly Fault[]): string[] {
  const left = faults.length - maxFaults;
  const lines = faults.slice(0, maxFaults).map(({ pointer, message }) => {
    const place = pointer.length <= 160 ? pointer : `${pointer.slice(0, 100)} … ${pointer.slice(-50)}`;
    return printable(`    ${place}: ${message}`);
  });
  return left > 0 ? [...lines, `   ${more(left)}`] : lines;
}

export const faultCount = ({ length }: readonly Fault[]): string => counted(length, "fault");

/** Text of a document on one line: it must neither end a comment nor reach a terminal as a command, or unseen. */
export function printable(text: string): string {
  return visibleLine(text.replace(/[\t-\r\u0085\u2028\u2029]+/g, " "));
}

function more(left: number): string {
  return left > 0 ? ` … ${count(left)} more` : "";
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
