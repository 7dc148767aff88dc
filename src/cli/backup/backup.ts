/**
 * `isogate backup`: the state of a server in one file, also while it serves. Each database is copied as it is at one moment,
 * with all that was committed before the command began. The file holds what the state folder holds: code, results, grants
 * and the secret that opens them.
 */
import { cp, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { create } from "tar";
import { commandLine } from "../command-line.ts";
import { counted } from "../counted.ts";
import { optionsOf } from "../options.ts";
import { commandFor, places, version } from "../places.ts";
import { keepToOwner } from "../server/owner-only.ts";
import { writeWhole } from "../written-file.ts";
import { type About, aboutFile, hashesIn } from "./contents.ts";
import { copyDatabases } from "./copy-databases.ts";

const command = commandFor("backup");
const help = `${commandFor("backup", "<file>")}

Writes the state of the server in ${places.home} to a file, such as isogate.tar.gz. The server may run meanwhile.
The file holds the secret that seals users' credentials: keep it as you keep that.

  --replace          the file may exist already
  --help`;

const config = { allowPositionals: true, options: optionsOf.backup } as const;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(command, help, config, args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new Error(`Name one file for the backup, as in ${commandFor("backup", "isogate.tar.gz")}`);
  keepToOwner();
  const target = resolve(file);
  const said = await writeWhole(target, { ...values, by: "backup" }, async (folder, packed) => {
    const copies = await copyDatabases(places.home, folder);
    const secret = join(places.home, "secret");
    const hasSecret = await exists(secret);
    if (hasSecret) await cp(secret, join(folder, "secret"));
    const files = await hashesIn(folder);
    const about: About = { format: 2, version, files };
    await writeFile(join(folder, aboutFile), JSON.stringify(about));
    await create({ gzip: true, cwd: folder, file: packed, portable: true }, [
      aboutFile,
      ...Object.keys(files),
    ]);
    const { size } = await stat(packed);
    return [
      `${target}: ${counted(copies.length, "database")}, ${Math.ceil(size / 1_000_000)} MB.`,
      ...(hasSecret ? [] : [withoutSecret]),
    ];
  });
  for (const line of said) console.log(line);
  return 0;
}

const withoutSecret =
  "It does not hold the secret that the state is sealed with, because that is not kept there: keep the server's ISOGATE_SECRET too.";

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
