/** What a person reads of the lines that the local server prints. Pure. */

/** Why a connection failed, in the runtime's words, and in ours. */
const reasons: [RegExp, string][] = [
  [/lookup address|name or service not known/i, "its host name was not found"],
  [/InvalidContentType|wrong version number/i, "TLS failed: it may speak http on this port, not https"],
  [/certificate|UnknownIssuer|NotValidForName/i, "TLS failed: its certificate is not valid"],
  [/TLS|handshake/i, "TLS failed"],
  [/refused/i, "nothing listens there"],
  [/timed? ?out/i, "it did not answer in time"],
];

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
  return /error|✘/i.test(line) ? line : undefined;
}

/** Prints what repeats itself at once only once: a read is sent several times. */
export function terminalPrinter(print: (line: string) => void, quietMs = 5_000): (line: string) => void {
  let last: { text: string; at: number } | undefined;
  return (line) => {
    const text = terminalLine(line);
    if (text === undefined) return;
    const isRepeated = text.startsWith("! ") && last?.text === text && Date.now() - last.at < quietMs;
    if (!isRepeated) print(text);
    last = { text, at: Date.now() };
  };
}
