/**
 * `isogate export`: the users of a deployment with their grants, logins and ledgers, in one file of JSON lines, to go on
 * in another deployment. Sealed values stay sealed.
 */
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { KvPage, movingFormat, movingPaths } from "../../terms/moving.ts";
import { localUserId } from "../../terms/user.ts";
import { commandLine } from "../command-line.ts";
import { counted } from "../counted.ts";
import { optionsOf } from "../options.ts";
import { commandFor, version } from "../places.ts";
import { keepToOwner } from "../server/owner-only.ts";
import { writeWhole } from "../written-file.ts";
import { atServer, inCopy, serverHelp, type Deployment } from "./deployment.ts";
import { codeUnder, fingerprint, type End, type Head } from "./file.ts";
import { linesOf } from "./lines.ts";

const command = commandFor("export");
const help = `${commandFor("export", "<file>")}

Writes the users of a deployment to a file, such as isogate.jsonl, with their clients, grants, tokens, logins at APIs,
runs, results, files and permissions. ${commandFor("import")} puts them into another deployment with the same ISOGATE_SECRET. The
server may run meanwhile. Runs that are paused or in the background stay where they are: let them end there first. So
does what code keeps in \`state\` for a day; that of kept programs moves with them.
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
  const { server } = values;
  const { users, lines, underWay } = await writeWhole(target, { ...values, by: "export" }, (folder, part) => {
    const write = (from: Deployment) => writeAll(from, part);
    return server === undefined ? inCopy(folder, write) : atServer(server, command, write);
  });
  console.log(`${target}: ${counted(users, "user")}, ${counted(lines, "line")}.`);
  if (underWay > 0) {
    const [are, them, they] = underWay === 1 ? ["is", "it", "it is"] : ["are", "them", "they are"];
    console.log(
      `${counted(underWay, "run")} ${are} paused or in the background, and not in the file. Let ${them} end where ${they}, or drop ${them} there, and export again: in another deployment the same code starts from its beginning, and sends again what it has sent.`,
    );
  }
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
    let count = 0;
    for (const user of users) {
      const { body } = await operate("GET", `${movingPaths.user}?user=${encodeURIComponent(user)}`);
      const begin = async () => {
        await write(JSON.stringify({ user }));
        count += 1;
      };
      // That of a server without login is always named, and is nobody where people sign in.
      let isBegun = user !== localUserId;
      if (isBegun) await begin();
      if (body)
        for await (const line of linesOf(body)) {
          if (!isBegun) await begin();
          isBegun = true;
          await write(line);
        }
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
    return { users: count, lines, underWay };
  } finally {
    await out.close();
  }
}
