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

function expand(server: unknown): string[] {
  const { url, variables } = objectOf(server);
  if (typeof url !== "string") return [];
  let urls = [url];
  for (const [name, variable] of Object.entries(objectOf(variables))) {
    const hole = `{${name}}`;
    if (!url.includes(hole)) continue;
    const values = valuesOf(objectOf(variable));
    urls = urls
      .flatMap((text) => values.map((value) => text.replaceAll(hole, value)))
      .slice(0, maxCombinations);
  }
  return urls.filter((text) => !/[{}]/.test(text));
}

/** The default first: it is the one that the client uses. */
function valuesOf({ default: preset, enum: choices }: ServerVariableObject): string[] {
  const values: unknown[] = [preset, ...(Array.isArray(choices) ? choices : [])];
  return [...new Set(values.filter((value) => /^(?:string|number)$/.test(typeof value)).map(String))];
}
