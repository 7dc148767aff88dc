/** A document from disk: one file or many, packed or not. Node only. */
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DocumentError, tooLarge, type LoadedDocument, type LoadLimits } from "../document.ts";
import { gather } from "./gather.ts";

/** @param path relative to the working directory, or absolute */
export async function loadFile(path: string, limits: LoadLimits): Promise<LoadedDocument> {
  const absolute = resolve(path);
  const folder = await realpath(dirname(absolute)).catch(() => dirname(absolute));
  return gather({
    url: pathToFileURL(absolute).href,
    name: path,
    limits,
    read: async (url, maxBytes) => ({
      url,
      bytes: await readOne(fileURLToPath(url), path, absolute, folder, maxBytes),
    }),
  });
}

async function readOne(
  file: string,
  asked: string,
  root: string,
  folder: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const name = file === root ? asked : file;
  // A link may lead out of the folder although its own path does not. The root itself may be one: it was named.
  const real = await realpath(file).catch(() => file);
  if (file !== root && !real.startsWith(folder + sep)) {
    throw new DocumentError("refused", "it is a link out of the document's folder");
  }
  const found = await stat(real).catch(() => undefined);
  if (!found) {
    throw new DocumentError(
      "missing",
      `There is no file ${name}. Check the path; it is read from ${process.cwd()}.`,
    );
  }
  if (!found.isFile()) {
    throw new DocumentError(
      "missing",
      `${name} is a folder, not a file. Name the document in it, such as ${name}/openapi.yaml.`,
    );
  }
  if (found.size > maxBytes) throw tooLarge(name, maxBytes);
  return readFile(real);
}
