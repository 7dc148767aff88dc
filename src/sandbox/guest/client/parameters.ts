/**
 * Parameters on the wire: every style of OpenAPI 3.1 (section 4.8.12.2, examples in 4.8.12.4) for single values,
 * arrays and objects, `content` parameters, and the collection formats of Swagger 2.0. Pure. The table of all forms
 * is docs/wire-forms.md.
 */
import type { Parameter } from "../../../spec/read/required.ts";
import { encodings, replacedAll } from "./replaced.ts";

type Pair = [name: string, value: string];

/** A value for a path template, percent-encoded. */
export function pathValue(parameter: Parameter, given: unknown, keepSlashes = false): string {
  const value = withoutNothing(given);
  const encode = keepSlashes ? (text: string) => text.split("/").map(percentEncode).join("/") : percentEncode;
  const content = contentText(parameter, value);
  if (content !== undefined) return encode(content);
  const { name, style = "simple", explode = false } = parameter;
  if (style === "matrix") {
    const key = percentEncode(name);
    // RFC 6570 section 3.2.7: an empty value has no equals sign.
    const pair = (own: string, text: string) => (text === "" ? `;${own}` : `;${own}=${text}`);
    if (Array.isArray(value) && explode)
      return textsOf(value, encode)
        .map((text) => pair(key, text))
        .join("");
    if (isObject(value) && explode)
      return pairsOf(value, encode)
        .map(([own, text]) => pair(own, text))
        .join("");
    return pair(key, listOf(value, encode));
  }
  const [lead, separator] = style === "label" ? [".", "."] : ["", ","];
  if (!explode) return lead + listOf(value, encode);
  return lead + (isObject(value) ? assigned(value, encode) : textsOf(value, encode)).join(separator);
}

/** A query parameter as encoded `name=value` pairs, to be joined with `&`. Nothing for an empty list or object. */
export function queryPairs(parameter: Parameter, given: unknown): string[] {
  const value = parameter.content ? given : withoutNothing(given);
  const encode = parameter.allowReserved ? reservedEncode : percentEncode;
  const name = percentEncode(parameter.name);
  const content = contentText(parameter, value);
  if (content !== undefined) return [`${name}=${encode(content)}`];
  const { style, explode, delimiter } = queryStyle(parameter);
  if (style === "deepObject") {
    return nested(parameter.name, value).map(([key, text]) => `${percentEncode(key)}=${encode(text)}`);
  }
  if (explode)
    return isObject(value)
      ? assigned(value, encode, percentEncode)
      : textsOf(value, encode).map((text) => `${name}=${text}`);
  return isNothing(value) ? [] : [`${name}=${listOf(value, encode, delimiter)}`];
}

/** A header's value: `simple` style, not percent-encoded (OpenAPI 3.1.1, appendix D). */
export function headerValue(parameter: Parameter, given: unknown): string {
  const content = contentText(parameter, given);
  // A header is ASCII; JSON can say everything in it.
  if (content !== undefined) return isJsonContent(parameter) ? asciiJson(content) : content;
  const value = withoutNothing(given);
  return isObject(value) && parameter.explode ? assigned(value, asIs).join(",") : listOf(value, asIs);
}

/** A cookie parameter as `name=value` pairs, to be joined with `; `. */
export function cookiePairs(parameter: Parameter, given: unknown): string[] {
  // The cookie style of OpenAPI 3.2 sends values as they are; form encodes them.
  const encode = parameter.style === "cookie" ? asIs : percentEncode;
  const { name, explode = true } = parameter;
  const content = contentText(parameter, given);
  if (content !== undefined) return [`${name}=${encode(content)}`];
  const value = withoutNothing(given);
  if (isNothing(value)) return [];
  if (!explode) return [`${name}=${listOf(value, encode)}`];
  return isObject(value)
    ? assigned(value, encode, asIs)
    : textsOf(value, encode).map((text) => `${name}=${text}`);
}

const asIs = (text: string) => text;

/** RFC 6570 section 2.3: what is null or undefined in a list or an object is not there. */
function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null && item !== undefined);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined));
}

/** An empty list or object: there is nothing to write. */
export function isNothing(given: unknown): boolean {
  const value = withoutNothing(given);
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function asciiJson(text: string): string {
  return text.replace(
    /[^\t\u0020-\u007e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A single value as text: dates in ISO 8601, big integers in full, nothing for null. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
  return typeof value === "object"
    ? JSON.stringify(value)
    : String(value as string | number | boolean | bigint);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Everything but RFC 3986's unreserved characters is encoded. */
function percentEncode(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return /[!'()*]/.test(encoded) ? replacedAll(encoded, reserved) : encoded;
}

const reserved = encodings("!'()*");

/**
 * `allowReserved`: reserved characters stay, but for those that would end the value or be read as another character
 * in a query: `#`, `&`, `+`, `[`, `]`, and `%`, so that every value arrives as it was given.
 */
function reservedEncode(text: string): string {
  return replacedAll(encodeURIComponent(text.toWellFormed()), unreserved);
}

const unreserved = encodings(":/?@$,;=").map(([char, code]) => [code, char] as const);

/** Members of a deep object as bracketed names: `filter[since][gte]`, lists by position. */
function nested(name: string, value: unknown): Pair[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => nested(`${name}[${index}]`, item));
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, member]) => nested(`${name}[${key}]`, member));
  }
  return [[name, textOf(value)]];
}

function queryStyle(parameter: Parameter): { style: string; explode: boolean; delimiter: string } {
  const format = parameter.collectionFormat ?? parameter["x-collectionFormat"] ?? "";
  const style = parameter.style ?? styles[format] ?? "form";
  const explode = parameter.explode ?? (format === "" ? style === "form" : format === "multi");
  return { style, explode, delimiter: delimiters[style] ?? "," };
}

const styles: Record<string, string> = { ssv: "spaceDelimited", tsv: "tabDelimited", pipes: "pipeDelimited" };
const delimiters: Record<string, string> = {
  spaceDelimited: "%20",
  tabDelimited: "%09",
  pipeDelimited: "%7C",
};

function contentText(parameter: Parameter, value: unknown): string | undefined {
  const { content } = parameter;
  if (!content || Object.keys(content).length === 0) return undefined;
  return typeof value === "string" && !isJsonContent(parameter) ? value : JSON.stringify(value);
}

const isJsonContent = ({ content = {} }: Parameter) => /[/+]json\b/i.test(Object.keys(content)[0] ?? "");

/** Not exploded: items, or names and values in turn, with a delimiter between them. */
function listOf(value: unknown, encode: (text: string) => string, delimiter = ","): string {
  return (isObject(value) ? pairsOf(value, encode).flat() : textsOf(value, encode)).join(delimiter);
}

function textsOf(value: unknown, encode: (text: string) => string): string[] {
  return [value].flat().map((item) => encode(textOf(item)));
}

function pairsOf(
  value: Record<string, unknown>,
  encode: (text: string) => string,
  encodeName = encode,
): Pair[] {
  return Object.entries(value).map(([key, member]) => [encodeName(key), encode(textOf(member))]);
}

/** Exploded: `name=value` of every member. */
function assigned(
  value: Record<string, unknown>,
  encode: (text: string) => string,
  encodeName = encode,
): string[] {
  return pairsOf(value, encode, encodeName).map((pair) => pair.join("="));
}
