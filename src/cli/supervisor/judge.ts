/** Decides whether the server has to be restarted. Pure. */
import type { SupervisorLimits } from "./limits.ts";

/** The server's process at one look. */
export interface Look {
  /** Undefined if the system does not tell. */
  alive: boolean | undefined;
  /** How long a question has been open, in milliseconds; 0 if all are answered. */
  unansweredMs: number;
  /** Processor time that the process has spent since then; undefined if the system does not tell. */
  cpuMs: number | undefined;
  memoryBytes: number | undefined;
  /** Requests are under way. */
  busy: boolean;
}

/**
 * `gone`: it ended by itself. `worn`: over many runs it has grown to half of what it may have, and it is idle. Local
 * workerd keeps some 50 KB of every isolate.
 */
export type Condition = "well" | "gone" | "worn" | "bloated" | "stuck";

/** @returns the first condition that applies: gone, bloated, worn, stuck, well */
export function judge(
  { alive, unansweredMs, cpuMs, memoryBytes, busy }: Look,
  { stuckCpuMs, stuckWallMs, maxMemoryBytes }: SupervisorLimits,
): Condition {
  if (alive === false) return "gone";
  if (memoryBytes !== undefined && memoryBytes > maxMemoryBytes) return "bloated";
  if (!busy && memoryBytes !== undefined && memoryBytes > maxMemoryBytes / 2) return "worn";
  if (cpuMs === undefined) return unansweredMs > stuckWallMs ? "stuck" : "well";
  // Both: the runtime's own threads may spend processor time side by side.
  return cpuMs > stuckCpuMs && unansweredMs > stuckCpuMs ? "stuck" : "well";
}
