/**
 * JSON of an answer, in which integers that are too large for a JavaScript number are text, digit for digit: an id that
 * was rounded is the id of something else. Each character is looked at a few times, whatever the text is.
 */
import * as own from "./primordials.ts";

/** So many digits, and whatever stands around them: most texts have none. */
const manyDigits = /-?\d{16,}/g;

/** Throws as `JSON.parse` does. */
export function exactJson(text: string): unknown {
  return own.parseJson(withLargeAsText(text));
}

function withLargeAsText(text: string): string {
  let result = "";
  let done = 0;
  /** Where the next text begins that was not passed. */
  let quote = own.indexOfText(text, '"');
  manyDigits.lastIndex = 0;
  for (;;) {
    const found = own.execRegExp(manyDigits, text);
    if (!found) return done === 0 ? text : result + own.sliceText(text, done);
    const at = found.index;
    let end = 0;
    while (quote >= 0 && quote < at) {
      end = endOfText(text, quote);
      quote = own.indexOfText(text, '"', end);
    }
    // Inside of a text: the search goes on behind it.
    if (end > at) {
      manyDigits.lastIndex = end;
      continue;
    }
    const digits = found[0];
    end = at + digits.length;
    // No number begins with a zero: then it is not JSON.
    if (digits[0] === "0" || (digits[0] === "-" && digits[1] === "0")) continue;
    if (isPartOfNumber(text, at - 1) || isPartOfNumber(text, end) || own.isSafeInteger(+digits)) continue;
    result += `${own.sliceText(text, done, at)}"${digits}"`;
    done = end;
  }
}

/** A fraction or an exponent is no integer. */
function isPartOfNumber(text: string, at: number): boolean {
  const char = own.sliceText(text, at < 0 ? 0 : at, at + 1);
  return char === "." || char === "e" || char === "E" || char === "+" || char === "-";
}

/** @returns the place behind a text that begins with the quote at `start` */
function endOfText(text: string, start: number): number {
  let end = start;
  do {
    end = own.indexOfText(text, '"', end + 1);
    // It is not JSON.
    if (end < 0) return text.length;
  } while (isEscaped(text, end));
  return end + 1;
}

/** A character behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (own.charCode(text, at - 1 - slashes) === 0x5c) slashes += 1;
  return slashes % 2 === 1;
}
