/**
 * Media types (RFC 9110 section 8.3.1) as headers, documents and code write them: in any case, with parameters and blanks
 * in any form, and also of a header that is there two times. One reading for all that asks what a body is; what may pass the gateway
 * is read more strictly (src/gateway/read/content-type.ts). Pure.
 */
import { parse } from "content-type";

export interface MediaType {
  /** Lower case, without parameters; empty if there is none. */
  type: string;
  /** Lower-case names. */
  parameters: Readonly<Record<string, string>>;
}

/** Longer ones are nobody's, and reading them takes time that is everybody's. */
const maxChars = 4_000;

/**
 * @returns the last valid one of several, which is what most recipients take (RFC 9110 section 8.3); none of a longer text
 *   than any that means one
 */
export function mediaTypeOf(text: string): MediaType {
  let found: MediaType = { type: "", parameters: {} };
  if (text.length > maxChars) return found;
  for (let start = 0; start < text.length;) {
    const { type, index, parameters } = parse(text, { start, comma: true });
    start = index + 1;
    if (!/^[^\s/]+\/[^\s/]+$/.test(type)) continue;
    found = { type, parameters: { ...(type === found.type && found.parameters), ...parameters } };
  }
  return found;
}

const typeOf = (text: string) => mediaTypeOf(text).type;

/** A media range, such as `image/*`, or with a suffix, such as `application/*+json`. */
export const isRange = (text: string) => typeOf(text).includes("*");

/** Also by its suffix (RFC 6839): `application/problem+json`, `application/json; charset=utf-8`, `application/*+json`. */
export const isJson = (text: string) => /(?:\/(?:x-)?|\+)json$/.test(typeOf(text));

/** RFC 6902: a list of operations, which no object is. */
export function isJsonPatch(text: string): boolean {
  const type = typeOf(text);
  return type.includes("json-patch") && type.endsWith("+json");
}

/** One JSON text after the other. */
export const isLines = (text: string) =>
  /[/+](?:(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq)|(?:x-)?json-stream|stream\+json)$/.test(
    typeOf(text),
  );

/** JSON is YAML too (YAML 1.2), so that an object can be written as this. */
export const isYaml = (text: string) => /^(?:application|text)\/(?:x-)?yaml$|\+yaml$/.test(typeOf(text));

export const isXml = (text: string) => /[/+]xml$/.test(typeOf(text));
export const isUrlencoded = (text: string) => typeOf(text) === "application/x-www-form-urlencoded";
export const isMultipart = (text: string) => typeOf(text).startsWith("multipart/");

/** Bodies in which every value is text. */
export const isForm = (text: string) => isUrlencoded(text) || isMultipart(text);

/** Other types that a person reads as text. */
export const isText = (text: string) =>
  /^(?:text|message)\/|^application\/(?:x-)?(?:yaml|javascript|ecmascript|typescript|graphql|toml|sql|csv|jwt|sh|subrip|tex|n-triples|n-quads|trig|sparql-(?:query|update)|pem-\w+|pgp-(?:keys|signature)|www-form-urlencoded)$|[/+](?:xml|yaml|jwt)$/.test(
    typeOf(text),
  );

/** Whether a media range holds a type. `application/*+json` also holds `application/json`. */
export function holdsType(range: string, type: string): boolean {
  const [given, wanted] = [typeOf(type), typeOf(range)];
  if (!wanted.includes("*")) return given === wanted;
  const [start = "", end = ""] = wanted === "*/*" ? [] : wanted.split("*");
  return (
    (given.startsWith(start) && given.endsWith(end) && given.length >= start.length + end.length) ||
    (end.startsWith("+") && given === start + end.slice(1))
  );
}
