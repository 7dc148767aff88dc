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

const variable = /\{([^{}]*)\}/g;

/** A value is a text, not a template: what looks like a variable in it is none, and the URL is no place. */
function expand(server: unknown): string[] {
  const { url, variables } = objectOf(server);
  if (typeof url !== "string") return [];
  const names = [...url.matchAll(variable)].map(([, name = ""]) => name);
  if (names.length > maxVariables) return [];
  const declared = objectOf(variables);
  let chosen: ReadonlyMap<string, string>[] = [new Map()];
  for (const name of new Set(names)) {
    const values = Object.hasOwn(declared, name) ? valuesOf(objectOf(declared[name])) : [];
    chosen = chosen
      .flatMap((one) => values.map((value) => new Map(one).set(name, value)))
      .slice(0, maxCombinations);
  }
  return chosen
    .map((values) => url.replaceAll(variable, (_, name: string) => values.get(name) ?? ""))
    .filter((text) => !/[{}]/.test(text));
}

/** The default first: it is the one that the client uses. */
function valuesOf({ default: preset, enum: choices }: ServerVariableObject): string[] {
  const values: unknown[] = [preset, ...(Array.isArray(choices) ? choices : [])];
  const texts = values.filter((value) => /^(?:string|number)$/.test(typeof value)).map(String);
  return [...new Set(texts.filter(({ length }) => length <= maxValueChars))].slice(0, maxCombinations);
}
