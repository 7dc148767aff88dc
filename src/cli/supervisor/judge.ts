/** Whether the server has to be restarted. Pure. */
import type { SupervisorLimits } from "./limits.ts";

/** What was seen of the server's process at one look. */
export interface Look {
  /** Whether the process is there; undefined where the system does not tell. */
  alive: boolean | undefined;
  /** Since the question was asked that is not answered yet, in milliseconds; 0 if none is open. */
  unansweredMs: number;
  /** Processor time that the process spent since then; undefined where the system does not tell. */
  cpuMs: number | undefined;
  memoryBytes: number | undefined;
  /** Requests are under way. */
  busy: boolean;
}

/**
 * `gone`: it ended by itself. `worn`: it has grown, over many runs, to half of what it may have, and nobody needs it
 * just now: local workerd keeps some 50 KB of every isolate that it had.
 */
export type Verdict = "well" | "gone" | "worn" | "bloated" | "stuck";

export function judge(
  { alive, unansweredMs, cpuMs, memoryBytes, busy }: Look,
  { stuckCpuMs, stuckWallMs, maxMemoryBytes }: SupervisorLimits,
): Verdict {
  if (alive === false) return "gone";
  if (memoryBytes !== undefined && memoryBytes > maxMemoryBytes) return "bloated";
  if (!busy && memoryBytes !== undefined && memoryBytes > maxMemoryBytes / 2) return "worn";
  if (cpuMs === undefined) return unansweredMs > stuckWallMs ? "stuck" : "well";
  // Both: the runtime's own threads may spend processor time side by side.
  return cpuMs > stuckCpuMs && unansweredMs > stuckCpuMs ? "stuck" : "well";
}
