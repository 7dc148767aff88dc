/** The lines of a file or an answer. Only a line feed ends one: JSON may hold every other separator of lines. */

/** No record is nearly as long: what is read would fill the memory. */
const maxLineChars = 256 * 1024 * 1024;

/** @throws TypeError for what is not UTF-8 @throws Error for a line that no file of ours has */
export async function* linesOf(
  input: AsyncIterable<Uint8Array>,
  maxChars = maxLineChars,
): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** Of the line that has not ended: joined once. */
  let rest: string[] = [];
  let chars = 0;
  for await (const chunk of input) {
    const [first = "", ...lines] = decoder.decode(chunk, { stream: true }).split("\n");
    rest.push(first);
    chars += first.length;
    if (chars > maxChars) throw new Error(`it has a line of more than ${maxChars} characters`);
    const last = lines.pop();
    if (last === undefined) continue;
    yield rest.join("");
    yield* lines;
    rest = [last];
    chars = last.length;
  }
  const left = rest.join("") + decoder.decode();
  if (left !== "") yield left;
}
