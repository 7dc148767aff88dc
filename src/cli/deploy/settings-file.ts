/** Where the settings of a deployment are: the file that `--config` names, or `deployment.jsonc` of the working directory. */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { nearestNames } from "../../request/nearest.ts";

export interface SettingsFile {
  /** As a person typed it. */
  file: string;
  /** Its content; undefined if nobody named one and there is none. */
  text: string | undefined;
}

/**
 * @param named as `--config` has it
 * @param standard is read if none is named
 * @throws Error for a named file that cannot be read, with the names beside it that may be meant
 */
export async function settingsFile(named: string | undefined, standard: string): Promise<SettingsFile> {
  const file = named ?? standard;
  try {
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (named === undefined && code === "ENOENT") return { file, text: undefined };
    throw new Error(await problemWith(file, code), { cause: error });
  }
}

async function problemWith(file: string, code: string | undefined): Promise<string> {
  if (code !== "ENOENT") return `${file} cannot be read (${code}): --config names a file.`;
  const folder = dirname(file);
  const beside = await readdir(folder).catch(() => undefined);
  if (beside === undefined) return `There is no folder ${folder}, which --config names.`;
  const settings = beside.filter((name) => /\.jsonc?$/.test(name));
  const near = nearestNames(settings, basename(file)).map((name) => join(folder, name));
  return `There is no file ${file}, which --config names. ${near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "Check its path."}`;
}
