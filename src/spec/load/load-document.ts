/**
 * Loads a document from a file, a URL or an npm package. Node only; a Worker uses `http.ts` directly.
 */
import { join, resolve } from "node:path";
import { defaultLimits, DocumentError, type LoadedDocument, type LoadLimits } from "../document.ts";
import { loadFile, pathOf } from "./file.ts";
import { loadHttp } from "./http.ts";
import { fetchNpmDocuments } from "./npm.ts";

export { DocumentError };

interface LoadOptions {
  limits?: Partial<LoadLimits>;
  /** Origins that the document's references may point to, besides its own folder or origin. */
  allowedOrigins?: readonly string[];
  /** What relative paths are relative to. Default: the working directory. */
  folder?: string;
  /** Where documents from npm are kept. Default: `documentsFolder()`. */
  cacheFolder?: string;
  /** Folders that no reference is read from, wherever they are: they hold the server's own secrets. */
  closed?: readonly string[];
}

/**
 * @param source a path, a `file:` or `http(s):` URL, or `npm:<package>@<version>/<path>`
 * @throws DocumentError with the next step for the person
 */
export async function loadDocument(source: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  const { folder, allowedOrigins, closed, cacheFolder = documentsFolder() } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const onDisk = { limits, allowedOrigins, closed };
  if (/^https?:\/\//i.test(source)) return loadHttp(source, { limits, allowedOrigins });
  if (source.startsWith("npm:")) {
    const [file] = await fetchNpmDocuments([source], cacheFolder);
    return loadFile(file as string, { limits });
  }
  if (source.startsWith("file:")) return loadFile(pathOf(source), onDisk);
  if (!isPath(source))
    throw new DocumentError(
      "refused",
      `"${source}" is not read: a document is a file, an http or https URL, or npm:<package>@<version>/<path>. Download it and name the file.`,
    );
  return loadFile(folder ? resolve(folder, source) : source, onDisk);
}

/** Whether a source is a path, which is relative to some folder, and no URL. `C:\x` is a path. */
export function isPath(source: string): boolean {
  return !/^(?:npm:|file:|[a-z][a-z\d+.-]+:\/\/)/i.test(source);
}

export function documentsFolder(project = process.cwd()): string {
  return join(project, ".isogate", "documents");
}
