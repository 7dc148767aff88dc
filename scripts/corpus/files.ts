/** Finds the OpenAPI documents in a folder, among parts of documents and other files. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { extract } from "tar";

export interface CorpusFile {
  /** As the table names it: relative to the folder, `archive.tar.gz/inner/path`. */
  label: string;
  path: string;
}

/** @returns the documents in order of their names, and what removes the unpacked archives again */
export async function findDocuments(
  folder: string,
): Promise<{ files: CorpusFile[]; cleanUp: () => Promise<void> }> {
  const scratch: string[] = [];
  const files: CorpusFile[] = [];
  const walk = async (directory: string, prefix: string, base: string): Promise<void> => {
    const entries = await readdir(directory, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(directory, entry.name);
      const label = prefix + relative(base, path);
      if (entry.isDirectory() && entry.name !== "node_modules") await walk(path, prefix, base);
      else if (/\.(?:tar\.gz|tgz)$/i.test(entry.name)) {
        const target = await mkdtemp(join(tmpdir(), "isogate-corpus-"));
        scratch.push(target);
        await extract({ file: path, cwd: target });
        await walk(target, `${label}/`, target);
      } else if (/\.(?:json|ya?ml)(?:\.gz)?$/i.test(entry.name) && (await looksLikeDocument(path))) {
        files.push({ label, path });
      }
    }
  };
  await walk(folder, "", folder);
  return {
    files,
    cleanUp: async () => {
      for (const target of scratch) await rm(target, { recursive: true, force: true });
    },
  };
}

/** Says its version at the root, by the look of it; also what is too broken to be parsed counts as a document. */
async function looksLikeDocument(path: string): Promise<boolean> {
  const bytes = await readFile(path);
  const text = (path.toLowerCase().endsWith(".gz") ? unzipped(bytes) : bytes).toString("utf8");
  if (/^\s*\{/.test(text)) {
    if (!/"(?:openapi|swagger)"\s*:\s*["\d]/.test(text)) return false;
    try {
      const value = JSON.parse(text) as Record<string, unknown>;
      return "openapi" in value || "swagger" in value;
    } catch {
      return true;
    }
  }
  return /^["']?(?:openapi|swagger)["']?\s*:/m.test(text);
}

function unzipped(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}
