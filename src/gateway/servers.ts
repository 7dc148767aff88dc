/**
 * The base URLs of an operation: the one that the API's file gives, or those of the document (OpenAPI 3.1 section
 * 4.8.5), with their variables filled in and relative ones resolved against where the document came from. The
 * gateway sends to these and nowhere else; the client builds its URLs from the first.
 */

export interface ServerOptions {
  /** Base URL from the API's file; replaces every server of the document. */
  server?: string | undefined;
  /** Where the document came from; counts if it is an http or https URL. */
  source?: string | undefined;
}

/** A server with enumerated variables stands for all their combinations, up to this many. */
const maxCombinations = 64;

/**
 * @param servers the effective `servers` of an operation, as in the document
 * @returns absolute base URLs without query, fragment or trailing slash; empty if the document names no place
 */
export function baseUrls(servers: unknown, { server, source }: ServerOptions = {}): string[] {
  if (server !== undefined) return resolve([server], undefined);
  const listed = Array.isArray(servers) ? servers.flatMap(expand) : [];
  const base = source !== undefined && /^https?:\/\//i.test(source) ? source : undefined;
  return resolve(listed.length > 0 ? listed : ["/"], base);
}

function resolve(urls: string[], base: string | undefined): string[] {
  const found = new Set<string>();
  for (const text of urls) {
    if (!URL.canParse(text, base)) continue;
    const url = new URL(text, base);
    if (url.protocol !== "https:" && url.protocol !== "http:") continue;
    found.add(url.origin + url.pathname.replace(/\/+$/, ""));
  }
  return [...found];
}

function expand(server: unknown): string[] {
  if (typeof server !== "object" || server === null) return [];
  const { url, variables } = server as { url?: unknown; variables?: unknown };
  if (typeof url !== "string") return [];
  let urls = [url];
  const known = typeof variables === "object" && variables !== null ? Object.entries(variables) : [];
  for (const [name, variable] of known) {
    if (!url.includes(`{${name}}`)) continue;
    const values = valuesOf(variable);
    urls = urls.flatMap((text) => values.map((value) => text.replaceAll(`{${name}}`, value)));
    urls = urls.slice(0, maxCombinations);
  }
  return urls.filter((text) => !/[{}]/.test(text));
}

/** The default first: it is the one that the client uses. */
function valuesOf(variable: unknown): string[] {
  if (typeof variable !== "object" || variable === null) return [];
  const { default: preset, enum: choices } = variable as { default?: unknown; enum?: unknown };
  const values = [preset, ...(Array.isArray(choices) ? choices : [])];
  return [...new Set(values.filter((value) => ["string", "number"].includes(typeof value)).map(String))];
}
