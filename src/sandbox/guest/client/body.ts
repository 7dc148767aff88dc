/**
 * A request body on the wire: the content type that the document and the value agree on, and the value written in
 * it: JSON in all its variants, forms with nested objects, multipart with files, lines of JSON, text and bytes.
 */
import { contentOf } from "../../../spec/read/required.ts";
import { memberOf } from "../../../spec/read/shape.ts";
import { isBinary, lift } from "../../../request/known.ts";
import { type Choice, encodesAs, isJson, isLines, looksLikeJson } from "../../../request/media.ts";
import type { Problem } from "../../../request/problem.ts";
import { writeMultipart, type Part } from "./multipart.ts";
import type { Parameter } from "../../../spec/read/required.ts";
import { isObject, queryPairs, record, textOf } from "./parameters.ts";

interface WireBody {
  body: string | Uint8Array<ArrayBuffer> | Blob | FormData | URLSearchParams | ReadableStream;
  /** Undefined where the runtime sets it, with its own boundary. */
  contentType: string | undefined;
}

export type Encoded = { ok: true; wire: WireBody } | { ok: false; problem: Problem };

/**
 * @param object the operation object
 * @param value what the code gave as `body`, not undefined
 * @param asked the content type that the code asked for
 */
export async function encodeBody(
  object: Record<string, unknown>,
  value: unknown,
  asked: string | undefined,
): Promise<Encoded> {
  const content = contentOf(object);
  if (value instanceof FormData || value instanceof URLSearchParams) {
    return { ok: true, wire: { body: value, contentType: undefined } };
  }
  const chosen = encodesAs(Object.keys(content), lift(value), asked) as Choice;
  if (chosen.problem) return { ok: false, problem: chosen.problem };
  const { mediaType } = chosen;
  const media = record(content[chosen.key ?? mediaType]);
  if (isLines(mediaType)) return { ok: true, wire: { body: linesOf(value), contentType: mediaType } };
  if (isJson(mediaType)) return { ok: true, wire: { body: jsonBody(value, media), contentType: mediaType } };
  if (mediaType.startsWith("application/x-www-form-urlencoded") && isObject(value)) {
    return { ok: true, wire: { body: formBody(value, media), contentType: mediaType } };
  }
  if (mediaType.startsWith("multipart/") && isObject(value) && !isBinary(value)) {
    const boundary = `isogate-${crypto.randomUUID()}`;
    const body = writeMultipart(await partsOf(value, media), boundary);
    return { ok: true, wire: { body, contentType: `${mediaType.split(";", 1)[0]}; boundary=${boundary}` } };
  }
  return { ok: true, wire: { body: value as WireBody["body"], contentType: mediaType } };
}

/** Bytes inside JSON become base64, which is what `format: byte` and `contentEncoding: base64` want. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, encoded: unknown) {
    const given = this[key];
    if (given instanceof ArrayBuffer || ArrayBuffer.isView(given)) return base64(given);
    return typeof given === "bigint" ? rawJson(String(given)) : encoded;
  });
}

/** Every digit of a number: `Number` would round an id of 17 digits to another one. */
const { rawJSON: rawJson } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** Code often stringifies a body itself; where the document wants an object, the text is sent as it is. */
function jsonBody(value: unknown, media: Record<string, unknown>): string {
  const types = [record(media["schema"])["type"]].flat();
  if (typeof value === "string" && !types.includes("string") && looksLikeJson(value)) return value;
  return jsonText(value);
}

function linesOf(value: unknown): string {
  if (typeof value === "string") return value;
  return [value]
    .flat()
    .map((line) => `${jsonText(line)}\n`)
    .join("");
}

/** OpenAPI 3.1 section 4.8.15: `encoding` says how a property is written; objects are JSON unless it does. */
function formBody(value: Record<string, unknown>, media: Record<string, unknown>): string {
  const encodings = record(media["encoding"]);
  const pairs: string[] = [];
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined) continue;
    const shown = emptied(given);
    const encoding = record(encodings[name]);
    const styled = ["style", "explode", "allowReserved"].some((key) => encoding[key] !== undefined);
    const parameter = { ...encoding, name, in: "query" } as Parameter;
    if (styled || Array.isArray(shown) || !isObject(shown)) {
      const deep = Array.isArray(shown) && shown.some(isObject) && !styled;
      pairs.push(...queryPairs(deep ? { ...parameter, style: "deepObject" } : parameter, shown));
    } else {
      pairs.push(...queryPairs({ ...parameter, style: "form" }, jsonText(shown)));
    }
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

async function partsOf(value: Record<string, unknown>, media: Record<string, unknown>): Promise<Part[]> {
  const encodings = record(media["encoding"]);
  const parts: Part[] = [];
  for (const [name, given] of Object.entries(value)) {
    const declared = memberOf(media["schema"], name);
    const asked = record(encodings[name])["contentType"];
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
  if (value instanceof Blob) {
    const filename = value instanceof File ? value.name : name;
    const type = (contentType ?? value.type) || "application/octet-stream";
    return { name, filename, contentType: type, content: new Uint8Array(await value.arrayBuffer()) };
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return {
      name,
      filename: name,
      contentType: contentType ?? "application/octet-stream",
      content: bytesOf(value),
    };
  }
  const described = isObject(value) ? describedFile(name, value, contentType) : undefined;
  if (described) return described;
  if (typeof value === "string" && isFile(declared)) {
    return { name, filename: name, contentType: contentType ?? "application/octet-stream", content: value };
  }
  if (isObject(value))
    return { name, contentType: contentType ?? "application/json", content: jsonText(value) };
  return { name, ...(contentType === undefined ? {} : { contentType }), content: textOf(value) };
}

/** `{ filename, content, contentType }`: a file without a File object. */
function describedFile(
  name: string,
  value: Record<string, unknown>,
  contentType: string | undefined,
): Part | undefined {
  const { filename, content, contentType: type } = value;
  if (typeof filename !== "string" || content === undefined) return undefined;
  const own = typeof type === "string" ? type : undefined;
  const written =
    content instanceof ArrayBuffer || ArrayBuffer.isView(content) ? bytesOf(content) : textOf(content);
  return { name, filename, contentType: own ?? contentType ?? "application/octet-stream", content: written };
}

function isFile(declared: unknown): boolean {
  const { format, contentMediaType } = record(declared);
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
