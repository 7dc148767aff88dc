/** The licences of packages that are bundled into ours: their texts go where their code goes. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @param files paths of what was bundled, of which those in node_modules count
 * @returns one text: name, version and licence of each package, then its licence file
 */
export async function licences(root: string, files: string[]): Promise<string> {
  const folders = new Set(
    files.flatMap(
      (file) => /node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? [],
    ),
  );
  const texts = await Promise.all([...folders].toSorted().map((folder) => licenceOf(join(root, folder))));
  return [...new Set(texts)].join(`\n${"-".repeat(80)}\n\n`);
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? "" : `\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
  return `${name} ${version} (${license ?? "see its licence"})\n${text}`;
}
