/**
 * What a person reads of the lines that the local server prints: ours as sentences, and those of the runtime marked as its
 * own, since what a program makes it say may stand in them. Pure but for the clock.
 */
import { visibleLine } from "../../terms/visible.ts";

/** Why a connection failed, in the runtime's words, and in ours. */
const reasons: [RegExp, string][] = [
  [/lookup address|name or service not known/i, "its host name was not found"],
  [/InvalidContentType|wrong version number/i, "TLS failed: it may speak http on this port, not https"],
  [/certificate|UnknownIssuer|NotValidForName/i, "TLS failed: its certificate is not valid"],
  [/TLS|handshake/i, "TLS failed"],
  [/refused/i, "nothing listens there"],
  [/timed? ?out/i, "it did not answer in time"],
];

/** Of a line of the runtime; and of its lines in one stretch of time. */
const maxChars = 500;
const maxLines = 20;
const quietMs = 5_000;
const stretchMs = 60_000;

/**
 * @param line of the server
 * @returns what to print of it; undefined for what no person needs: records of runs, whose errors are those of the
 *   model's code, and stacks of the runtime
 */
export function terminalLine(line: string): string | undefined {
  if (/^\{"event\.name":"isogate\.(?:run|request)"/.test(line)) return undefined;
  if (/^\s*stack: |\bsentryErrorContext = /.test(line)) return undefined;
  const mark = ": failed: ";
  const at = line.indexOf(mark);
  if (at >= 0 && /\be = \S/.test(line.slice(0, at))) {
    const failed = line.slice(at + mark.length);
    const reason = reasons.find(([pattern]) => pattern.test(failed))?.[1] ?? "the connection failed";
    return `! An API could not be reached: ${reason}.`;
  }
  return /error|✘/i.test(line) ? `runtime: ${visibleLine(line.slice(0, maxChars))}` : undefined;
}

/**
 * Prints what repeats itself at once only once (a read is sent several times), and of many lines the first.
 * @param now the time in ms
 */
export function terminalPrinter(
  print: (line: string) => void,
  now: () => number = Date.now,
): (line: string) => void {
  let last: { text: string; at: number } | undefined;
  let [began, printed] = [0, 0];
  return (line) => {
    const text = terminalLine(line);
    if (text === undefined) return;
    const at = now();
    const isRepeated = text.startsWith("! ") && last?.text === text && at - last.at < quietMs;
    last = { text, at };
    if (isRepeated) return;
    if (at - began > stretchMs) [began, printed] = [at, 0];
    printed += 1;
    if (printed <= maxLines) print(text);
    else if (printed === maxLines + 1)
      print(`! The runtime says more; it is shown again in ${stretchMs / 1_000} s.`);
  };
}
