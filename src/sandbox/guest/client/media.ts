/** Media types: which one a value is sent as, of those that the document declares. Pure. */
import { isObject } from "./parameters.ts";

/** `key` is the entry of `content`, `mediaType` what is sent; they differ for ranges such as `image/*`. */
export type Choice =
  | { key: string | undefined; mediaType: string; problem?: undefined }
  | { key: undefined; mediaType: undefined; problem: string };

/** @param declared keys of `requestBody.content`; @param asked the content type that the code asked for */
export function encodesAs(declared: readonly string[], value: unknown, asked: string | undefined): Choice {
  if (asked !== undefined) {
    const key = nearestType(declared, asked);
    if (key === undefined && declared.length > 0) {
      const problem = `contentType: ${JSON.stringify(asked)} is not one of ${declared.join(", ")}`;
      return { key: undefined, mediaType: undefined, problem };
    }
    return { key, mediaType: asked };
  }
  if (value instanceof FormData || value instanceof URLSearchParams) {
    const own = value instanceof FormData ? "multipart/form-data" : "application/x-www-form-urlencoded";
    return { key: nearestType(declared, own), mediaType: own };
  }
  const key = choose(declared, value);
  if (key === undefined) {
    const problem = `body: ${kindOf(value)} cannot be sent as ${declared.join(" or ")}`;
    return { key: undefined, mediaType: undefined, problem };
  }
  return { key, mediaType: key.includes("*") ? typeFor(value) : key };
}

export function isBinary(value: unknown): value is ArrayBuffer | ArrayBufferView | Blob | ReadableStream {
  return (
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    value instanceof Blob ||
    value instanceof ReadableStream
  );
}

function choose(declared: readonly string[], value: unknown): string | undefined {
  if (declared.length === 0) return typeFor(value);
  const wanted: ((type: string) => boolean)[] = [];
  const json = (type: string) => isJson(type) || type === "*/*";
  const form = (type: string) => type.startsWith("application/x-www-form-urlencoded");
  const multipart = (type: string) => type.startsWith("multipart/");
  if (isBinary(value)) {
    if (value instanceof Blob && value.type !== "") wanted.push((type) => type === value.type);
    wanted.push((type) => type.startsWith("application/octet-stream"));
    wanted.push(
      (type) => !json(type) && !form(type) && !multipart(type),
      (type) => type === "*/*",
    );
  } else if (typeof value === "string") {
    wanted.push(
      (type) => type.startsWith("text/"),
      json,
      (type) => !form(type) && !multipart(type),
      form,
    );
  } else {
    if (isObject(value) && Object.values(value).flat().some(isBinary)) wanted.push(multipart);
    if (Array.isArray(value)) wanted.push((type) => isLines(type) && !declared.some(json));
    wanted.push(json, form, multipart);
  }
  for (const fits of wanted) {
    const found = declared.find(fits);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The declared type that a given one is: the same, or the same without parameters, or a range that holds it. */
function nearestType(declared: readonly string[], asked: string): string | undefined {
  const bare = (type: string) => (type.split(";", 1)[0] ?? "").trim().toLowerCase();
  return (
    declared.find((type) => type.toLowerCase() === asked.toLowerCase()) ??
    declared.find((type) => bare(type) === bare(asked)) ??
    declared.find(
      (type) => type === "*/*" || (type.endsWith("/*") && bare(asked).startsWith(type.slice(0, -1))),
    )
  );
}

function typeFor(value: unknown): string {
  if (value instanceof Blob && value.type !== "") return value.type;
  if (isBinary(value)) return "application/octet-stream";
  return typeof value === "string" && !looksLikeJson(value) ? "text/plain" : "application/json";
}

export function looksLikeJson(text: string): boolean {
  if (!/^\s*[[{"]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** `application/json`, `application/problem+json`, `application/json;simple`, `text/json`. */
export function isJson(mediaType: string): boolean {
  return /^(?:application|text)\/(?:[\w.+-]+\+)?json(?:$|;)/i.test(mediaType);
}

/** Bodies in which every value is text. */
export function isForm(mediaType: string): boolean {
  return /^(?:application\/x-www-form-urlencoded|multipart\/)/i.test(mediaType);
}

export function isLines(mediaType: string): boolean {
  return /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq|stream\+json)$/i.test(mediaType);
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
