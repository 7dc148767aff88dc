/**
 * JSON with comments that an operator writes, read so that it says one thing: of a member that is there twice a reader takes
 * the last without a word, and a rule that somebody believes in would not hold.
 */
import { parse, printParseErrorCode, visit, type ParseError } from "jsonc-parser";
import { formatPointer } from "../spec/pointer.ts";

/**
 * @param written what the file holds
 * @param file how messages call it
 * @throws Error that names the file, the line and the mistake
 */
export function readJsonc(written: string, file: string): unknown {
  // Some editors begin a file with a mark of its encoding.
  const text = written.replace(/^\ufeff/, "");
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const line = text.slice(0, first.offset).split("\n").length;
    throw new Error(
      `${file} line ${line} is not JSON with comments: ${printParseErrorCode(first.error)}. Correct it there.`,
    );
  }
  const faults = memberFaults(text).map((fault) => `${file} ${fault}`);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return content;
}

function memberFaults(text: string): string[] {
  const faults: string[] = [];
  /** Of each object around the place: its members and their lines. */
  const around: Map<string, number>[] = [];
  visit(
    text,
    {
      onObjectBegin: () => void around.push(new Map()),
      onObjectEnd: () => void around.pop(),
      onObjectProperty(name, _offset, _length, startLine, _character, path) {
        const members = around.at(-1)!;
        const line = startLine + 1;
        const before = members.get(name);
        const holder = path();
        const where = holder.length === 0 ? "" : ` of ${formatPointer(holder.map(String))}`;
        // The parser would make its value the prototype: all of its members would be there, and none of them seen.
        if (name === "__proto__")
          faults.push(`line ${line}: there is no member "__proto__"${where}. Remove it.`);
        else if (before !== undefined)
          faults.push(
            `line ${line}: the member ${JSON.stringify(name)}${where} is there already, in line ${before}. Keep one of them.`,
          );
        members.set(name, before ?? line);
      },
    },
    { allowTrailingComma: true },
  );
  return faults;
}
