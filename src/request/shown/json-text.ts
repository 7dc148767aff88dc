/**
 * JSON set in lines, with every key, string and number as it is written: only the white space between them is ours. What a
 * reader may take otherwise than a parser is marked: a key that an object has twice, or in two spellings, and a number that
 * JavaScript cannot hold. Pure; one pass, no recursion.
 */
import { trimEndOf } from "../../terms/trim-end.ts";
import { visibleExactly } from "../../terms/visible.ts";

export const duplicateKey = "⟨duplicate key⟩";
/** Many parsers (Go, ASP.NET) take `To` for `to`, and then the last one counts; a reader takes `é` for `é`. */
export const likeKey = "⟨like another key⟩";
export const inexactNumber = "⟨not this number in JavaScript⟩";

/** Deeper, indentation would outgrow the text. */
const maxDepth = 50;

/** RFC 8259: strings, numbers, literals and structure, each after white space. Every alternative begins differently. */
const token =
  /[\t\n\r ]*(?:("[^"\\]*(?:\\.[^"\\]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:]))/y;

/** @returns undefined for what is not JSON, or nested too deep to be set in lines */
export function jsonText(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  /** Keys of each object around, from each folded one to its spellings. */
  const holders: (Map<string, Set<string>> | undefined)[] = [];
  let out = "";
  let isEmpty = false;
  let isValue = false;
  const line = () => `\n${"  ".repeat(holders.length)}`;
  token.lastIndex = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [, string, number, literal, sign] = found;
    const closes = sign === "}" || sign === "]";
    if (isEmpty && !closes) out += line();
    const wasEmpty = isEmpty;
    isEmpty = false;
    if (string !== undefined) {
      const keys = holders.at(-1);
      out += visibleExactly(string);
      if (keys && !isValue) {
        const key = JSON.parse(string) as string;
        const folded = key.normalize("NFKC").toLowerCase();
        const alike = keys.get(folded);
        if (alike) out += ` ${alike.has(key) ? duplicateKey : likeKey}`;
        keys.set(folded, (alike ?? new Set()).add(key));
      }
    } else if (number !== undefined) out += isHeld(number) ? number : `${number} ${inexactNumber}`;
    else if (literal !== undefined) out += literal;
    else if (sign === "{" || sign === "[") {
      holders.push(sign === "{" ? new Map() : undefined);
      if (holders.length > maxDepth) return undefined;
      out += sign;
      isEmpty = true;
    } else if (closes) {
      holders.pop();
      out += wasEmpty ? sign : `${line()}${sign}`;
    } else out += sign === "," ? `,${line()}` : ": ";
    isValue = sign === ":";
  }
  return out;
}

/** Whether JavaScript, and so most programs, reads the number that is written. */
function isHeld(written: string): boolean {
  // JavaScript has exponents of three digits.
  if (/[eE][+-]?\d{10}/.test(written)) return false;
  const value = Number(written);
  return Number.isFinite(value) && decimalOf(written) === decimalOf(String(value));
}

/** One spelling for each number: its digits without zeros at the ends, and the power of ten of the last. */
function decimalOf(written: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written)!;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const kept = trimEndOf(digits, /0/);
  if (kept === "") return "0";
  return `${sign}${kept}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - kept.length)}`;
}
