/** Resident memory of a process group, from /proc. */
import { readdir, readFile } from "node:fs/promises";

/**
 * Sum of the resident sets of all processes in the group, in MB.
 * @returns undefined where there is no /proc, which is everywhere but on Linux
 */
export async function residentMegabytes(processGroup: number): Promise<number | undefined> {
  const names = await readdir("/proc").catch(() => undefined);
  if (names === undefined) return undefined;
  let kilobytes = 0;
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    // A process may end between being listed and being read.
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const group = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2];
    if (Number(group) !== processGroup) continue;
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    kilobytes += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return kilobytes / 1024;
}
