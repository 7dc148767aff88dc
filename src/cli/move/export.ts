/**
 * `isogate export`: the users of a deployment with their grants, logins and ledgers, in one file of JSON lines, to go on
 * in another deployment. Sealed values stay sealed.
 */
import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { KvPage, movingFormat, movingPaths } from "../../terms/moving.ts";
import { exists } from "../backup/backup.ts";
import { commandLine } from "../command-line.ts";
import { optionsOf } from "../options.ts";
import { commandFor, version } from "../places.ts";
import { keepToOwner } from "../server/owner-only.ts";
import { atServer, inCopy, serverHelp, type Deployment } from "./deployment.ts";
import { linesOf } from "./lines.ts";

const command = commandFor("export");
const help = `${commandFor("export", "<file>")}

Writes the users of a deployment to a file, such as isogate.jsonl, with their clients, grants, tokens, logins at APIs,
runs, results, files and permissions. ${commandFor("import")} puts them into another deployment with the same ISOGATE_SECRET. The
server may run meanwhile. Runs that are paused or in the background stay where they are.
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
  const part = `${target}.part`;
  const { server } = values;
  const write = (from: Deployment) => writeAll(from, part);
  try {
    const { users, lines, underWay } = await (server === undefined
      ? inCopy(target, write)
      : atServer(server, command, write));
    await rename(part, target);
    console.log(`${target}: ${users} users, ${lines} lines.`);
    if (underWay > 0)
      console.log(
        `${underWay} runs are paused or in the background. They are not in the file: let them end where they are, or begin them again there.`,
      );
    return 0;
  } finally {
    await rm(part, { force: true });
  }
}

async function writeAll({ head, operate }: Deployment, path: string) {
  const out = await open(path, "w", 0o600);
  const hash = createHash("sha256");
  let lines = 0;
  const write = async (text: string) => {
    const line = `${text}\n`;
    hash.update(line);
    lines += 1;
    await out.appendFile(line);
  };
  try {
    const { secret, users, underWay } = head;
    await write(JSON.stringify({ isogate: "export", format: movingFormat, version, secret }));
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const query = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const page = KvPage.parse(await (await operate("GET", movingPaths.kv + query)).json());
      for (const kv of page.entries) await write(JSON.stringify({ kv }));
      ({ cursor } = page);
    }
    for (const user of users) {
      await write(JSON.stringify({ user }));
      const { body } = await operate("GET", `${movingPaths.user}?user=${encodeURIComponent(user)}`);
      if (body) for await (const line of linesOf(body)) await write(line);
    }
    await out.appendFile(`${JSON.stringify({ end: { lines, sha256: hash.digest("hex") } })}\n`);
    return { users: users.length, lines, underWay };
  } finally {
    await out.close();
  }
}
