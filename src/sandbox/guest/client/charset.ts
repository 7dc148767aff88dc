/**
 * Text in the charset that its media type names: a server that is told `charset=iso-8859-1` reads it so. Without one it
 * is UTF-8. What the charset does not have is refused, never replaced. Pure.
 */
import { sentenceOf } from "../../../request/problem.ts";
import { isJson, isLines, isUrlencoded, isXml, mediaTypeOf } from "../../../terms/media-type.ts";

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

/** RFC 7303 section 3.2: without a charset in the header, the one that the document says. */
export function declaredIn(xml: string): string | undefined {
  return /^\uFEFF?<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)/.exec(xml)?.[1];
}

type Letters = ReadonlyMap<string, number>;

/** The byte of each character of a charset that has one byte for each. */
function lettersOf(charset: string): Letters {
  // The Encoding Standard reads these as windows-1252, other servers do not.
  const size = /^(?:us-)?ascii$/.test(charset) ? 128 : /^(?:iso-?8859-?1|latin-?1)$/.test(charset) ? 256 : 0;
  const decoder = size > 0 ? undefined : decoderOf(charset);
  const letters = new Map<string, number>();
  for (let byte = 0; byte < (size || 256); byte += 1) {
    const letter = decoder ? decoder.decode(Uint8Array.of(byte)) : String.fromCharCode(byte);
    if (letter !== "\uFFFD" && letter !== "") letters.set(letter, byte);
  }
  return letters;
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    throw new TypeError(sentenceOf({ kind: "charset", charset, letter: undefined }));
  }
}

function bytesIn(text: string, letters: Letters, charset: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => {
    const byte = letters.get(letter);
    if (byte === undefined) throw new TypeError(sentenceOf({ kind: "charset", charset, letter }));
    return byte;
  });
}

/** Without an order in its name, the byte order mark tells it (RFC 2781 section 3.3). */
function utf16(text: string, charset: string): Uint8Array<ArrayBuffer> {
  const marked = charset.endsWith("e") ? text : `\uFEFF${text}`;
  const bytes = new DataView(new ArrayBuffer(2 * marked.length));
  for (let at = 0; at < marked.length; at += 1)
    bytes.setUint16(2 * at, marked.charCodeAt(at), charset.endsWith("le"));
  return new Uint8Array(bytes.buffer);
}
