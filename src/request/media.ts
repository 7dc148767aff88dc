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
  const forms = formsOf(value);
  const [choice, ...others] = forms.map((form) => choiceFor(declared, form, value, asked));
  return others.every((other) => other.key === choice?.key) ? choice : undefined;
}

function choiceFor(declared: readonly string[], form: Form, value: Known, asked: string | undefined): Choice {
  const unsendable = (as: readonly string[]): Choice => ({
    key: undefined,
    mediaType: undefined,
    problem: { kind: "cannot-be-sent", given: kindOf(value, form), declared: as },
  });
  if (form === "form-data" || form === "url-params") {
    const own = form === "form-data" ? "multipart/form-data" : "application/x-www-form-urlencoded";
    return { key: nearestType(declared, own), mediaType: own };
  }
  let key: string | undefined;
  let mediaType = asked;
  if (asked !== undefined) {
    key = nearestType(declared, asked);
    if (key === undefined && declared.length > 0)
      return { key, mediaType: undefined, problem: { kind: "media-type", asked, declared } };
  } else {
    key = declared.length === 0 ? typeFor(value, form) : choose(declared, form, value);
    if (key === undefined) return unsendable(declared);
    mediaType = key.includes("*") ? typeFor(value, form) : key;
  }
  const type = mediaType as string;
  const written = form === "bytes" || form === "text" || isJson(type) || isLines(type);
  return written || (isForm(type) && (form === "object" || form === "files"))
    ? { key, mediaType: type }
    : unsendable([type]);
}

/** More than one where that cannot be told: a member that is not known may be a file. */
function formsOf(value: Known): Form[] {
  switch (value.kind) {
    case "literal":
      return [typeof value.value === "string" ? "text" : "other"];
    case "text":
      return ["text"];
    case "array":
      return ["array"];
    case "object": {
      const members = [...value.members.values()].flatMap((member) => [...alternatives(member.value)]);
      const items = members.flatMap((one) => (one.kind === "array" ? one.items : one));
      if (items.some(isBytes)) return ["files"];
      return value.open || items.some(({ kind }) => isDark(kind)) ? ["object", "files"] : ["object"];
    }
    case "some":
      if (value.type === "string") return ["text"];
      if (value.type === "bytes" || value.type === "form-data" || value.type === "url-params")
        return [value.type];
      if (value.type === "instance") return ["object"];
      return value.type === "falsy" ? [] : ["other"];
    default:
      return [];
  }
}

const isBytes = (value: Known) => value.kind === "some" && value.type === "bytes";
const isDark = (kind: Known["kind"]) => /^(?:unknown|global|client|method)$/.test(kind);

function choose(declared: readonly string[], form: Form, value: Known): string | undefined {
  const wanted: ((type: string) => boolean)[] = [];
  const json = (type: string) => isJson(type) || type === "*/*";
  const urlencoded = (type: string) => type.startsWith("application/x-www-form-urlencoded");
  const multipart = (type: string) => type.startsWith("multipart/");
  if (form === "bytes") {
    const own = typeFor(value, form);
    wanted.push(
      (type) => type === own,
      (type) => type.startsWith("application/octet-stream"),
      (type) => !json(type) && !urlencoded(type) && !multipart(type),
      (type) => type === "*/*",
    );
  } else if (form === "text") {
    wanted.push(
      (type) => type.startsWith("text/"),
      json,
      (type) => !urlencoded(type) && !multipart(type),
      urlencoded,
    );
  } else {
    if (form === "files") wanted.push(multipart);
    if (form === "array") wanted.push((type) => isLines(type) && !declared.some(json));
    wanted.push(json, urlencoded, multipart);
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
