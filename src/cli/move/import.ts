/**
 * `isogate import`: puts an export into another deployment. The whole file is checked before anything changes. An import
 * that was interrupted is finished by another one; one that is finished adds nothing a second time.
 */
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { parseJson } from "../../terms/json.ts";
import { messageOf } from "../../terms/log.ts";
import { Imported, KvEntry, movingFormat, movingPaths } from "../../terms/moving.ts";
import { commandLine } from "../command-line.ts";
import { counted } from "../counted.ts";
import { assertFor } from "../given-file.ts";
import { optionsOf } from "../options.ts";
import { commandFor } from "../places.ts";
import { keepToOwner } from "../server/owner-only.ts";
import { atServer, inNewState, serverHelp, type Deployment } from "./deployment.ts";
import { codeUnder, End, fingerprint, Head } from "./file.ts";
import { linesOf } from "./lines.ts";

const command = commandFor("import");
const help = `${commandFor("import", "<file>")}

Puts what ${commandFor("export")} has written into another deployment, which must have the same ISOGATE_SECRET. What is there with
the same id is replaced. After a failure, import again: what is there already is not added again.

${serverHelp};
                     there must be no state yet
  --help`;

const config = { allowPositionals: true, options: optionsOf.import } as const;

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
  await assertFor("import", path);
  const checked = await check(path);
  const put = (to: Deployment) => putAll(checked, to);
  const { server } = values;
  const { users, added, name } = await (server === undefined
    ? inNewState(put)
    : atServer(server, command, put));
  if (added === 0) console.log(`${name}: ${path} was imported there before. Nothing was added.`);
  else
    console.log(
      `${name}: ${counted(users, "user")}. Clients stay signed in if people reach this deployment at the address of before (PUBLIC_URL).`,
    );
  return 0;
}

/** A whole export that this version can read. */
interface ExportFile {
  path: string;
  head: Head;
  end: End;
}

/** @throws Error if it is none */
async function check(path: string): Promise<ExportFile> {
  let head: Head | undefined;
  let before: string | undefined;
  let lines = 0;
  try {
    for await (const line of linesOf(createReadStream(path))) {
      if (before !== undefined) {
        if (parseJson(before) === undefined) throw new Error(`line ${lines + 1} is not JSON`);
        lines += 1;
      }
      head ??= Head.safeParse(parseJson(line)).data;
      if (!head) throw new Error("it does not begin as an export of isogate does");
      before = line;
    }
  } catch (error) {
    throw unusable(path, messageOf(error), error);
  }
  if (head && head.format !== movingFormat)
    throw new Error(
      `${path} was written by isogate ${head.version}, whose exports this version cannot read. Import with that version.`,
    );
  const end = End.safeParse(parseJson(before ?? "")).data?.end;
  if (!head || !end) throw unusable(path, "its end is missing");
  if (end.lines !== lines) throw unusable(path, "something of it was changed");
  return { path, head, end };
}

const unusable = (path: string, why: string, cause?: unknown) =>
  new Error(`${path} cannot be imported: ${why}. Export again, or copy the file again.`, { cause });

/** @throws Error unless a deployment with this key wrote exactly this file */
async function authenticate({ path, end }: ExportFile, key: string): Promise<void> {
  const code = codeUnder(key);
  let left = end.lines;
  for await (const line of linesOf(createReadStream(path))) if (left-- > 0) code.update(`${line}\n`);
  if (code.digest("hex") !== end.code) throw unusable(path, "something of it was changed");
}

async function putAll(file: ExportFile, { name, head, operate }: Deployment) {
  if (file.head.secret !== fingerprint(head.key))
    throw new Error(
      `${name} ${head.key === "" ? "has no ISOGATE_SECRET" : "has another ISOGATE_SECRET than the export"}: nothing that is sealed could be opened there. Set it to that of the deployment that was exported; a server on one machine has it in the file "secret" of its ISOGATE_HOME, unless it was set.`,
    );
  await authenticate(file, head.key);
  let users = 0;
  let added = 0;
  let user = "";
  let batch: { of: "kv" | "user"; first: number; lines: string[]; chars: number } | undefined;
  const send = async () => {
    if (!batch) return;
    const { of, first, lines } = batch;
    const query = new URLSearchParams({
      id: file.end.code,
      line: String(first),
      ...(of === "user" && { user }),
    });
    const body = of === "kv" ? `[${lines.join(",")}]` : lines.join("\n");
    const answer = await operate("PUT", `${movingPaths[of]}?${query.toString()}`, body);
    added += Imported.parse(await answer.json()).added;
    batch = undefined;
  };
  let number = 0;
  for await (const line of linesOf(createReadStream(file.path))) {
    number += 1;
    // The first line and the last one are of the file.
    if (number === 1 || number > file.end.lines) continue;
    const value = parseJson(line);
    const section = Section.safeParse(value).data;
    if (section) {
      await send();
      ({ user } = section);
      users += 1;
      continue;
    }
    const entry = Entry.safeParse(value).data?.kv;
    const of = entry ? "kv" : "user";
    if (batch?.of !== of) await send();
    batch ??= { of, first: number, lines: [], chars: 0 };
    const text = entry ? JSON.stringify(entry) : line;
    batch.lines.push(text);
    batch.chars += text.length;
    if (batch.lines.length >= batchEntries || batch.chars >= batchChars) await send();
  }
  await send();
  return { users, added, name };
}
