/**
 * `isogate import`: puts an export into another deployment. The whole file is checked before anything changes, and to
 * import it twice is the same as once.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { parseJson } from "../../terms/json.ts";
import { messageOf } from "../../terms/log.ts";
import { KvEntry, movingFormat, movingPaths } from "../../terms/moving.ts";
import { commandLine } from "../command-line.ts";
import { optionsOf } from "../options.ts";
import { commandFor } from "../places.ts";
import { keepToOwner } from "../server/owner-only.ts";
import { atServer, inNewState, serverHelp, type Deployment } from "./deployment.ts";
import { linesOf } from "./lines.ts";

const command = commandFor("import");
const help = `${commandFor("import", "<file>")}

Puts what ${commandFor("export")} has written into another deployment, which must have the same ISOGATE_SECRET. What is there with
the same id is replaced. After a failure, import again.

${serverHelp};
                     there must be no state yet
  --help`;

const config = { allowPositionals: true, options: optionsOf.import } as const;

const Head = z.object({
  isogate: z.literal("export"),
  format: z.number(),
  version: z.string(),
  secret: z.string(),
});
const End = z.object({ end: z.object({ lines: z.number(), sha256: z.string() }) });
const Entry = z.object({ kv: KvEntry });
const Section = z.strictObject({ user: z.string() });

/** Of one request: a line has up to 3 MB, and KV may be asked a thousand times for one. */
const batchChars = 2_000_000;
const batchEntries = 200;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(command, help, config, args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new Error(`Name the file of the export, as in ${commandFor("import", "isogate.jsonl")}`);
  keepToOwner();
  const path = resolve(file);
  const head = await check(path);
  const put = (to: Deployment) => putAll(path, head, to);
  const { server } = values;
  const { users, name } = await (server === undefined ? inNewState(put) : atServer(server, command, put));
  console.log(
    `${name}: ${users} users. Clients stay signed in if people reach this deployment at the address of before (PUBLIC_URL).`,
  );
  return 0;
}

/** @throws Error if it is no whole export that this version can read */
async function check(path: string): Promise<z.infer<typeof Head>> {
  let head: z.infer<typeof Head> | undefined;
  let before: string | undefined;
  let lines = 0;
  const hash = createHash("sha256");
  try {
    for await (const line of linesOf(createReadStream(path))) {
      if (before !== undefined) {
        if (parseJson(before) === undefined) throw new Error(`line ${lines + 1} is not JSON`);
        hash.update(`${before}\n`);
        lines += 1;
      }
      head ??= Head.safeParse(parseJson(line)).data;
      if (!head) throw new Error("it does not begin as an export of isogate does");
      before = line;
    }
    const end = End.safeParse(parseJson(before ?? "")).data?.end;
    if (!head || !end) throw new Error("its end is missing");
    if (end.lines !== lines || end.sha256 !== hash.digest("hex"))
      throw new Error("something of it was changed");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new Error(`There is no file ${path}.`, { cause: error });
    throw new Error(
      `${path} cannot be imported: ${messageOf(error)}. Export again, or copy the file again.`,
      {
        cause: error,
      },
    );
  }
  if (head.format === movingFormat) return head;
  throw new Error(
    `${path} was written by isogate ${head.version}, whose exports this version cannot read. Import with that version.`,
  );
}

async function putAll(path: string, { secret }: z.infer<typeof Head>, { name, head, operate }: Deployment) {
  if (secret !== head.secret)
    throw new Error(
      `${name} ${head.secret === "" ? "has no ISOGATE_SECRET" : "has another ISOGATE_SECRET than the export"}: nothing that is sealed could be opened there. Set it to that of the deployment that was exported; a server on one machine has it in the file "secret" of its ISOGATE_HOME, unless it was set.`,
    );
  let users = 0;
  let user: string | undefined;
  let batch: string[] = [];
  let chars = 0;
  const send = async () => {
    if (batch.length === 0) return;
    const [target, body] =
      user === undefined
        ? [movingPaths.kv, `[${batch.join(",")}]`]
        : [`${movingPaths.user}?user=${encodeURIComponent(user)}`, batch.join("\n")];
    await (await operate("PUT", target, body)).text();
    batch = [];
    chars = 0;
  };
  let number = 0;
  for await (const line of linesOf(createReadStream(path))) {
    number += 1;
    const value = parseJson(line);
    // The first line and the last one are of the file.
    if (number === 1 || End.safeParse(value).success) continue;
    const section = Section.safeParse(value).data;
    if (section) {
      await send();
      ({ user } = section);
      users += 1;
      continue;
    }
    const text = user === undefined ? JSON.stringify(Entry.parse(value).kv) : line;
    batch.push(text);
    chars += text.length;
    if (batch.length >= batchEntries || chars >= batchChars) await send();
  }
  await send();
  return { users, name };
}
