/**
 * One server at a time uses a state folder: two would write the same databases, and calls of both would fail at random.
 * The lock is a file that names its process; a lock whose process has ended holds nobody off.
 */
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { startOf } from "../supervisor/processes.ts";

const Holder = z.object({
  pid: z.number(),
  /** When that process started, as the system tells it: process ids are used again. */
  start: z.string().optional(),
  /** Where it serves. */
  origin: z.string(),
  /** No two locks are the same. */
  id: z.string().optional(),
});
type Holder = z.infer<typeof Holder>;

/** Another process serves from the folder. */
export class StateInUse extends Error {}

/** How often this process looks whether the lock is still its own. */
const lookMs = 1_000;

export interface StateLock {
  release(): void;
  /** Resolves with a sentence if the lock goes away, which means that somebody deleted the folder. */
  lost: Promise<string>;
}

/** So often, and so long in all, it is tried to take over the lock of an ended process while others try it too. */
const maxTries = 100;
const pauseMs = 20;

/**
 * Locks the folder until this process ends.
 * @param folder made if it is not there
 * @param origin where this process will serve, for the one that comes second
 * @throws StateInUse that says who holds it and what to do, in the words of `beside`: how to start a second server
 */
export async function lockState(folder: string, origin: string, beside: string): Promise<StateLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(
      `The folder ${folder}, where state is kept, cannot be made (${code}). Set ISOGATE_HOME to a folder that you may write to.`,
    );
  });
  const path = join(folder, "lock");
  const start = await startOf(process.pid);
  const mine = JSON.stringify({
    pid: process.pid,
    ...(start && { start }),
    origin,
    id: randomUUID(),
  } satisfies Holder);
  for (let tries = 0; tries < maxTries; tries++) {
    const got = await acquire(path, mine);
    if (got === "held") return held(folder, path, mine);
    if (got !== "lost")
      throw new StateInUse(
        `isogate is already running in this folder (process ${got.pid}, ${got.origin}). Use that server, ` +
          `or stop it with Ctrl-C where it runs, or with: kill ${got.pid}\nA second one needs a folder of its own: ${beside}`,
      );
    await sleep(pauseMs);
  }
  throw new Error(`${path} is written by other processes again and again. Wait for them, then start again.`);
}

/**
 * @param mine differs from every other lock
 * @returns who holds it, if that process lives; `lost` if somebody else was quicker, which settles nothing yet
 */
async function acquire(path: string, mine: string): Promise<"held" | "lost" | Holder> {
  if (await create(path, mine)) return "held";
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return "lost";
  const holder = read(text);
  if (holder && (await isAlive(holder))) return holder;
  // Nobody's. One process alone may replace it: the one that holds the lock on exactly this lock. A process that read the old
  // text and comes late finds another one there.
  const turn = `${path}.${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
  if ((await acquire(turn, mine)) !== "held") return "lost";
  try {
    if ((await readFile(path, "utf8").catch(() => undefined)) !== text) return "lost";
    const whole = await written(path, mine);
    await rename(whole, path);
    return "held";
  } finally {
    await rm(turn, { force: true });
  }
}

/** A file beside the lock with all that it is to have. */
async function written(path: string, text: string): Promise<string> {
  const whole = `${path}.${randomUUID()}`;
  await writeFile(whole, text, { mode: 0o600 });
  return whole;
}

/** Whole from the moment that it is there, unlike a file that is created and then written. */
async function create(path: string, text: string): Promise<boolean> {
  const whole = await written(path, text);
  try {
    await link(whole, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(whole, { force: true });
  }
}

function held(folder: string, path: string, mine: string): StateLock {
  const isMine = () => {
    try {
      return readFileSync(path, "utf8") === mine;
    } catch {
      return false;
    }
  };
  let lose!: (sentence: string) => void;
  const lost = new Promise<string>((resolve) => (lose = resolve));
  const looking = setInterval(() => {
    if (!isMine()) lose(`The folder ${folder}, where this server kept its state, was deleted.`);
  }, lookMs).unref();
  const release = () => {
    clearInterval(looking);
    process.off("exit", release);
    if (isMine()) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return { release, lost };
}

function read(text: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, start }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process is alive too.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = start && (await startOf(pid));
  return !now || now === start;
}
