/** Resident memory of a process group, from /proc (Linux; elsewhere there is no figure to give). */
import { readdir, readFile } from "node:fs/promises";

/** Sum of the resident sets of all processes in the group, in MB. */
export async function residentMegabytes(processGroup: number): Promise<number> {
  let kilobytes = 0;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    // A process may end between being listed and being read.
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const group = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2];
    if (Number(group) !== processGroup) continue;
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    kilobytes += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return kilobytes / 1024;
}
