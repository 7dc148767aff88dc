/**
 * The parts of a multipart body (RFC 2046, 5.1.1). The boundary is read from the delimiter lines and from nowhere else: a
 * body in which it occurs in another place, or that has anything before or after its parts, is not taken apart. Pure.
 */
import { MIMEType } from "node:util";
import { digest } from "../terms/digest.ts";

export interface Multipart {
  type: MIMEType;
  boundary: string;
  /** Each with its headers and its content, without the delimiter lines; one character for each byte. */
  parts: string[];
}

/** Servers take 1,000 (PHP, Django) to 10,000 (Tomcat); a body of nothing but delimiters has millions. */
const maxParts = 20_000;

/** @returns undefined for anything that is not plainly a multipart body of this type */
export function readMultipart(contentType: string | undefined, body: Uint8Array): Multipart | undefined {
  const type = mediaType(contentType);
  const boundary = type?.params.get("boundary");
  if (type?.type !== "multipart" || !boundary) return undefined;
  const pieces = `\r\n${latin1(body)}`.split(boundary, maxParts + 2);
  const [first, ...rest] = pieces;
  const last = rest.pop();
  if (first !== "\r\n--" || rest.length === 0 || (last !== "--" && last !== "--\r\n")) return undefined;
  const parts: string[] = [];
  for (const piece of rest) {
    if (piece.length < 6 || !piece.startsWith("\r\n") || !piece.endsWith("\r\n--")) return undefined;
    parts.push(piece.slice(2, -4));
  }
  return { type, boundary, parts };
}

/**
 * The same form with a boundary that follows from its parts. Code that makes a form gets another random boundary each
 * time, but the same form has to be the same request.
 * @returns undefined if there is no form, or if the boundary would occur in it
 */
export function withFixedBoundary(
  contentType: string | undefined,
  body: Uint8Array,
): { contentType: string; body: Uint8Array } | undefined {
  const form = readMultipart(contentType, body);
  if (!form) return undefined;
  const { type, parts } = form;
  const boundary = `isogate-${digest(JSON.stringify(parts), "hex").slice(0, 32)}`;
  if (parts.some((part) => part.includes(boundary))) return undefined;
  // By hand: workerd's MIMEType does not write out what was set.
  const others = [...type.params].filter(([name]) => name !== "boundary");
  const quoted = others.map(([name, value]) => `; ${name}="${value.replace(/["\\]/g, "\\$&")}"`).join("");
  const text = `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
  return { contentType: `${type.essence}; boundary=${boundary}${quoted}`, body: Buffer.from(text, "latin1") };
}

function mediaType(text: string | undefined): MIMEType | undefined {
  try {
    return text === undefined ? undefined : new MIMEType(text);
  } catch {
    return undefined;
  }
}

const latin1 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
