/**
 * The names that a server may read at the top of a body: by its content type, and where that says nothing of a form or
 * an object, by what some servers try all the same. Pure.
 */
import { isUtf8 } from "node:buffer";
import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from "node:zlib";
import { readContentType, type ContentType } from "./content-type.ts";
import { jsonNames } from "./json-names.ts";
import { multipartNames } from "./multipart-names.ts";
import { formNames, type Names } from "./names.ts";

/** Charsets that have ASCII in its place. JSON has no other than UTF-8 (RFC 8259 section 8.1). */
const asciiCharsets = /^(?:utf-?8|(?:us-)?ascii|iso-8859-\d+|latin-?1|windows-125\d)$/i;

/** Others that a body may have that is neither a form nor JSON. In UTF-7 and EBCDIC, no byte is what it seems. */
const textCharsets =
  /^(?:utf-?(?:16|32)(?:le|be)?|shift[_-]?jis|euc-(?:jp|kr|tw)|gb(?:k|2312|18030)|big5(?:-hkscs)?|koi8-[ru]|tis-620|macintosh|binary)$/i;

/** Codings that no framework undoes by itself. */
const ownCodings = /^(?:identity|snappy|aws-chunked)$/i;

/** `+json` and what frameworks parse as JSON without being told. */
const isStrictJson = (type: string) =>
  /^\w+\/(?:json|x-json|jsonrequest|[^+]+(?:\+[^+]+)*\+json)$/.test(type);

/**
 * @param header the `Content-Type` as the code set it
 * @param coding the `Content-Encoding`
 * @param least bytes of a name: shorter ones are of no interest
 */
export function* bodyNames(
  header: string | undefined,
  coding: string | undefined,
  body: Buffer,
  least: number,
): Names {
  const contentType = readContentType(header ?? "");
  if (header !== undefined && header.trim() !== "" && !contentType)
    return "its content type is not a single one";
  const isPacked = coding !== undefined && !ownCodings.test(coding.trim());
  const charset = contentType?.parameters.get("charset") ?? "utf-8";
  const read = readerOf(contentType, header ?? "");
  if (!asciiCharsets.test(charset) && (read || !textCharsets.test(charset)))
    return `its charset is ${charset}, not UTF-8`;
  // Express and others unpack it, whatever its type is, and would read what was not looked at.
  if (isPacked) return read || mayUnpackToObject(body, coding) ? "it is compressed" : undefined;
  return yield* (read ?? maybeJson)(body, least);
}

function readerOf(
  contentType: ContentType | undefined,
  header: string,
): ((body: Buffer, least: number) => Names) | undefined {
  // Rack, and so Rails, reads a POST without a content type as a form; Parse Server as JSON.
  if (!contentType) return formOrJson;
  const { type } = contentType;
  // Undertow takes every type for a form that begins like one.
  if (type.includes("/x-www-form-urlencoded")) return formNames;
  if (type.startsWith("multipart/")) return (body) => multipartNames(body, contentType, header);
  return isStrictJson(type) ? jsonNames : undefined;
}

function* formOrJson(body: Buffer, least: number): Names {
  const tooMany = yield* formNames(body, least, false);
  const problem = yield* maybeJson(body, least);
  // Rack takes no form that is not in UTF-8: an archive is none.
  if (problem !== undefined || tooMany === undefined || !isUtf8(body)) return problem;
  return `it does not say its content type, so that some servers read a form, and as one ${tooMany}`;
}

/**
 * What a server finds that parses any body as JSON, as Parse Server and Flask (`force=True`) do. Other bodies need not be
 * JSON.
 */
function* maybeJson(body: Buffer, least: number): Names {
  const found = beginningOfObject(body);
  if (found?.isWide) return "it is JSON in UTF-16 or UTF-32";
  if (found) yield* jsonNames(body.subarray(found.at), least);
  return undefined;
}

/** Blanks of JSON, and NUL, which stands beside each of them in UTF-16. */
const blanks = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20]);
/** Marks of an encoding, and blanks beyond ASCII that some parsers skip: none of their bytes is ASCII. */
const isSkipped = (byte: number) => byte > 0x7f || byte === 0x0b || byte === 0x0c || blanks.has(byte);
const [open, quote, close] = [0x7b, 0x22, 0x7d];

/** Where an object of JSON begins, whatever parsers may skip before it, and whether its characters have several bytes. */
function beginningOfObject(body: Buffer): { at: number; isWide: boolean } | undefined {
  const at = body.findIndex((byte) => !isSkipped(byte));
  if (body[at] !== open) return undefined;
  let next = at + 1;
  while (next < body.length && blanks.has(body[next]!)) next += 1;
  if (body[next] !== quote && body[next] !== close) return undefined;
  // A NUL beside one of the two is half of the character.
  return { at, isWide: body.subarray(Math.max(0, at - 1), next + 2).includes(0) };
}

/** So little that it is cheap, and that deflate makes at most half a megabyte of it. */
const sampleBytes = 512;
const maxUnpackedBytes = 1024 * 1024;

const unpackers: Record<string, ((bytes: Buffer, options: ZlibOptions) => Buffer)[]> = {
  gzip: [gunzipSync],
  "x-gzip": [gunzipSync],
  deflate: [inflateSync, inflateRawSync],
  br: [
    (bytes, options) =>
      brotliDecompressSync(bytes, { ...options, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  ],
};

/** Whether it begins with an object of JSON when it is unpacked, or that cannot be told. */
function mayUnpackToObject(body: Buffer, coding: string): boolean {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxUnpackedBytes };
  const ways = unpackers[coding.trim().toLowerCase()] ?? [];
  const samples = ways.flatMap((unpack) => {
    try {
      return [unpack(body.subarray(0, sampleBytes), options)];
    } catch {
      return [];
    }
  });
  return (
    samples.length === 0 ||
    samples.some((one) => one.every(isSkipped) || beginningOfObject(one) !== undefined)
  );
}
