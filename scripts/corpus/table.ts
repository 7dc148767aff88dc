/** What became of a corpus, as a Markdown table that is also readable in a terminal. */
import type { Fault } from "../../src/spec/catalog.ts";

export interface CorpusLine {
  file: string;
  loaded: boolean;
  operations: number;
  /** Operations of the raw document that the catalog has not. */
  lost: number;
  faults: number;
  firstFault: Fault | undefined;
  loadMs: number;
  compileMs: number;
  /** Operations compared with an independent dereference, and what differed. */
  compared: number;
  wrong: number;
  indexBytes: number;
  bodyBytes: number;
  error?: string;
  /** An exception other than DocumentError: our bug. */
  crashed: boolean;
}

export function corpusTable(lines: CorpusLine[], options: { everyFile: boolean }): string {
  const loaded = lines.filter((line) => line.loaded);
  const sum = (value: (line: CorpusLine) => number) => lines.reduce((total, line) => total + value(line), 0);
  const refused = lines.filter((line) => !line.loaded);
  const summary = [
    ["documents", lines.length],
    ["loaded", loaded.length],
    ["refused, with the reason", refused.filter((line) => !line.crashed).length],
    ["crashed", refused.filter((line) => line.crashed).length],
    ["operations", sum((line) => line.operations)],
    ["operations lost", sum((line) => line.lost)],
    ["operations compared with a dereference", sum((line) => line.compared)],
    ["differences", sum((line) => line.wrong)],
    ["documents with faults", lines.filter((line) => line.faults > 0).length],
    ["faults", sum((line) => line.faults)],
    [
      "compile time, median / longest",
      `${median(loaded.map((line) => line.compileMs))} / ${Math.max(0, ...loaded.map((line) => line.compileMs))} ms`,
    ],
  ];
  const parts = [table(["what", "count"], summary)];
  if (options.everyFile) {
    parts.push(
      table(
        ["file", "operations", "lost", "faults", "load ms", "compile ms", "index kB", "body kB"],
        loaded.map((line) => [
          line.file,
          line.operations,
          line.lost,
          line.faults,
          line.loadMs,
          line.compileMs,
          kilobytes(line.indexBytes),
          kilobytes(line.bodyBytes),
        ]),
      ),
    );
  } else {
    const largest = [...loaded].sort((a, b) => b.operations - a.operations).slice(0, 20);
    parts.push(
      "The twenty largest:",
      table(
        ["file", "operations", "compile ms"],
        largest.map((line) => [line.file, line.operations, line.compileMs]),
      ),
    );
  }
  const faulty = loaded.filter((line) => line.faults > 0);
  if (faulty.length > 0) {
    const shown = faulty.slice(0, 60);
    parts.push(
      `Documents with faults${shown.length < faulty.length ? `, the first ${shown.length}` : ""}; the first fault of each:`,
      table(
        ["file", "faults", "pointer", "message"],
        shown.map((line) => [
          line.file,
          line.faults,
          cut(line.firstFault?.pointer),
          cut(line.firstFault?.message),
        ]),
      ),
    );
  }
  if (refused.length > 0)
    parts.push(
      "Refused:",
      table(
        ["file", "reason"],
        refused.map((line) => [line.file, cut(line.error)]),
      ),
    );
  return parts.join("\n\n");
}

function table(head: string[], rows: unknown[][]): string {
  const line = (cells: unknown[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function cut(text = ""): string {
  return text.length <= 160 ? text : `${text.slice(0, 159)}…`;
}

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1_000);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
