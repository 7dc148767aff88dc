/**
 * Reads the processes of this machine: which descend from one that we started, and what they use. On Linux from `/proc`
 * (small images have no `ps`), elsewhere from `ps`.
 */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Linux counts processor time in these, on every architecture (USER_HZ). */
const ticksPerSecond = 100;

export interface Usage {
  cpuMs: number;
  memoryBytes: number;
}

interface Entry {
  pid: number;
  parent: number;
  command: string;
}

/** All processes that descend from this one; undefined if the system does not tell. */
export async function descendantsOf(root: number): Promise<Entry[] | undefined> {
  const all = (await fromProc()) ?? (await fromPs());
  if (!all) return undefined;
  const found: Entry[] = [];
  const parents = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const entry of all) {
      if (!parents.has(entry.parent) || parents.has(entry.pid)) continue;
      parents.add(entry.pid);
      found.push(entry);
      grown = true;
    }
  }
  return found;
}

/** What a process uses; `gone` if it has ended; undefined if the system does not tell. */
export async function usageOf(pid: number): Promise<Usage | "gone" | undefined> {
  if (process.platform === "linux") return procUsage(pid);
  try {
    const { stdout } = await run("ps", ["-o", "state=,rss=,time=", "-p", String(pid)]);
    const [state, rss, time] = stdout.trim().split(/\s+/);
    if (state === undefined || state.startsWith("Z")) return "gone";
    return { memoryBytes: Number(rss) * 1024, cpuMs: clockMs(time ?? "") };
  } catch (error) {
    // `ps` exits with 1 if the process does not exist.
    return (error as { code?: unknown }).code === 1 ? "gone" : undefined;
  }
}

/** `[[dd-]hh:]mm:ss[.hundredths]`, as `ps` prints time, in milliseconds. */
export function clockMs(text: string): number {
  const [, days = "0", rest = ""] = /^(?:(\d+)-)?(.*)$/.exec(text) ?? [];
  const seconds = rest.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1_000);
}

async function procUsage(pid: number): Promise<Usage | "gone"> {
  try {
    const stat = afterName(await readFile(`/proc/${pid}/stat`, "utf8"));
    if (stat[0] === "Z" || stat[0] === "X") return "gone";
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    const ticks = Number(stat[11]) + Number(stat[12]);
    return { cpuMs: (ticks * 1_000) / ticksPerSecond, memoryBytes: kilobytes * 1024 };
  } catch {
    return "gone";
  }
}

async function fromProc(): Promise<Entry[] | undefined> {
  if (process.platform !== "linux") return undefined;
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(
    names.map(async (name) => {
      try {
        const parent = Number(afterName(await readFile(`/proc/${name}/stat`, "utf8"))[1]);
        const command = (await readFile(`/proc/${name}/cmdline`, "utf8")).replaceAll("\0", " ");
        return { pid: Number(name), parent, command };
      } catch {
        return undefined; // It has ended meanwhile.
      }
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}

async function fromPs(): Promise<Entry[] | undefined> {
  try {
    const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,command="], { maxBuffer: 16 * 1024 * 1024 });
    return stdout.split("\n").map((line) => {
      const [pid, parent, ...command] = line.trim().split(/ +/);
      return { pid: Number(pid), parent: Number(parent), command: command.join(" ") };
    });
  } catch {
    return undefined;
  }
}

/** The fields of `/proc/<pid>/stat` from the third on: the second, a name in brackets, may contain anything. */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
