/** Media types: which one a value is sent as, of those that the document declares. Pure. */
import { forObjects, isJson, isMultipart, isUrlencoded } from "../spec/read/required.ts";
import { alternatives, jsonIn, type Known } from "./known.ts";
import type { Problem } from "./problem.ts";

/** `key` is the entry of `content`, `mediaType` what is sent; they differ for ranges such as `image/*`. */
export type Choice =
  | { key: string | undefined; mediaType: string; problem?: undefined }
  | { key: undefined; mediaType: undefined; problem: Problem };

/** What a body is, as far as that decides how it is written. `files`: an object that holds bytes. */
type Form =
  | Exclude<Extract<Known, { kind: "some" }>["type"], "falsy" | "string" | "instance">
  | "text"
  | "array"
  | "object"
  | "files"
  | "null";

/**
 * @param declared keys of `requestBody.content`
 * @param asked the content type that the code asked for
 * @returns undefined if it cannot be told, which is never so for a whole value
 */
export function encodesAs(
  declared: readonly string[],
  value: Known,
  asked: string | undefined,
): Choice | undefined {
  const form = formOf(value, declared);
  if (form === undefined) return undefined;
  const failed = (problem: Problem): Choice => ({ key: undefined, mediaType: undefined, problem });
  const unsendable = (as: readonly string[]) =>
    failed({ kind: "cannot-be-sent", given: kindOf(value, form), declared: as });
  if (form === "form-data" || form === "url-params") {
    const own = form === "form-data" ? "multipart/form-data" : "application/x-www-form-urlencoded";
    return { key: nearestType(declared, own), mediaType: own };
  }
  let key: string | undefined;
  if (asked !== undefined) key = nearestType(declared, asked);
  else
    for (const fits of preferences(form, value, declared)) {
      key = declared.find(fits);
      if (key !== undefined) break;
    }
  if (key === undefined && declared.length > 0)
    return asked === undefined ? unsendable(declared) : failed({ kind: "media-type", asked, declared });
  const mediaType = asked ?? (key === undefined || key.includes("*") ? typeFor(value, form) : key);
  const isWritten = form === "bytes" || form === "text" || isJson(mediaType) || isLines(mediaType);
  const isObject = form === "object" || form === "files";
  return isWritten || (isObject && isForm(mediaType)) ? { key, mediaType } : unsendable([mediaType]);
}

function formOf(value: Known, declared: readonly string[]): Form | undefined {
  switch (value.kind) {
    case "literal":
      return value.value === null ? "null" : typeof value.value === "string" ? "text" : "number";
    case "text":
    case "array":
      return value.kind;
    case "some":
      if (value.type === "string") return "text";
      if (value.type === "instance") return "object";
      return value.type === "falsy" ? undefined : value.type;
    case "object": {
      if (!declared.some(isMultipart)) return "object";
      const members = [...value.members.values()].flatMap((member) => alternatives(member.value));
      const items = members.flatMap((one) => (one.kind === "array" ? one.items : one));
      if (items.some(isFile)) return "files";
      // What is not known may be a file.
      const isDark = value.open || items.some(({ kind }) => /^(?:unknown|global|client|method)$/.test(kind));
      return isDark ? undefined : "object";
    }
    default:
      return undefined;
  }
}

/** Bytes, or what stands for a file in a part: `{ filename, content }`. */
export function isFile(value: Known): boolean {
  if (value.kind === "object") return value.members.has("filename") && value.members.has("content");
  return value.kind === "some" && value.type === "bytes";
}

const isAnyJson = (type: string) => isJson(type) || type === "*/*";

/** What a declared type has to be, best first. */
function preferences(form: Form, value: Known, declared: readonly string[]): ((type: string) => boolean)[] {
  const isOther = (type: string) => !isUrlencoded(type) && !isMultipart(type);
  if (form === "text") return [(type) => type.startsWith("text/"), isAnyJson, isOther, isUrlencoded];
  if (form === "bytes")
    return [
      (type) => type === typeFor(value, form),
      (type) => type.startsWith("application/octet-stream"),
      (type) => !isAnyJson(type) && isOther(type),
      (type) => type === "*/*",
    ];
  const lines = (type: string) => form === "array" && isLines(type) && !declared.some(isAnyJson);
  const files = (type: string) => form === "files" && isMultipart(type);
  return [files, lines, ...forObjects];
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

function typeFor(value: Known, form: Form): string {
  if (value.kind === "some" && value.type === "bytes") return value.mediaType || "application/octet-stream";
  if (form !== "text") return "application/json";
  return value.kind === "literal" && !looksLikeJson(String(value.value)) ? "text/plain" : "application/json";
}

export function looksLikeJson(text: string): boolean {
  return jsonIn({ kind: "literal", value: text }) !== undefined;
}

/** Bodies in which every value is text. */
export function isForm(mediaType: string): boolean {
  return /^(?:application\/x-www-form-urlencoded|multipart\/)/i.test(mediaType);
}

export function isLines(mediaType: string): boolean {
  return /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq|stream\+json)$/i.test(mediaType);
}

function kindOf(value: Known, form: Form): string {
  if (form === "null" || form === "bytes") return form;
  const type = value.kind === "literal" ? typeof value.value : form === "files" ? "object" : form;
  return `${/^[ao]/.test(type) ? "an" : "a"} ${type}`;
}
