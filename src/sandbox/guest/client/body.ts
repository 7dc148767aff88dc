/**
 * A request body on the wire: the content type that the document and the value agree on, and the value written in
 * it: JSON in all its variants, forms with nested objects, multipart with files, lines of JSON, text and bytes.
 */
import type { MediaTypeObject, OperationObject, SchemaObject } from "../../../spec/openapi.ts";
import { contentOf, mediaSchema, type Parameter } from "../../../spec/read/required.ts";
import { memberOf, shapeOf } from "../../../spec/read/shape.ts";
import { bodyChoice } from "../../../request/body.ts";
import { entriesIn, lift } from "../../../request/known.ts";
import {
  type Asked,
  type Choice,
  looksLikeJson,
  meantBy,
  takesFile,
  takesText,
} from "../../../request/media.ts";
import type { Problem } from "../../../request/problem.ts";
import { isBinary } from "../../../terms/binary.ts";
import {
  isForm,
  isJson,
  isLines,
  isMultipart,
  isRange,
  isYaml,
  mediaTypeOf,
} from "../../../terms/media-type.ts";
import { othersTurn } from "../primordials.ts";
import { weightOf } from "../weight.ts";
import { formTooLong, maxFormChars } from "./call-size.ts";
import { inCharset } from "./charset.ts";
import { withDates } from "./dates.ts";
import { writeMultipart, type Part } from "./multipart.ts";
import { type Json, objectOf } from "../../../spec/objects.ts";
import { isObject, queryPairs, textOf } from "./parameters.ts";

export type Encoded =
  | {
      body:
        string | Uint8Array<ArrayBuffer> | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Blob | ReadableStream;
      contentType: string;
      problem?: undefined;
    }
  | { body?: undefined; contentType?: undefined; problem: Problem };

/**
 * @param object the operation object
 * @param given what the code gave as `body`, not undefined
 * @param asked the content type that the code asked for
 */
export async function encodeBody(
  object: OperationObject,
  given: unknown,
  asked: Asked | undefined,
): Promise<Encoded> {
  const content = contentOf(object);
  const declared = Object.keys(content);
  const how = meantBy(lift(given), declared);
  const held =
    how === "content"
      ? contentOfFile(given as Json)
      : how === "parsed"
        ? (JSON.parse(given as string) as Json)
        : given;
  const { problem, key, mediaType } = bodyChoice(content, lift(held), asked) as Choice;
  if (problem) return { problem };
  const media = objectOf(content[key ?? mediaType]);
  const value = withDates(held, mediaSchema(content, key ?? mediaType));
  const written = (body: NonNullable<Encoded["body"]>, contentType = mediaType) => ({
    body: typeof body === "string" ? inCharset(body, contentType) : body,
    contentType,
  });
  if (isBinary(value)) return written(value as Blob);
  if (isForm(mediaType) && isObject(value)) {
    const isEntries = value instanceof FormData || value instanceof URLSearchParams;
    if (isMultipart(mediaType)) {
      const { boundary = `isogate-${crypto.randomUUID()}` } = mediaTypeOf(mediaType).parameters;
      const members = isEntries ? entriesIn(value as Iterable<[string, unknown]>) : value;
      const body = writeMultipart(await partsOf(members, media), boundary);
      return written(body, /boundary=/i.test(mediaType) ? mediaType : `${mediaType}; boundary=${boundary}`);
    }
    if (weightOf(value).characters > maxFormChars) throw new TypeError(formTooLong);
    return written(isEntries ? String(new URLSearchParams(value as never)) : await formBody(value, media));
  }
  if (isLines(mediaType)) return written(await linesOf(value, mediaType));
  if (isYaml(mediaType) && typeof value !== "string") return written(await jsonText(value));
  return written(isJson(mediaType) ? await jsonBody(value, media) : textOf(value));
}

/** Of a file that stands where no part could have its name. */
function contentOfFile({ content, contentType }: Json): unknown {
  const isTyped =
    typeof contentType === "string" && isBinary(content) && !(content instanceof ReadableStream);
  return isTyped ? new Blob([content as Blob], { type: contentType }) : content;
}

/** Bytes inside JSON become base64, which is what `format: byte` and `contentEncoding: base64` want. */
async function jsonText(value: unknown): Promise<string> {
  const read = new Map<unknown, string | undefined>();
  const text = () =>
    JSON.stringify(value, function (this: Record<string, unknown>, key, encoded: unknown) {
      const given = this[key];
      if (!isBinary(given)) return typeof given === "bigint" ? rawJson(String(given)) : encoded;
      if (!read.has(given)) read.set(given, undefined);
      return read.get(given);
    });
  const first = text();
  if (read.size === 0) return first;
  for (const one of read.keys()) read.set(one, await base64(await bytesOf(one)));
  return text();
}

/** Every digit of a number: `Number` would round an id of 17 digits to another one. */
const { rawJSON: rawJson } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** Code often stringifies a body itself; where the document wants an object, the text is sent as it is. */
async function jsonBody(value: unknown, media: MediaTypeObject): Promise<string> {
  const { types } = shapeOf(objectOf(media.schema));
  return typeof value === "string" && !types.has("string") && looksLikeJson(value) ? value : jsonText(value);
}

/** In a sequence of RFC 7464 a record separator begins each text. */
async function linesOf(value: unknown, mediaType: string): Promise<string> {
  if (typeof value === "string") return value;
  const lines = await Promise.all([value].flat().map((one) => jsonText(one)));
  const mark = /json-seq\b/i.test(mediaType) ? "\u001e" : "";
  return lines.map((line) => `${mark}${line}\n`).join("");
}

/** OpenAPI 3.1 section 4.8.15: `encoding` says how a property is written; objects are JSON unless it does. */
async function formBody(value: Json, media: MediaTypeObject): Promise<string> {
  const encodings = objectOf(media.encoding);
  const pairs: string[] = [];
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined) continue;
    const shown = emptied(given);
    const encoding = objectOf(encodings[name]);
    const styled = ["style", "explode", "allowReserved"].some((key) => encoding[key] !== undefined);
    const parameter = { ...encoding, name, in: "query" } as Parameter;
    const isCalledJson = isJson(String(encoding["contentType"])) && typeof shown === "object";
    const isJsonText = !styled && (isObject(shown) || isCalledJson);
    if (!styled && !isJsonText && Array.isArray(shown) && shown.some(isObject))
      parameter.style = "deepObject";
    pairs.push(...queryPairs(parameter, isJsonText ? await jsonText(shown) : shown));
  }
  return pairs.join("&");
}

/** In a form null is the empty text, which is how most of these APIs take a value back. */
function emptied(value: unknown): unknown {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map(emptied);
  if (!isObject(value) || isBinary(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, emptied(item)]));
}

/** OpenAPI 3.1 section 4.8.15.1: objects are JSON unless `encoding` says otherwise. Bytes are files. */
async function partsOf(value: Json, media: MediaTypeObject): Promise<Part[]> {
  const encodings = objectOf(media.encoding);
  const parts: Part[] = [];
  for (const [name, given] of Object.entries(value)) {
    const declared = memberOf(media.schema, name) ?? {};
    const asked = objectOf(encodings[name])["contentType"] ?? declaredType(declared);
    const types = typeof asked === "string" ? asked.split(",").map((type) => type.trim()) : [];
    for (const item of [given].flat()) {
      if (item !== undefined && item !== null)
        parts.push(await partOf(name, item, types, takesFile(declared) && !takesText(declared)));
    }
  }
  return parts;
}

/** @param types those that the document has for it; what the value says of itself comes first */
async function partOf(name: string, value: unknown, types: string[], isDeclaredFile: boolean): Promise<Part> {
  const listed = types.find((type) => !isRange(type));
  const { content, filename, contentType: given } = isObject(value) ? value : ({} as Json);
  // `{ filename, content, contentType }`: a file without a File object.
  const isNamed = typeof filename === "string" && content !== undefined && !isBinary(value);
  const held = isNamed ? content : value;
  const isBytes = isBinary(held);
  const isText = typeof held !== "object";
  const body = isBytes
    ? await bytesOf(held)
    : isText || held instanceof Date
      ? textOf(held)
      : await jsonText(held);
  const own = isNamed && typeof given === "string" ? given : held instanceof Blob ? held.type : "";
  if (!isNamed && !isBytes && !(isDeclaredFile && typeof value === "string")) {
    const contentType = listed ?? (isText || held instanceof Date ? undefined : "application/json");
    return { name, ...(contentType !== undefined && { contentType }), content: coded(body, contentType) };
  }
  const called = (isNamed ? filename : held instanceof File ? held.name : "") || name;
  const contentType = own || listed || "application/octet-stream";
  return { name, filename: called, contentType, content: coded(body, contentType) };
}

const coded = (content: string | Uint8Array, contentType = "") =>
  typeof content === "string" ? inCharset(content, contentType) : content;

/** The schema of one part: a list has one for each of its items. */
const itemOf = (declared: SchemaObject): SchemaObject => shapeOf(declared).items ?? declared;

/** OpenAPI 3.1 has the type in the schema. */
const declaredType = (declared: SchemaObject) => itemOf(declared)["contentMediaType"];

async function bytesOf(value: unknown): Promise<Uint8Array> {
  return new Uint8Array(await new Response(value as Blob).arrayBuffer());
}

/** A multiple of three: none but the last piece is filled up. */
const pieceBytes = 24 * 1024;
const piecesInTurn = 100;

/** Of many bytes, in turns with everybody else's work: also before it, and before its text is used. */
async function base64(bytes: Uint8Array): Promise<string> {
  const turn = bytes.byteLength > pieceBytes ? othersTurn : undefined;
  let text = "";
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    if (at % (piecesInTurn * pieceBytes) === 0) await turn?.();
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + pieceBytes)));
  }
  await turn?.();
  return text;
}
