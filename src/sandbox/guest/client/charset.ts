/**
 * Text in the charset that its media type names: a server that is told `charset=iso-8859-1` reads it so. Without one it
 * is UTF-8. What the charset does not have is refused, never replaced. Pure.
 */
import { sentenceOf } from "../../../request/problem.ts";
import { isJson, isLines, isUrlencoded, isXml, mediaTypeOf } from "../../../terms/media-type.ts";
import { declaredIn } from "./xml-encoding.ts";

/** Each character is looked up, and others wait as long. */
const maxChars = 1_000_000;

const tooLong = (charset: string) =>
  `the text has more than ${maxChars.toLocaleString("en-US")} characters, which is too many to be written in the charset ${charset}: leave the charset away, for UTF-8, or give the bytes`;

/**
 * @param mediaType as it is sent
 * @throws TypeError with what to write instead
 */
export function inCharset(text: string, mediaType: string): string | Uint8Array<ArrayBuffer> {
  const named =
    mediaTypeOf(mediaType).parameters["charset"] ?? (isXml(mediaType) ? declaredIn(text) : undefined);
  const charset = (named ?? "utf-8").trim().toLowerCase();
  if (/^(?:unicode-1-1-)?utf-?8$/.test(charset)) return text;
  if (/^utf-?16(?:le|be)?$/.test(charset)) return utf16(text, charset);
  if (text.length > maxChars) throw new TypeError(tooLong(charset));
  const letters = lettersOf(charset);
  // Escapes say the same in every charset that has ASCII in its place.
  if (isJson(mediaType) || isLines(mediaType)) return text.replace(beyondAscii, escaped);
  if (isUrlencoded(mediaType))
    return text.replace(percentEncoded, (code) => reencoded(code, letters, charset));
  return bytesIn(text, letters, charset);
}

// oxlint-disable-next-line no-control-regex -- every unit outside of ASCII, that is
const beyondAscii = /[^\x00-\x7f]/g;
const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** UTF-8 outside of ASCII, as forms write it. */
const percentEncoded = /(?:%[89a-f][\da-f])+/gi;

function reencoded(code: string, letters: Letters, charset: string): string {
  const bytes = bytesIn(decodeURIComponent(code), letters, charset);
  return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** The bytes of each character of a charset. */
type Letters = ReadonlyMap<string, readonly number[]>;

function lettersOf(charset: string): Letters {
  // The Encoding Standard reads these as windows-1252, other servers do not.
  const size = /^(?:us-)?ascii$/.test(charset) ? 128 : /^(?:iso-?8859-?1|latin-?1)$/.test(charset) ? 256 : 0;
  const decoder = size > 0 ? undefined : decoderOf(charset);
  const letters = new Map<string, readonly number[]>();
  for (let byte = 0; byte < (size || 256); byte += 1) {
    const letter = decoder ? decoder.decode(Uint8Array.of(byte)) : String.fromCharCode(byte);
    if (letter !== "\uFFFD" && letter !== "") letters.set(letter, [byte]);
  }
  if (decoder) {
    const { encoding } = decoder;
    // It writes the characters of EUC-JP in seven bits, between marks.
    const wide = encoding === "iso-2022-jp" ? new TextDecoder("euc-jp") : decoder;
    addWide(letters, wide, pairsOf(encoding));
    // Those of Unicode's first plane that have no pair come in its order.
    if (encoding === "gb18030")
      addWide(
        letters,
        decoder,
        Array.from({ length: 39_420 }, (_, at) => fourOf(at)),
      );
  }
  return letters;
}

/** Leading bytes whose characters the Encoding Standard writes with others, where a charset has some twice. */
const readOnly: Record<string, (lead: number) => boolean> = {
  shift_jis: (lead) => lead === 0xed || lead === 0xee,
  big5: (lead) => lead < 0xa1,
};

/** Each pair of bytes that may be a character of East Asian charsets. */
function pairsOf(encoding: string): number[][] {
  if (!/^(?:shift_jis|big5|gbk|gb18030|euc-(?:kr|jp)|iso-2022-jp)$/.test(encoding)) return [];
  const pairs: number[][] = [];
  for (let lead = 0x81; lead < 0xff; lead += 1)
    if (!readOnly[encoding]?.(lead))
      for (let trail = 0x40; trail < 0xff; trail += 1) if (trail !== 0x7f) pairs.push([lead, trail]);
  return pairs;
}

/** Reads all at once, a line each. What is read as more than one character, or none, is no character. */
function addWide(
  letters: Map<string, readonly number[]>,
  decoder: TextDecoder,
  all: readonly number[][],
): void {
  const lines = decoder.decode(Uint8Array.from(all.flatMap((bytes) => [...bytes, 0x0a]))).split("\n");
  for (const [at, bytes] of all.entries()) {
    const line = lines[at] ?? "";
    if (line !== "\uFFFD" && [...line].length === 1 && !letters.has(line)) letters.set(line, bytes);
  }
}

/** GB 18030's four bytes for a position in the order of Unicode. */
const fourOf = (at: number): number[] => [
  0x81 + Math.floor(at / 12_600),
  0x30 + (Math.floor(at / 1_260) % 10),
  0x81 + (Math.floor(at / 10) % 126),
  0x30 + (at % 10),
];

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    throw new TypeError(sentenceOf({ kind: "charset", charset, letter: undefined }));
  }
}

function bytesIn(text: string, letters: Letters, charset: string): Uint8Array<ArrayBuffer> {
  const isMarked = /^(?:cs)?iso-?2022-?jp$/.test(charset);
  const isFourBytes = /^gb-?18030$/.test(charset);
  const written: number[] = [];
  let isWide = false;
  const mark = (wide: boolean) => {
    if (isMarked && wide !== isWide) written.push(0x1b, wide ? 0x24 : 0x28, 0x42);
    isWide = wide;
  };
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    const bytes =
      letters.get(letter) ?? (isFourBytes && code > 0xffff ? fourOf(code - 0x10000 + 189_000) : undefined);
    // A half-width kana of EUC-JP has no place between the marks.
    if (bytes === undefined || (isMarked && bytes[0] === 0x8e))
      throw new TypeError(sentenceOf({ kind: "charset", charset, letter }));
    mark(bytes.length > 1);
    for (const byte of bytes) written.push(isMarked ? byte & 0x7f : byte);
  }
  mark(false);
  return Uint8Array.from(written);
}

/** Without an order in its name, the byte order mark tells it (RFC 2781 section 3.3). */
function utf16(text: string, charset: string): Uint8Array<ArrayBuffer> {
  const marked = charset.endsWith("e") ? text : `\uFEFF${text}`;
  const bytes = new DataView(new ArrayBuffer(2 * marked.length));
  for (let at = 0; at < marked.length; at += 1)
    bytes.setUint16(2 * at, marked.charCodeAt(at), charset.endsWith("le"));
  return new Uint8Array(bytes.buffer);
}
