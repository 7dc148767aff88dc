/** A folder whose files are the members of a list: which file has nothing in the list. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * @param others files of the folder that are not members: the list itself, types, what members share
 * @returns names of the files that export nothing of the list
 */
export async function forgotten(
  folder: string,
  others: readonly string[],
  list: readonly unknown[],
): Promise<string[]> {
  const missing = [];
  for (const file of (await readdir(folder)).filter((name) => !others.includes(name))) {
    const exported = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
    if (!Object.values(exported).some((value) => list.includes(value))) missing.push(file);
  }
  return missing;
}
