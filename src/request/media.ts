/** Media types: which ones a value can be sent as, of those that the document declares. Pure. */
import type { SchemaObject } from "../spec/openapi.ts";
import { isObject } from "../spec/objects.ts";
import { forObjects } from "../spec/read/required.ts";
import { shapeOf } from "../spec/read/shape.ts";
import {
  holdsType,
  isForm,
  isJson,
  isJsonPatch,
  isLines,
  isMultipart,
  isRange,
  isText,
  isUrlencoded,
  isXml,
  isYaml,
  mediaTypeOf,
} from "../terms/media-type.ts";
import { alternatives, jsonIn, type Known, type KnownObject } from "./known.ts";
import type { Problem } from "./problem.ts";

/** `key` is the entry of `content`, `mediaType` what is sent; they differ for ranges such as `image/*`. */
export type Choice =
  | { key: string | undefined; mediaType: string; problem?: undefined }
  | { key: undefined; mediaType: undefined; problem: Problem };

/** The content type that the code asked for, and the argument that says so. */
export interface Asked {
  at: string;
  type: string;
}

/** What a body is, as far as that decides how it is written. `files`: an object that holds bytes. */
type Form =
  | Exclude<Extract<Known, { kind: "some" }>["type"], "falsy" | "string" | "instance">
  | "text"
  | "array"
  | "object"
  | "files"
  | "null";

const formData = "multipart/form-data";
const urlencoded = "application/x-www-form-urlencoded";
const json = "application/json";
const octets = "application/octet-stream";

/**
 * @param declared keys of `requestBody.content`
 * @returns the ways to send the value, best first, at least one; undefined if it cannot be told, which is never so for a
 * whole value
 */
export function choicesFor(
  declared: readonly string[],
  value: Known,
  asked: Asked | undefined,
): Choice[] | undefined {
  const form = formOf(value, declared);
  if (form === undefined) return undefined;
  const failed = (problem: Problem): Choice[] => [{ key: undefined, mediaType: undefined, problem }];
  const unsendable = (as: readonly string[]) =>
    failed({ kind: "cannot-be-sent", given: kindOf(value, form), declared: as });
  if (asked) {
    const mediaType = asked.type;
    const isOne = !isRange(mediaType) && mediaTypeOf(mediaType).type !== "";
    const key = isOne ? nearestType(declared, mediaType) : undefined;
    if (!isOne || (key === undefined && declared.length > 0))
      return failed({ kind: "media-type", at: asked.at, asked: mediaType, declared });
    // Bytes and texts are what the code says that they are.
    const isWritten = form === "bytes" || isWritable(form, value, mediaType);
    return isWritten ? [{ key, mediaType }] : unsendable([mediaType]);
  }
  const natural = naturalTypes(form, value);
  const ranked = (declared.length > 0 ? declared : ["*/*"]).flatMap((key) => {
    const mediaType = isRange(key)
      ? natural.find((type) => holdsType(key, type) && isWritable(form, value, type))
      : withoutWeight(key);
    if (mediaType === undefined || !isWritable(form, value, mediaType)) return [];
    const rank = ranks(form, value).findIndex((fits) => fits(key));
    return rank < 0 ? [] : { key: declared.length > 0 ? key : undefined, mediaType, rank };
  });
  // Which of several a text is sent as depends on what it says.
  const isDark = form === "text" && value.kind !== "literal" && !jsonIn(value);
  if (isDark && ranked.length > 1) return undefined;
  const choices = ranked.toSorted((one, other) => one.rank - other.rank);
  return choices.length > 0 ? choices : unsendable(declared);
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
      const isParted =
        declared.length === 0 || declared.some((type) => holdsType(type, formData) || isMultipart(type));
      const items = itemsOf(value);
      if (items.some((one) => isBytes(one) || (isParted && isFile(one)))) return "files";
      // What is not known may be a file.
      const isDark = value.open || items.some(({ kind }) => /^(?:unknown|global|client|method)$/.test(kind));
      return isDark && isParted ? undefined : "object";
    }
    default:
      return undefined;
  }
}

/** The values of the members, and those in lists. */
function itemsOf({ members }: KnownObject): Known[] {
  const values = [...members.values()].flatMap((member) => alternatives(member.value));
  return values.flatMap((one) => (one.kind === "array" ? one.items : one));
}

const isBytes = (value: Known) => value.kind === "some" && value.type === "bytes";

/** Bytes, or what stands for a file in a part: `{ filename, content }`. */
export function isFile(value: Known): boolean {
  if (value.kind === "object") return value.members.has("filename") && value.members.has("content");
  return isBytes(value);
}

/**
 * Whether a schema takes a file, in one of its forms at least: `anyOf` with null is one that may be left out. A list of
 * files is a part for each.
 */
export function takesFile(declared: SchemaObject, depth = 0): boolean {
  if (isFileItself(declared)) return true;
  const { allOf, anyOf, oneOf } = shapeOf(declared).items ?? declared;
  return depth < 5 && [allOf, anyOf, oneOf].flat().some((one) => isObject(one) && takesFile(one, depth + 1));
}

/** Whether one of its forms is a plain text: Telegram takes a file or its address. */
export function takesText(declared: SchemaObject): boolean {
  const { anyOf, oneOf } = shapeOf(declared).items ?? declared;
  return [anyOf, oneOf]
    .flat()
    .some((one) => isObject(one) && shapeOf(one).types.has("string") && !isFileItself(one));
}

/**
 * What stands for a body that is written as something else: of `{ filename, content }` where no part could have a name,
 * the content; of the JSON text of an object where there are only forms, the object.
 * @param declared keys of `requestBody.content`
 */
export function meantBy(value: Known, declared: readonly string[]): "content" | "parsed" | "itself" {
  const isFlat = (type: string) =>
    !isRange(type) && !isForm(type) && !isJson(type) && !isYaml(type) && !isLines(type);
  if (declared.length === 0) return "itself";
  if (value.kind === "object" && isFile(value) && declared.every(isFlat)) return "content";
  return declared.every(isForm) && jsonIn(value)?.kind === "object" ? "parsed" : "itself";
}

/** Whether it takes nothing else. OpenAPI 3.1 has the type in the schema. */
export function isFileItself(declared: SchemaObject): boolean {
  const { type, format, contentMediaType } = shapeOf(declared).items ?? declared;
  return (
    format === "binary" ||
    type === "file" ||
    (typeof contentMediaType === "string" && !isJson(contentMediaType))
  );
}

/** What the code says that bytes are; empty if it does not say. */
const ownType = (value: Known) =>
  value.kind === "some" && value.type === "bytes" ? (value.mediaType ?? "") : "";

/** What a value is by itself, best first. */
function naturalTypes(form: Form, value: Known): string[] {
  switch (form) {
    case "bytes":
      return [ownType(value) || octets];
    case "form-data":
    case "files":
      return [formData, urlencoded, json];
    case "url-params":
      return [urlencoded, formData];
    case "text":
      return isDarkOrJson(value) ? [json, "text/plain"] : isMarkup(value) ? ["application/xml", "text/plain"] : ["text/plain", json]; // prettier-ignore
    default:
      return [json, urlencoded, formData, "application/x-ndjson"];
  }
}

const isDarkOrJson = (value: Known) => value.kind !== "literal" || jsonIn(value) !== undefined;
const isMarkup = (value: Known) => value.kind === "literal" && /^\s*</.test(String(value.value));
const isQuery = (value: Known) => value.kind === "literal" && /^[^\s=&]+=\S*$/.test(String(value.value));

/** Whether the client can write a value as this. */
function isWritable(form: Form, value: Known, type: string): boolean {
  const hasMembers = form === "object" || form === "files";
  switch (form) {
    case "form-data":
    case "url-params": {
      const { entries } = value as Extract<Known, { type: "form-data" }>;
      return isMultipart(type) || (isUrlencoded(type) && !(entries && itemsOf(entries).some(isBytes)));
    }
    case "bytes": {
      const own = ownType(value);
      const isFree = own === "" || holdsType(type, own) || mediaTypeOf(type).type === octets;
      return isFree && (holdsType(type, own) || !(isJson(type) || isForm(type)));
    }
    case "text":
      // The code alone knows its boundary.
      return !isMultipart(type) || mediaTypeOf(type).parameters["boundary"] !== undefined;
    default:
      if (isLines(type) || isYaml(type) || (isJson(type) && !(hasMembers && isJsonPatch(type)))) return true;
      if (/^(?:number|boolean|date)$/.test(form) && isPlainText(type)) return true;
      return isMultipart(type) ? hasMembers : isUrlencoded(type) && form === "object";
  }
}

/** What a declared type has to be, best first; what fits none is not tried. */
function ranks(form: Form, value: Known): ((type: string) => boolean)[] {
  const isAny = () => true;
  switch (form) {
    case "text":
      return [
        (type) => (jsonIn(value) ? isJson(type) : isMarkup(value) ? isXml(type) : isQuery(value) && isUrlencoded(type)),
        (type) => isText(type) && !isUrlencoded(type) && !isXml(type),
        (type) => isJson(type) || holdsType(type, json),
        (type) => !isForm(type),
        isAny,
      ]; // prettier-ignore
    case "bytes":
      return [
        (type) => !isRange(type) && holdsType(type, ownType(value) || octets),
        (type) => !isRange(type),
        isAny,
      ];
    case "form-data":
    case "url-params":
      return [(type) => holdsType(type, form === "form-data" ? formData : urlencoded), isAny];
    case "files":
      return [isMultipart, (type) => isRange(type) && holdsType(type, formData), ...forObjects];
    case "array":
      return [(type) => isJsonPatch(type) && isPatch(value), ...forObjects];
    default:
      return [...forObjects, isPlainText];
  }
}

/** In which one value stands as it is. */
const isPlainText = (type: string) => isText(type) && !isForm(type) && !isXml(type);

/** RFC 6902 section 4: each operation says in `op` what it does. */
const isPatch = (value: Known) =>
  value.kind === "array" &&
  value.items.length > 0 &&
  value.items.every((item) => item.kind === "object" && item.members.has("op") && item.members.has("path"));

/** The declared type that a given one is: the same, or the same without parameters, or a range that holds it. */
function nearestType(declared: readonly string[], asked: string): string | undefined {
  const plain = (type: string) => type.toLowerCase().replaceAll(/\s/g, "");
  return (
    declared.find((type) => plain(type) === plain(asked)) ??
    declared.find((type) => !isRange(type) && holdsType(type, asked)) ??
    declared.find((type) => holdsType(type, asked))
  );
}

/** `q` belongs in `Accept`, but documents have it here as well. */
const withoutWeight = (type: string) => type.replace(/;[ \t]?q=[\d.]*/i, "").trim();

export function looksLikeJson(text: string): boolean {
  return jsonIn({ kind: "literal", value: text }) !== undefined;
}

function kindOf(value: Known, form: Form): string {
  if (form === "bytes") return ownType(value) === "" ? form : `bytes of ${ownType(value)}`;
  if (form === "null") return form;
  if (form === "files") return "an object with bytes";
  if (form === "form-data") return "a FormData";
  if (form === "url-params") return "a URLSearchParams";
  if (value.kind === "some" && value.type === "instance") return `an object of the class ${value.name}`;
  const type = value.kind === "literal" ? typeof value.value : form;
  return `${/^[ao]/.test(type) ? "an" : "a"} ${type}`;
}
