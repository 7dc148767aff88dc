/**
 * The base URLs of an operation: its effective `servers` in the catalog (which already has the API file and the
 * place of the document in them) with their variables filled in (OpenAPI 3.1 section 4.8.5). The gateway sends to
 * these and nowhere else; the client builds its URLs from the first.
 */
import type { ServerVariableObject } from "../spec/openapi.ts";
import { objectOf } from "../spec/objects.ts";
import { trimEndOf } from "../terms/trim-end.ts";

/** A server with enumerated variables stands for all their combinations, up to this many. */
const maxCombinations = 64;
/** Of one URL. */
const maxVariables = 32;
const maxValueChars = 2_000;

/**
 * @param servers `servers` of an operation object of the catalog
 * @returns absolute base URLs without query, fragment or trailing slash; empty if the document names no place
 */
export function baseUrls(servers: unknown): string[] {
  const found = new Set<string>();
  for (const text of Array.isArray(servers) ? servers.flatMap(expand) : []) {
    const url = URL.parse(text);
    if (url && /^https?:$/.test(url.protocol)) found.add(url.origin + trimEndOf(url.pathname, /\//));
  }
  return [...found];
}

/** A value is a text, not a template: what looks like a variable in it is none, and the URL is no place. */
function expand(server: unknown): string[] {
  const { url, variables } = objectOf(server);
  if (typeof url !== "string") return [];
  const [first = "", ...others] = url.split(/(?=\{[^{}]*\})/, maxVariables + 2);
  const holes = url.startsWith("{") ? [first, ...others] : others;
  if (holes.length > maxVariables) return [];
  const declared = objectOf(variables);
  const taken = new Map<string, string[]>();
  let urls: { text: string; values: ReadonlyMap<string, string> }[] = [
    { text: url.startsWith("{") ? "" : first, values: new Map() },
  ];
  for (const part of holes) {
    const end = part.indexOf("}");
    const [name, after] = [part.slice(1, end), part.slice(end + 1)];
    if (!taken.has(name) && Object.hasOwn(declared, name))
      taken.set(name, valuesOf(objectOf(declared[name])));
    const choices = taken.get(name) ?? [];
    urls = urls
      .flatMap(({ text, values }) => {
        const same = values.get(name);
        return (same === undefined ? choices : [same]).map((value) => ({
          text: text + value + after,
          values: new Map(values).set(name, value),
        }));
      })
      .slice(0, maxCombinations);
  }
  return urls.map(({ text }) => text).filter((text) => !/[{}]/.test(text));
}

/** The default first: it is the one that the client uses. */
function valuesOf({ default: preset, enum: choices }: ServerVariableObject): string[] {
  const values: unknown[] = [preset, ...(Array.isArray(choices) ? choices : [])];
  const texts = values.filter((value) => /^(?:string|number)$/.test(typeof value)).map(String);
  return [...new Set(texts.filter(({ length }) => length <= maxValueChars))].slice(0, maxCombinations);
}
