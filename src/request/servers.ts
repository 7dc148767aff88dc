/**
 * The base URLs of an operation: its effective `servers` in the catalog (which already has the API's file and the
 * place of the document in them) with their variables filled in (OpenAPI 3.1 section 4.8.5). The gateway sends to
 * these and nowhere else; the client builds its URLs from the first.
 */

/** A server with enumerated variables stands for all their combinations, up to this many. */
const maxCombinations = 64;

/**
 * @param servers `servers` of an operation object of the catalog
 * @returns absolute base URLs without query, fragment or trailing slash; empty if the document names no place
 */
export function baseUrls(servers: unknown): string[] {
  const found = new Set<string>();
  for (const text of Array.isArray(servers) ? servers.flatMap(expand) : []) {
    if (!URL.canParse(text)) continue;
    const url = new URL(text);
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
