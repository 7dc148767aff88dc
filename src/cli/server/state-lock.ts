/**
 * One server at a time uses a state folder: two would write the same databases, and calls of both would fail at random.
 * The lock is on a file (file-lock.ts). Another one beside it says who has it.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { isHeld, lockFile, notDatabase } from "./file-lock.ts";
import { openStateFolder } from "./state-folder.ts";

/** What a process does with the folder: serve from it, or a command that is over soon. */
const Use = z.union([z.object({ origin: z.string() }), z.object({ command: z.string() })]);
type Use = z.infer<typeof Use>;

const Holder = z.intersection(z.object({ pid: z.number() }), Use);
type Holder = z.infer<typeof Holder>;

/** Another process uses the folder. */
export class StateInUse extends Error {}

/** How folders in it begin that only who has the lock makes. Of a process that was killed they stay, until the next one. */
export const heldPrefixes = { import: ".import-", restore: ".restore-" } as const;

/** How often this process looks whether the folder is still there. */
const lookMs = 1_000;

const notOurs = (path: string) => `${path} is not isogate's. Delete it, and start again.`;

export interface StateLock {
  release(): void;
  /** Resolves with a sentence if the lock goes away, which means that somebody deleted the folder. */
  lost: Promise<string>;
}

/**
 * Locks the folder until this process ends.
 * @param folder made if it is not there
 * @param use for the one that comes second
 * @param beside how a person starts a second server, if this is one
 * @throws StateInUse that says who holds it and what to do
 * @throws Error that says why nothing can be kept in the folder
 */
export async function lockState(folder: string, use: Use, beside?: string): Promise<StateLock> {
  openStateFolder(folder);
  const path = join(folder, "lock.sqlite");
  const about = join(folder, "lock");
  for (const each of [path, about])
    if (statSync(each, { throwIfNoEntry: false })?.isFile() === false) throw new Error(notOurs(each));
  const database = await lockFile(path).catch((error: unknown) => {
    if (isHeld(error)) throw new StateInUse(inUse(holderIn(about), beside), { cause: error });
    const { errcode, message } = error as { errcode?: number; message: string };
    const why =
      errcode === notDatabase
        ? notOurs(path)
        : `${path} cannot be locked (${message}). Set ISOGATE_HOME to a folder on a disk of this machine.`;
    throw new Error(why, { cause: error });
  });
  // Whole from the moment that it is there.
  writeFileSync(`${about}.new`, JSON.stringify({ pid: process.pid, ...use } satisfies Holder), {
    mode: 0o600,
  });
  renameSync(`${about}.new`, about);
  sweep(folder);
  return held(folder, database, { path, about });
}

/** Removes what those left behind who had the lock before. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder))
    if (Object.values(heldPrefixes).some((prefix) => name.startsWith(prefix)))
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
}

function inUse(holder: Holder | undefined, beside: string | undefined): string {
  if (holder && "command" in holder)
    return `${holder.command} is at work in this folder (process ${holder.pid}). Wait until it has ended.`;
  const where = holder ? `process ${holder.pid}, ${holder.origin}` : "another process";
  const running = `isogate is already running in this folder (${where}).`;
  const how = holder ? `with Ctrl-C where it runs, or with: kill ${holder.pid}` : "where it runs.";
  return beside === undefined
    ? `${running} Stop it first, ${how}`
    : `${running} Use that server, or stop it ${how}\nA second one needs a folder of its own: ${beside}`;
}

function held(folder: string, database: DatabaseSync, files: { path: string; about: string }): StateLock {
  const idOf = () => statSync(files.path, { bigint: true, throwIfNoEntry: false })?.ino;
  const id = idOf();
  let lose!: (sentence: string) => void;
  const lost = new Promise<string>((resolve) => (lose = resolve));
  const isMine = () => {
    try {
      return id !== undefined && idOf() === id;
    } catch {
      // The folder has become a file, or may not be read any more.
      return false;
    }
  };
  const looking = setInterval(() => {
    if (!isMine()) lose(`The folder ${folder}, where this server kept its state, was deleted.`);
  }, lookMs).unref();
  const release = () => {
    clearInterval(looking);
    process.off("exit", release);
    if (!database.isOpen) return;
    if (isMine()) rmSync(files.about, { force: true });
    database.close();
  };
  process.on("exit", release);
  return { release, lost };
}

function holderIn(path: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
