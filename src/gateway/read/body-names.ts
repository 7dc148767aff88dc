/**
 * The names that a server may read at the top of a body: by its content type, and where that says nothing of a form or
 * an object, by what some servers try all the same. Pure.
 */
import { readContentType, type ContentType } from "./content-type.ts";
import { jsonNames } from "./json-names.ts";
import { multipartNames } from "./multipart-names.ts";
import { formNames, type Names } from "./names.ts";

/** Charsets that have ASCII in its place. JSON has no other than UTF-8 (RFC 8259 section 8.1). */
const asciiCharsets = /^(?:utf-?8|(?:us-)?ascii|iso-8859-\d+|latin-?1|windows-125\d)$/i;

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
  const read = readerOf(contentType, header ?? "");
  if (!read) return yield* maybeJson(body, least);
  const charset = contentType?.parameters.get("charset");
  if (charset !== undefined && !asciiCharsets.test(charset)) return `its charset is ${charset}, not UTF-8`;
  // Express and others unpack it, and would read what was not looked at.
  if (coding !== undefined && coding.trim().toLowerCase() !== "identity") return "it is compressed";
  return yield* read(body, least);
}

function readerOf(
  contentType: ContentType | undefined,
  header: string,
): ((body: Buffer, least: number) => Names) | undefined {
  // Rack, and so Rails, reads a POST without a content type as a form; Parse Server as JSON.
  if (!contentType) return formOrJson;
  const { type } = contentType;
  if (type.endsWith("/x-www-form-urlencoded")) return formNames;
  if (type.startsWith("multipart/")) return (body) => multipartNames(body, contentType, header);
  return isStrictJson(type) ? jsonNames : undefined;
}

function* formOrJson(body: Buffer, least: number): Names {
  yield* formNames(body, least);
  return yield* maybeJson(body, least);
}

/** What a server finds that parses any body as JSON. Other bodies need not be JSON. */
function* maybeJson(body: Buffer, least: number): Names {
  if (/^\s*\{/.test(body.toString("latin1", 0, 100))) yield* jsonNames(body, least);
  return undefined;
}
