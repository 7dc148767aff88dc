/** Media types: which one a value is sent as, of those that the document declares. Pure. */
import type { Known } from "./known.ts";
import { alternatives } from "./known.ts";
import type { Problem } from "./problem.ts";

/** `key` is the entry of `content`, `mediaType` what is sent; they differ for ranges such as `image/*`. */
export type Choice =
  | { key: string | undefined; mediaType: string; problem?: undefined }
  | { key: undefined; mediaType: undefined; problem: Problem };

/** What a body is, as far as that decides how it is written. `files`: an object that holds bytes. */
type Form = "bytes" | "text" | "array" | "object" | "files" | "form-data" | "url-params" | "other";

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
  const own = typeFor(value, form);
  let key: string | undefined = own;
  if (asked !== undefined) key = nearestType(declared, asked);
  else if (declared.length > 0)
    key = preferences(form, own, declared)
      .map((fits) => declared.find(fits))
      .find(Boolean);
  if (key === undefined && declared.length > 0)
    return asked === undefined ? unsendable(declared) : failed({ kind: "media-type", asked, declared });
  const mediaType = asked ?? (key?.includes("*") ? own : (key as string));
  const isWritten = form === "bytes" || form === "text" || isJson(mediaType) || isLines(mediaType);
  const isObject = form === "object" || form === "files";
  return isWritten || (isObject && isForm(mediaType)) ? { key, mediaType } : unsendable([mediaType]);
}

function formOf(value: Known, declared: readonly string[]): Form | undefined {
  switch (value.kind) {
    case "literal":
      return typeof value.value === "string" ? "text" : "other";
    case "text":
    case "array":
      return value.kind;
    case "some":
      return formsOfTypes[value.type];
    case "object": {
      if (!declared.some(isMultipart)) return "object";
      const members = [...value.members.values()].flatMap((member) => alternatives(member.value));
      const items = members.flatMap((one) => (one.kind === "array" ? one.items : one));
      if (items.some((one) => one.kind === "some" && one.type === "bytes")) return "files";
      // What is not known may be a file.
      const isDark = value.open || items.some(({ kind }) => /^(?:unknown|global|client|method)$/.test(kind));
      return isDark ? undefined : "object";
    }
    default:
      return undefined;
  }
}

const formsOfTypes: Record<Extract<Known, { kind: "some" }>["type"], Form | undefined> = {
  string: "text",
  number: "other",
  boolean: "other",
  date: "other",
  falsy: undefined,
  instance: "object",
  bytes: "bytes",
  "form-data": "form-data",
  "url-params": "url-params",
};

const isUrlencoded = (type: string) => type.startsWith("application/x-www-form-urlencoded");
const isMultipart = (type: string) => type.startsWith("multipart/");
const isAnyJson = (type: string) => isJson(type) || type === "*/*";

/** What a declared type has to be, best first. */
function preferences(form: Form, own: string, declared: readonly string[]): ((type: string) => boolean)[] {
  const isOther = (type: string) => !isUrlencoded(type) && !isMultipart(type);
  if (form === "text") return [(type) => type.startsWith("text/"), isAnyJson, isOther, isUrlencoded];
  if (form === "bytes")
    return [
      (type) => type === own,
      (type) => type.startsWith("application/octet-stream"),
      (type) => !isAnyJson(type) && isOther(type),
      (type) => type === "*/*",
    ];
  const lines = (type: string) => form === "array" && isLines(type) && !declared.some(isAnyJson);
  const files = (type: string) => form === "files" && isMultipart(type);
  return [files, lines, isAnyJson, isUrlencoded, isMultipart];
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

function kindOf(value: Known, form: Form): string {
  if (value.kind === "literal") return value.value === null ? "null" : `a ${typeof value.value}`;
  if (form === "array") return "an array";
  return form === "object" || form === "files"
    ? "an object"
    : `a ${value.kind === "some" ? value.type : form}`;
}
