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
 * `gone`: it ended by itself. `worn`: over many runs it has grown to half of what it may have, and it is idle; local
 * workerd keeps some 50 KB of every isolate. `tired`: it has grown further and is never idle.
 */
export type Condition = "well" | "gone" | "worn" | "tired" | "bloated" | "stuck";

/** Of what it may have: a single run may take a good part of the rest. */
const tiredShare = 0.75;

/** @returns the first condition that applies: gone, bloated, worn, stuck, tired, well */
export function judge(
  { alive, unansweredMs, cpuMs, memoryBytes, busy }: Look,
  { stuckCpuMs, stuckWallMs, maxMemoryBytes, freshMemoryBytes }: SupervisorLimits,
): Condition {
  if (alive === false) return "gone";
  if (memoryBytes !== undefined && memoryBytes > maxMemoryBytes) return "bloated";
  const wornBytes = Math.max(maxMemoryBytes / 2, freshMemoryBytes);
  if (!busy && memoryBytes !== undefined && memoryBytes > wornBytes) return "worn";
  const isStuck =
    cpuMs === undefined
      ? unansweredMs > stuckWallMs
      : // Both: the runtime's own threads may spend processor time side by side.
        cpuMs > stuckCpuMs && unansweredMs > stuckCpuMs;
  if (isStuck) return "stuck";
  return memoryBytes !== undefined && memoryBytes > maxMemoryBytes * tiredShare ? "tired" : "well";
}
