/** The servers of an operation, with absolute URLs where possible (OpenAPI 3.2, 4.6). */
import { isObject, type Json } from "../objects.ts";

export interface ServerContext {
  /** URL of the root file: the base of relative servers, if it came over HTTP. */
  documentUrl: string;
  /** The base URL in the API file, which replaces the document's. */
  override?: string | undefined;
  /** `servers` of the root, with absolute URLs, and their origins. */
  root: Json[];
  origins: ReadonlySet<string>;
}

/** @param servers of the root, as the document states them */
export function serverContext(
  servers: unknown,
  given: Pick<ServerContext, "documentUrl" | "override">,
): ServerContext {
  const root = absolute(servers, given.documentUrl);
  return { ...given, root, origins: new Set(root.map(originOf)) };
}

/**
 * @param nearest `servers` of the operation, or else of its path item
 * @returns the servers of the operation
 */
export function effectiveServers(nearest: unknown, context: ServerContext): Json[] {
  const { root, origins } = context;
  const own = isList(nearest) ? absolute(nearest, context.documentUrl) : undefined;
  if (context.override === undefined)
    return own ?? (root.length > 0 ? root : absolute([{ url: "/" }], context.documentUrl));
  const override = [{ url: context.override }];
  if (!own) return override;
  // Uploads often have their own host. They keep it if the override is one of the document's origins. Another origin (a
  // mock, a company's own installation) applies to everything.
  const stays =
    origins.has(originOf(override[0] as Json)) && own.every((server) => !origins.has(originOf(server)));
  return stays ? own : override;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function absolute(servers: unknown, documentUrl: string): Json[] {
  if (!isList(servers)) return [];
  return servers
    .filter((server) => isObject(server))
    .map((server) => ({
      ...server,
      url: absoluteUrl(typeof server["url"] === "string" ? server["url"] : "/", documentUrl),
    }));
}

/** Resolves as text, because `URL` would encode the braces of `{variables}`. */
function absoluteUrl(url: string, documentUrl: string): string {
  const text = url.trim();
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) || text.startsWith("{")) return text;
  if (!/^https?:/.test(documentUrl)) return text === "" ? "/" : text;
  const base = new URL(documentUrl);
  if (text.startsWith("//")) return base.protocol + text;
  if (!text.includes("{")) return new URL(text, base).href;
  if (text.startsWith("/")) return base.origin + text;
  return base.origin + base.pathname.slice(0, base.pathname.lastIndexOf("/") + 1) + text;
}

function originOf(server: Json): string {
  const url = String(server["url"]);
  return URL.canParse(url) ? new URL(url).origin : url;
}
