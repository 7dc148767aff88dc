/**
 * `isogate export`: the users of a deployment with their grants, logins and ledgers, in one file of JSON lines, to go on
 * in another deployment. Sealed values stay sealed.
 */
import { open, rename } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { KvPage, movingFormat, movingPaths } from "../../terms/moving.ts";
import { exists } from "../backup/backup.ts";
import { commandLine } from "../command-line.ts";
import { optionsOf } from "../options.ts";
import { commandFor, version } from "../places.ts";
import { keepToOwner } from "../server/owner-only.ts";
import { inTemporaryFolder } from "../temporary-folder.ts";
import { atServer, inCopy, serverHelp, type Deployment } from "./deployment.ts";
import { codeUnder, fingerprint, type End, type Head } from "./file.ts";
import { linesOf } from "./lines.ts";

const command = commandFor("export");
const help = `${commandFor("export", "<file>")}

Writes the users of a deployment to a file, such as isogate.jsonl, with their clients, grants, tokens, logins at APIs,
runs, results, files and permissions. ${commandFor("import")} puts them into another deployment with the same ISOGATE_SECRET. The
server may run meanwhile. Runs that are paused or in the background stay where they are: let them end there first.
The file holds code, results and sealed credentials: keep it as you keep the secret.

${serverHelp}
  --replace          the file may exist already
  --help`;

const config = { allowPositionals: true, options: optionsOf.export } as const;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(command, help, config, args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new Error(`Name one file for the export, as in ${commandFor("export", "isogate.jsonl")}`);
  keepToOwner();
  const target = resolve(file);
  if (!values.replace && (await exists(target)))
    throw new Error(`${target} is there already. Name another file, or add --replace.`);
  const { server } = values;
  // A folder of its own: nobody else can put a file or a link where the export is written.
  const { users, lines, underWay } = await inTemporaryFolder(
    join(dirname(target), ".isogate-export-"),
    async (folder) => {
      const part = join(folder, "export.jsonl");
      const write = (from: Deployment) => writeAll(from, part);
      const written = await (server === undefined ? inCopy(folder, write) : atServer(server, command, write));
      await rename(part, target);
      return written;
    },
  );
  console.log(`${target}: ${users} users, ${lines} lines.`);
  if (underWay > 0)
    console.log(
      `${underWay} runs are paused or in the background, and not in the file. Let them end where they are, or drop them there, and export again: in another deployment the same code starts from its beginning, and sends again what it has sent.`,
    );
  return 0;
}

async function writeAll({ head, operate }: Deployment, path: string) {
  const { key, users, underWay } = head;
  const out = await open(path, "wx", 0o600);
  const code = codeUnder(key);
  let lines = 0;
  const write = async (text: string) => {
    const line = `${text}\n`;
    code.update(line);
    lines += 1;
    await out.appendFile(line);
  };
  try {
    const first: Head = { isogate: "export", format: movingFormat, version, secret: fingerprint(key) };
    await write(JSON.stringify(first));
    for (const user of users) {
      await write(JSON.stringify({ user }));
      const { body } = await operate("GET", `${movingPaths.user}?user=${encodeURIComponent(user)}`);
      if (body) for await (const line of linesOf(body)) await write(line);
    }
    // Last, so that an import lets nobody in before all that is theirs is there.
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const query = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const page = KvPage.parse(await (await operate("GET", movingPaths.kv + query)).json());
      for (const kv of page.entries) await write(JSON.stringify({ kv }));
      ({ cursor } = page);
    }
    const end: End = { lines, code: code.digest("hex") };
    await out.appendFile(`${JSON.stringify({ end })}\n`);
    return { users: users.length, lines, underWay };
  } finally {
    await out.close();
  }
}
