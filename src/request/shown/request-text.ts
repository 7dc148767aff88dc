/**
 * A request as a person reads it, on the page and in a question: the raw text of what leaves, with everything that cannot
 * be seen marked. Read back, it is the request: only white space between the tokens of JSON is ours, and bytes that are
 * no text are told by their SHA-256. Pure.
 */
import { isForm, isJson, mediaTypeOf } from "../../terms/media-type.ts";
import type { ExactBody, ExactRequest } from "../../terms/approvals.ts";
import { digest } from "../../terms/digest.ts";
import { visibleExactly, visibleLine } from "../../terms/visible.ts";
import { readMultipart } from "../multipart.ts";
import { jsonText } from "./json-text.ts";

export interface RequestText {
  /** Method and URL, a line for each header, and after an empty line the body. */
  text: string;
  /** All of it is here: nothing was cut. */
  isWhole: boolean;
  /** Part of it are bytes that are no text, or text that a server may read otherwise. */
  hasBytes: boolean;
}

export function requestText({ method, url, headers, body }: ExactRequest): RequestText {
  const head = [`${method} ${url}`, ...headers.map(([name, value]) => `${name}: ${value}`)].map(visibleLine);
  if (!body) return { text: head.join("\n"), isWhole: true, hasBytes: false };
  const type = headers.find(([name]) => name === "content-type")?.[1];
  const { text, hasBytes } = bodyText(body, type);
  const left = body.bytes - (body.content?.byteLength ?? 0);
  const rest =
    left > 0 ? [`⟨${left} bytes that are not shown; SHA-256 of the whole body: ${body.hash}⟩`] : [];
  return { text: [...head, "", text, ...rest].join("\n"), isWhole: left === 0, hasBytes };
}

function bodyText(
  { content = new Uint8Array(), bytes }: ExactBody,
  type: string | undefined,
): { text: string; hasBytes: boolean } {
  const isWhole = content.byteLength === bytes;
  const text = textOf(content, isWhole);
  const charset = text === undefined ? undefined : otherCharset(text, content, type);
  if (text !== undefined && charset !== undefined)
    return {
      text: `⟨its charset is ${visibleLine(charset)}: a server may read other text than this⟩\n${visibleExactly(text)}`,
      hasBytes: true,
    };
  if (text !== undefined) {
    const lines = isWhole && type !== undefined && isJson(type) ? jsonText(text) : undefined;
    return { text: lines ?? visibleExactly(text), hasBytes: false };
  }
  const form = isWhole ? readMultipart(type, content) : undefined;
  if (!form) return { text: bytesText(content), hasBytes: true };
  const delimiter = visibleLine(`--${form.boundary}`);
  const parts = form.parts.map((part) => `${delimiter}\n${partText(part)}\n`);
  return { text: `${parts.join("")}${delimiter}--`, hasBytes: true };
}

/**
 * The charset in which a server may read other text than UTF-8 has: in UTF-7, `+ACI-` is a quotation mark.
 * @param text the content, read as UTF-8
 */
function otherCharset(text: string, content: Uint8Array, type = ""): string | undefined {
  // A form can name its charset in a field (HTML, 4.10.21.5), a part of one in its headers, HTML in itself.
  const own = isForm(type) || /html/i.test(type) ? text : "";
  const found = [
    ...own.matchAll(/_charset_|charset["']?\s*=\s*["']?([\w-]*)/gi),
    ...xmlDeclarations(text, type).matchAll(/encoding\s*=\s*["']?([\w.-]*)/gi),
  ];
  const named = found.map(([, label]) => label ?? "named in a field");
  const { charset } = mediaTypeOf(type).parameters;
  if (charset !== undefined) named.push(charset);
  else if (/charset/i.test(type)) named.push("not readable");
  // A body can name 10,000, of which there are 40.
  const encodings = new Map([...new Set(named)].map((label) => [encodingOf(label), label]));
  return encodings.entries().find(([encoding, label]) => decoded(content, encoding ?? label) !== text)?.[1];
}

/** @returns undefined for none that is known */
function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** Where XML names its charset (XML 1.0, 4.3.3), in whatever holds it. JSON has one charset, and so what it holds. */
function xmlDeclarations(text: string, type: string): string {
  return isJson(type) ? "" : (text.match(/<\?xml\s[^>]{0,200}/gi) ?? []).join("\n");
}

function decoded(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { ignoreBOM: true, fatal: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A part of a form that holds bytes somewhere: its headers as text, and its content as what it is. */
function partText(part: string): string {
  const end = part.indexOf("\r\n\r\n");
  const pieces = end === -1 ? [part] : [part.slice(0, end + 4), part.slice(end + 4)];
  return pieces
    .map((piece) => {
      const bytes = Buffer.from(piece, "latin1");
      const text = textOf(bytes, true);
      return text === undefined ? bytesText(bytes) : visibleExactly(text);
    })
    .join("");
}

function bytesText(bytes: Uint8Array): string {
  return `⟨${bytes.byteLength} bytes that are no text; SHA-256: ${digest(bytes, "hex")}⟩`;
}

/** @param isWhole otherwise the last character may be cut in the middle */
function textOf(bytes: Uint8Array, isWhole: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: !isWhole });
  } catch {
    return undefined;
  }
}
