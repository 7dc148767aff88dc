/** Loads a document from disk: one file or many, gzipped or not, with references to allowed origins. Node only. */
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DocumentError, tooLarge, type LoadedDocument, type LoadLimits } from "../document.ts";
import { unlikeDocument } from "./admit.ts";
import { gather } from "./gather.ts";
import { readHttp } from "./http.ts";

export interface FileOptions {
  limits: LoadLimits;
  allowedOrigins?: readonly string[] | undefined;
  /** Folders that no reference is read from, wherever they are: they hold the server's own secrets. */
  closed?: readonly string[] | undefined;
}

/** @param path relative to the working directory, or absolute */
export async function loadFile(path: string, options: FileOptions): Promise<LoadedDocument> {
  const { limits, allowedOrigins, closed = [] } = options;
  const absolute = resolve(path);
  const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  const isClosed = closedFolders(closed);
  return gather({
    url: pathToFileURL(absolute).href,
    name: path,
    limits,
    allowedOrigins,
    async read(url, maxBytes) {
      if (!url.startsWith("file:")) return readHttp(url, false, maxBytes, { limits });
      const file = pathOf(url);
      if (file === absolute)
        return { url, bytes: await readOne(file, path, maxBytes, `It is relative to ${process.cwd()}.`) };
      const real = await realpath(file).catch(() => file);
      const reason = refusal(real, folder) ?? (await isClosed(real));
      if (reason) throw new DocumentError("refused", reason);
      return { url, bytes: await readOne(real, file, maxBytes) };
    },
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
 * Why a file must not be read that a document refers to. A link in the folder may lead out of it, or to a file of another
 * name. Only the root may be such a link, because the person named it.
 * @param real the path of the file, without links and in the spelling of the file system
 * @param folder of the root, without links
 */
function refusal(real: string, folder: string): string | undefined {
  const inside = folder.endsWith(sep) ? folder : folder + sep;
  if (!real.startsWith(inside)) return "it is a link that leads out of the document's folder";
  return unlikeDocument(real.slice(inside.length));
}

/**
 * Recognises files in these folders by what the folders are, not by what they are called: file systems differ in which
 * spellings of a name are the same, and a folder can be mounted twice.
 */
function closedFolders(folders: readonly string[]): (file: string) => Promise<string | undefined> {
  const identity = async (path: string) => {
    const found = await stat(path).catch(() => undefined);
    return found && `${found.dev} ${found.ino}`;
  };
  const wanted = Promise.all(folders.map(identity));
  const known = new Map<string, Promise<boolean>>();
  const isWithin = (path: string): Promise<boolean> => {
    let answer = known.get(path);
    if (!answer) known.set(path, (answer = look(path)));
    return answer;
  };
  const look = async (path: string) => {
    const own = await identity(path);
    if (own !== undefined && (await wanted).includes(own)) return true;
    return dirname(path) === path ? false : isWithin(dirname(path));
  };
  return async (file) => ((await isWithin(dirname(file))) ? "it is in the server's own folder" : undefined);
}

/**
 * @param file the absolute path
 * @param name for messages
 * @param hint what the name is relative to
 */
async function readOne(file: string, name: string, maxBytes: number, hint?: string): Promise<Uint8Array> {
  const denied = ({ code }: NodeJS.ErrnoException) =>
    new DocumentError("missing", `${name} cannot be read (${code}). Check its permissions.`);
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EACCES" || error.code === "EPERM") throw denied(error);
  });
  if (!found) {
    throw new DocumentError("missing", `There is no file ${name}.${hint ? ` Check the path. ${hint}` : ""}`);
  }
  if (!found.isFile() && !found.isDirectory())
    throw new DocumentError(
      "missing",
      `${name} is not a regular file. Save the document to a file, and name that.`,
    );
  if (!found.isFile()) {
    throw new DocumentError(
      "missing",
      `${name} is a folder, not a file. Name ${hint ? `the document in it, such as ${join(name, "openapi.yaml")}` : "a file in it"}.`,
    );
  }
  if (found.size > maxBytes) throw tooLarge(name, maxBytes);
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw denied(error);
  });
}
