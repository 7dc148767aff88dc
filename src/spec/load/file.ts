/** Loads a document from disk: one file or many, gzipped or not, with references to allowed origins. Node only. */
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DocumentError, tooLarge, type LoadedDocument, type LoadLimits } from "../document.ts";
import { gather } from "./gather.ts";
import { readHttp } from "./http.ts";

/** @param path relative to the working directory, or absolute */
export async function loadFile(
  path: string,
  limits: LoadLimits,
  allowedOrigins: readonly string[] = [],
): Promise<LoadedDocument> {
  const absolute = resolve(path);
  const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  return gather({
    url: pathToFileURL(absolute).href,
    name: path,
    limits,
    allowedOrigins,
    read: async (url, maxBytes) =>
      url.startsWith("file:")
        ? { url, bytes: await readOne(pathOf(url), path, absolute, folder, maxBytes) }
        : readHttp(url, false, maxBytes, { limits }),
  });
}

export function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new DocumentError(
      "missing",
      `"${url}" is not a file path. Encode its "%" as "%25", or name a file on this machine.`,
    );
  }
}

/**
 * @param file the absolute path
 * @param asked how the person named the root
 * @param root the absolute path of the root
 * @param folder of the root, without links
 */
async function readOne(
  file: string,
  asked: string,
  root: string,
  folder: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const isRoot = file === root;
  const name = isRoot ? asked : file;
  // A link in the folder may lead out of it. Only the root may be such a link, because the person named it.
  const real = await realpath(file).catch(() => file);
  if (!isRoot && real !== folder && !real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
    throw new DocumentError("refused", "it is a link that leads out of the document's folder");
  }
  const found = await stat(real).catch(() => undefined);
  if (!found) {
    throw new DocumentError(
      "missing",
      `There is no file ${name}.${isRoot ? ` Check the path. It is relative to ${process.cwd()}.` : ""}`,
    );
  }
  if (!found.isFile()) {
    throw new DocumentError(
      "missing",
      `${name} is a folder, not a file. Name ${isRoot ? `the document in it, such as ${join(name, "openapi.yaml")}` : "a file in it"}.`,
    );
  }
  if (found.size > maxBytes) throw tooLarge(name, maxBytes);
  return readFile(real);
}
