/** `isogate api add`: writes the API file for a document, from what the document says. */
import { rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { ApiName } from "../../terms/api-file.ts";
import { unfittingEntries } from "../../deployment/unfitting.ts";
import { isPath } from "../../spec/load/load-document.ts";
import { nameFor, prepareApi } from "../apis.ts";
import { printable, reportLines } from "../compile-report.ts";
import { assertDocumentName } from "../document-name.ts";
import { makeFolder } from "../make-folder.ts";
import { commandFor } from "../places.ts";
import { credentialOption, secretNames } from "../secrets.ts";
import { serverUrl } from "../server-url.ts";
import { draftApiFile, formatApiFile } from "./draft.ts";
import { writeLock } from "./lock.ts";
import { writeText } from "../written-file.ts";

interface AddOptions {
  name?: string | undefined;
  server?: string | undefined;
  title?: string | undefined;
  /** `<scheme>=<VAR>` each. */
  credential: string[];
  /** Replace an API of this name. */
  force: boolean;
}

/**
 * Compiles the document, and writes its API file and lock file into `folder`.
 * @param given a file or URL
 * @throws Error that says what a person can do, before anything is written
 */
export async function add(folder: string, given: string | undefined, options: AddOptions): Promise<void> {
  if (!given) throw new Error(`Name the document: ${commandFor("api", "add <file or URL>")}.`);
  assertDocumentName(given);
  const { server, title } = options;
  const wanted = options.name ?? nameFor(given);
  const parsed = ApiName.safeParse(wanted);
  if (!parsed.success)
    throw new Error(`${wanted}: ${parsed.error.issues[0]?.message}. Choose one with --name.`);
  const name = parsed.data;
  const path = join(folder, `${name}.jsonc`);
  const taken = () => new Error(`${path} exists already. Choose another --name, or replace it with --force.`);
  if (!options.force && existsSync(path)) throw taken();
  if (server !== undefined) serverUrl(server);
  const secrets = Object.fromEntries(options.credential.map(credentialOption));
  const source = isPath(given) ? relativeSource(folder, given) : given;
  // Compiling depends only on these and on `access`; else the draft adds what the gateway reads.
  const start = {
    source,
    ...(title !== undefined && { title }),
    ...(server !== undefined && { server }),
  };
  let prepared = await prepareApi({ name, file: start, folder, path }, { schema: "now" });
  const { file, notes, reasons } = draftApiFile(prepared.opened, start, { name, secrets });
  if (file.access)
    prepared = await prepareApi(
      { name, file: { ...start, access: file.access }, folder, path },
      { schema: "now" },
    );
  const catalog = prepared.opened;
  makeFolder(folder);
  // Somebody else may have added one of this name since.
  const isWritten = await writeText(path, formatApiFile(file, prepared.api.title, reasons), {
    isNew: !options.force,
  });
  if (!isWritten) throw taken();
  await writeLock(folder, name, prepared).catch(async (error: unknown) => {
    // Half added, it would be taken when it is tried again.
    if (!options.force) await rm(path, { force: true });
    throw error;
  });
  console.log(printable(`${name}: ${prepared.api.title} ${prepared.report.version}`));
  const faults = [...unfittingEntries(file, catalog), ...prepared.report.faults];
  console.log(reportLines({ ...prepared.report, faults }, prepared.parts).join("\n"));
  for (const note of notes) console.log(printable(`  ! ${note}`));
  console.log(`  wrote ${relative(process.cwd(), path)}`);
  const needed = secretNames(file.credential);
  const first = needed.length > 0 ? `set ${needed.join(" and ")} in the environment, then ` : "";
  console.log(`Next: ${first}${commandFor("start")}`);
}

function relativeSource(folder: string, given: string): string {
  const path = relative(folder, resolve(given));
  return isAbsolute(path) ? path : path.replaceAll("\\", "/");
}
