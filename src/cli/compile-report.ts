/** What a person is told of a document that was compiled: how much of it was read, and what is wrong with it where. */
import type { CompileReport } from "../spec/catalog.ts";

/** More would push what comes next off the screen. */
const maxFaults = 10;

/** Lines for the terminal, each beginning with two blanks. */
export function reportLines(report: Omit<CompileReport, "title" | "version">): string[] {
  const { operationsKept, operationsFound, faults } = report;
  const left = faults.length - maxFaults;
  return [
    `  ${count(operationsKept)} of ${count(operationsFound)} operations; ${faults.length} fault${faults.length === 1 ? "" : "s"}`,
    ...(operationsFound === 0
      ? ["  ! The document has no operations, so that nothing can be called: is it the right one?"]
      : []),
    ...faults.slice(0, maxFaults).map(({ pointer, message }) => {
      const place = pointer.length <= 160 ? pointer : `${pointer.slice(0, 100)} … ${pointer.slice(-50)}`;
      return printable(`    ${place}: ${message}`);
    }),
    ...(left > 0 ? [`    … ${count(left)} more`] : []),
  ];
}

/** Text of a document on one line: what it holds must end no comment and reach no terminal as a command. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- those are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
