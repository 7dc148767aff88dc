/**
 * `multipart/form-data` (RFC 7578), written by hand: unlike `FormData` it can give a part a content type without
 * making it a file, which is what the Encoding Object of OpenAPI asks for. Pure.
 */

import { maxPartNameChars, partNamesTooLong } from "./call-size.ts";
import { encodings, replacedAll } from "./replaced.ts";

export interface Part {
  name: string;
  /** Present: the part is a file. */
  filename?: string;
  contentType?: string;
  content: string | Uint8Array;
}

/** @throws TypeError with what to write instead */
export function writeMultipart(parts: readonly Part[], boundary: string): Uint8Array<ArrayBuffer> {
  const names = parts.reduce((sum, { name, filename = "" }) => sum + name.length + filename.length, 0);
  if (names > maxPartNameChars) throw new TypeError(partNamesTooLong);
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (const { name, filename, contentType, content } of parts) {
    const file = filename === undefined ? "" : `; filename="${quoted(filename)}"`;
    const type =
      contentType === undefined ? "" : `Content-Type: ${contentType.replace(/[^\t\u0020-\u007e]/g, " ")}\r\n`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}\r\n${type}\r\n`;
    pieces.push(encoder.encode(head), typeof content === "string" ? encoder.encode(content) : content);
    pieces.push(encoder.encode("\r\n"));
  }
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  return joined(pieces);
}

/**
 * WHATWG HTML, multipart/form-data encoding algorithm: quotes and line ends are percent-encoded. So is what servers read
 * differently: escapes and control characters.
 */
function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /["\\\u0000-\u001f\u007f]/.test(text) ? replacedAll(text, notQuoted) : text;
}

const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join("");
const notQuoted = encodings(`"\\${controls}\u007f`);

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
