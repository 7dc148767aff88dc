/**
 * A request body on the wire: the content type that the document and the value agree on, and the value written in
 * it: JSON in all its variants, forms with nested objects, multipart with files, lines of JSON, text and bytes.
 */
import { contentOf, isJson, isMultipart, mediaSchema, type Parameter } from "../../../spec/read/required.ts";
import { memberOf } from "../../../spec/read/shape.ts";
import { isBinary, lift } from "../../../request/known.ts";
import { type Choice, encodesAs, isLines, isForm, looksLikeJson } from "../../../request/media.ts";
import type { Problem } from "../../../request/problem.ts";
import { withDates } from "./dates.ts";
import { writeMultipart, type Part } from "./multipart.ts";
import { type Json, objectOf } from "../../../spec/objects.ts";
import { isObject, queryPairs, textOf } from "./parameters.ts";

export type Encoded =
  | {
      body: string | Uint8Array<ArrayBuffer> | Blob | FormData | URLSearchParams | ReadableStream;
      /** Undefined where the runtime sets it, with its own boundary. */
      contentType: string | undefined;
      problem?: undefined;
    }
  | { body?: undefined; contentType?: undefined; problem: Problem };

/**
 * @param object the operation object
 * @param given what the code gave as `body`, not undefined
 * @param asked the content type that the code asked for
 */
export async function encodeBody(object: Json, given: unknown, asked: string | undefined): Promise<Encoded> {
  if (given instanceof FormData || given instanceof URLSearchParams)
    return { body: given, contentType: undefined };
  const content = contentOf(object);
  const { problem, key, mediaType } = encodesAs(Object.keys(content), lift(given), asked) as Choice;
  if (problem) return { problem };
  const media = objectOf(content[key ?? mediaType]);
  const value = withDates(given, mediaSchema(content, key ?? mediaType));
  const written = (body: NonNullable<Encoded["body"]>, contentType = mediaType) => ({ body, contentType });
  if (isLines(mediaType)) return written(linesOf(value));
  if (isJson(mediaType)) return written(jsonBody(value, media));
  if (isForm(mediaType) && isObject(value) && !isBinary(value)) {
    if (!isMultipart(mediaType)) return written(formBody(value, media));
    const boundary = `isogate-${crypto.randomUUID()}`;
    const body = writeMultipart(await partsOf(value, media), boundary);
    return written(body, `${mediaType.split(";", 1)[0]}; boundary=${boundary}`);
  }
  return written(value as Blob);
}

/** Bytes inside JSON become base64, which is what `format: byte` and `contentEncoding: base64` want. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, encoded: unknown) {
    const given = this[key];
    if (isBytes(given)) return base64(given);
    return typeof given === "bigint" ? rawJson(String(given)) : encoded;
  });
}

/** Every digit of a number: `Number` would round an id of 17 digits to another one. */
const { rawJSON: rawJson } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** Code often stringifies a body itself; where the document wants an object, the text is sent as it is. */
function jsonBody(value: unknown, media: Json): string {
  const types = [objectOf(media["schema"])["type"]].flat();
  if (typeof value === "string" && !types.includes("string") && looksLikeJson(value)) return value;
  return jsonText(value);
}

function linesOf(value: unknown): string {
  return typeof value === "string"
    ? value
    : [value]
        .flat()
        .map((line) => jsonText(line) + "\n")
        .join("");
}

/** OpenAPI 3.1 section 4.8.15: `encoding` says how a property is written; objects are JSON unless it does. */
function formBody(value: Json, media: Json): string {
  const encodings = objectOf(media["encoding"]);
  const pairs: string[] = [];
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined) continue;
    const shown = emptied(given);
    const encoding = objectOf(encodings[name]);
    const styled = ["style", "explode", "allowReserved"].some((key) => encoding[key] !== undefined);
    const parameter = { ...encoding, name, in: "query" } as Parameter;
    const isJsonText = !styled && isObject(shown);
    if (!styled && Array.isArray(shown) && shown.some(isObject)) parameter.style = "deepObject";
    pairs.push(...queryPairs(parameter, isJsonText ? jsonText(shown) : shown));
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

async function partsOf(value: Json, media: Json): Promise<Part[]> {
  const encodings = objectOf(media["encoding"]);
  const parts: Part[] = [];
  for (const [name, given] of Object.entries(value)) {
    const declared = memberOf(media["schema"], name);
    const asked = objectOf(encodings[name])["contentType"];
    const contentType =
      typeof asked === "string" && !asked.includes("*") ? asked.split(",", 1)[0]?.trim() : undefined;
    for (const item of Array.isArray(given) ? given : [given]) {
      if (item !== undefined && item !== null) parts.push(await partOf(name, item, contentType, declared));
    }
  }
  return parts;
}

async function partOf(
  name: string,
  value: unknown,
  contentType: string | undefined,
  declared: unknown,
): Promise<Part> {
  const file = (content: Part["content"], filename = name, type = contentType): Part => ({
    name,
    filename,
    contentType: type || "application/octet-stream",
    content,
  });
  if (value instanceof Blob) {
    const filename = value instanceof File ? value.name : name;
    return file(new Uint8Array(await value.arrayBuffer()), filename, contentType ?? value.type);
  }
  if (isBytes(value)) return file(bytesOf(value));
  if (isObject(value)) {
    // `{ filename, content, contentType }`: a file without a File object.
    const { filename, content, contentType: type } = value;
    if (typeof filename === "string" && content !== undefined)
      return file(
        isBytes(content) ? bytesOf(content) : textOf(content),
        filename,
        typeof type === "string" ? type : contentType,
      );
    return { name, contentType: contentType ?? "application/json", content: jsonText(value) };
  }
  if (typeof value === "string" && isFile(declared)) return file(value);
  return { name, ...(contentType !== undefined && { contentType }), content: textOf(value) };
}

const isBytes = (value: unknown): value is ArrayBuffer | ArrayBufferView =>
  value instanceof ArrayBuffer || ArrayBuffer.isView(value);

function isFile(declared: unknown): boolean {
  const { format, contentMediaType } = objectOf(declared);
  return format === "binary" || contentMediaType === "application/octet-stream";
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  return value instanceof ArrayBuffer
    ? new Uint8Array(value)
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function base64(value: ArrayBuffer | ArrayBufferView): string {
  let text = "";
  for (const byte of bytesOf(value)) text += String.fromCharCode(byte);
  return btoa(text);
}
