/**
 * Loads a document from a file, a URL or an npm package: one file beside this one for each.
 * Node only: a Worker takes `load/http.ts` alone.
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultLimits, type LoadedDocument, type LoadLimits } from "../document.ts";
import { loadFile } from "./file.ts";
import { loadHttp } from "./http.ts";
import { loadNpm } from "./npm.ts";

export { DocumentError } from "../document.ts";

interface LoadOptions {
  limits?: Partial<LoadLimits>;
  /** Origins that the document's references may lead to, beside its own folder or origin. */
  allowedOrigins?: readonly string[];
  /** Where relative paths start; by default the working directory. */
  folder?: string;
  /** Where fetched documents are kept; by default `.isogate/documents` in the working directory. */
  cacheFolder?: string;
}

/**
 * @param source a path, a `file:` or `http(s):` URL, or `npm:<package>@<version>/<path>`
 * @throws DocumentError with one clear sentence and the next step
 */
export async function loadDocument(source: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  const limits = { ...defaultLimits, ...options.limits };
  if (/^https?:\/\//i.test(source)) {
    return loadHttp(source, {
      limits,
      ...(options.allowedOrigins ? { allowedOrigins: options.allowedOrigins } : {}),
    });
  }
  if (source.startsWith("npm:")) return loadNpm(source, limits, options.cacheFolder ?? documentsFolder());
  const path = source.startsWith("file:") ? fileURLToPath(source) : source;
  return loadFile(
    options.folder && !source.startsWith("file:") ? resolve(options.folder, path) : path,
    limits,
    options.allowedOrigins,
  );
}

/** Where documents from packages are kept. */
export function documentsFolder(project = process.cwd()): string {
  return join(project, ".isogate", "documents");
}
