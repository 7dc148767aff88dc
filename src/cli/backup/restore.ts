/**
 * `isogate restore`: puts the state of a backup where a server finds it. All of it is read and checked before anything of
 * the folder changes; what was there is kept aside.
 */
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { extract, list } from "tar";
import { z } from "zod";
import { parseJson } from "../../terms/json.ts";
import { messageOf } from "../../terms/log.ts";
import { commandLine } from "../command-line.ts";
import { counted } from "../counted.ts";
import { assertFor } from "../given-file.ts";
import { optionsOf } from "../options.ts";
import { commandFor, places } from "../places.ts";
import { foundSecret } from "../server/local-secret.ts";
import { keepToOwner } from "../server/owner-only.ts";
import { layoutName } from "../server/state-folder.ts";
import { heldPrefixes, lockState } from "../server/state-lock.ts";
import { about } from "../system-error.ts";
import { exists } from "./backup.ts";
import { About, aboutFile, differing, hashesIn } from "./contents.ts";
import { decideRestore, finishRestore } from "./finish-restore.ts";
import { sqlite } from "../server/sqlite.ts";
import { inTemporaryFolder } from "../temporary-folder.ts";

const command = commandFor("restore");
const help = `${commandFor("restore", "<file>")}

Puts the state of a backup into ${places.home}. No server may use that folder meanwhile.

  --replace          the folder has a state already: it is kept beside the new one, with the time in its name
  --help`;

const config = { allowPositionals: true, options: optionsOf.restore } as const;

/** Of any format, also of one that is not known yet. */
const AnyFormat = z.object({ format: z.number(), version: z.string() });

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(command, help, config, args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new Error(`Name the file of the backup, as in ${commandFor("restore", "isogate.tar.gz")}`);
  keepToOwner();
  const { home } = places;
  const path = resolve(file);
  const { release } = await lockState(join(home, "state"), { command: "isogate restore" });
  const putBack = async (folder: string) => {
    await readThrough(path);
    await extract({ file: path, cwd: folder, strict: true });
    const count = await check(folder, file);
    if (!values.replace && (await exists(join(home, "state", layoutName))))
      throw new Error(
        `${home} has a state already. Add --replace to put it aside, or set ISOGATE_HOME to another folder.`,
      );
    await decideRestore(home, folder);
    await finishRestore(home);
    console.log(`${home}: ${counted(count, "database")}. Start the server with the settings that it had.`);
    // The server's environment may have it.
    await foundSecret(home).catch((error: unknown) => console.log(`! ${messageOf(error)}`));
    return 0;
  };
  try {
    const finished = await finishRestore(home);
    if (finished !== undefined) console.log(`! ${finished}`);
    const temporary = join(home, "state", heldPrefixes.restore);
    return await about(home, "write", () => inTemporaryFolder(temporary, putBack), temporary);
  } finally {
    release();
  }
}

/**
 * Reads it to its end before anything of it is written.
 * @throws Error if it is cut or no archive
 */
async function readThrough(path: string): Promise<void> {
  await assertFor("restore", path);
  await list({ file: path, strict: true }).catch((error: Error) => {
    throw new Error(
      `${path} cannot be read as a backup: ${error.message}. Copy it again, or take another one.`,
      { cause: error },
    );
  });
}

/** @returns the number of its databases. @throws Error if something is missing or damaged */
async function check(folder: string, file: string): Promise<number> {
  const damaged = (what: string) =>
    new Error(`${file} is damaged: ${what}. Copy the file again, or take another one.`);
  const text = await readFile(join(folder, aboutFile), "utf8").catch(() => undefined);
  if (text === undefined) throw new Error(`${file} is no backup of isogate: it has no ${aboutFile}.`);
  const said = parseJson(text);
  const checked = About.safeParse(said);
  if (!checked.success) {
    const { data: other } = AnyFormat.safeParse(said);
    if (other && other.format > 2)
      throw new Error(
        `${file} was written by isogate ${other.version}, whose backups this version cannot read. Restore it with that version.`,
      );
    throw damaged(`its ${aboutFile} is not as a backup writes it`);
  }
  if (checked.data.format === 1)
    console.log(
      `! ${file} was written by isogate ${checked.data.version}, which kept no checksums: only whether its databases are whole was checked.`,
    );
  else {
    // Before a database is opened, which may write to its file.
    const other = differing(checked.data.files, await hashesIn(folder));
    if (other !== undefined) throw damaged(`${other} is not as it was when the backup was written`);
  }
  const { DatabaseSync } = await sqlite();
  const found = (await readdir(join(folder, "state"), { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && entry.name.endsWith(".sqlite"),
  );
  for (const { parentPath, name } of found) {
    const database = new DatabaseSync(join(parentPath, name));
    let row: Record<string, unknown> | undefined;
    try {
      [row] = database.prepare("PRAGMA quick_check").all();
    } catch {
      // Not even its beginning is that of a database.
    }
    database.close();
    if (row?.["quick_check"] !== "ok") throw damaged(`${name} does not pass its check`);
  }
  if (found.length === 0) throw new Error(`${file} holds no database.`);
  return found.length;
}
