/** When the supervisor steps in, each number with its unit and its reason; nowhere else. */
import { totalmem } from "node:os";
import { constrainedMemory } from "node:process";

export interface SupervisorLimits {
  /** Time between two looks at the server, in milliseconds. */
  beatMs: number;
  /** Time between two looks at its memory, in milliseconds. */
  lookMs: number;
  /**
   * Processor time that the server's process may spend while it leaves the supervisor's question unanswered, in
   * milliseconds. Not clock time: a server that gets no processor (busy machine, debugger, sleeping laptop) is slow,
   * not stuck.
   */
  stuckCpuMs: number;
  /** The same by the clock, where the system does not tell processor time. */
  stuckWallMs: number;
  /** Memory of the server's process that is resident, in bytes. */
  maxMemoryBytes: number;
  /** A server that has less is not worn: it has as much soon after its start. */
  freshMemoryBytes: number;
}

/**
 * Memory that this process and its children may use together.
 * @param constrained what the control group allows; a number beyond the machine's, or 0, if there is none
 */
export function usableMemory(total: number, constrained: number): number {
  return constrained > 0 ? Math.min(total, constrained) : total;
}

const megabyte = 2 ** 20;
/** The runtime has 115 MB when it has just started. With less than this it would be restarted again and again. */
export const leastMemoryBytes = 240 * megabyte;

export const supervisorLimits: SupervisorLimits = {
  // One small request and one look at the process: about 0.5 % of a core, and only while calls are under way.
  beatMs: 500,
  // Code fills a gigabyte in a second. A look at `/proc` costs 0.1 ms; where it takes a process of its own, there is none between.
  lookMs: process.platform === "linux" ? 50 : 500,
  // The loop guard ends code that is busy for 5 s by itself, with a better message, so it comes first.
  stuckCpuMs: 6_500,
  stuckWallMs: 20_000,
  // Sixteen isolates at the platform's 128 MB, or half of a small machine or container.
  maxMemoryBytes: Math.max(
    leastMemoryBytes,
    Math.min(2_048 * megabyte, usableMemory(totalmem(), constrainedMemory()) / 2),
  ),
  freshMemoryBytes: 160 * megabyte,
};

/**
 * Old space of one V8 heap of the local runtime, in MB: four times what the platform gives an isolate, so that nothing
 * that works there fails here; a list that grows without end is over in a second instead of at 1.4 GB. Less where the
 * runtime may not have so much.
 */
export const maxHeapMb = Math.min(512, Math.round((supervisorLimits.maxMemoryBytes * 0.8) / megabyte));

const variables = [
  ["stuckCpuMs", "SUPERVISOR_STUCK_CPU_MS"],
  ["maxMemoryBytes", "SUPERVISOR_MAX_MEMORY_BYTES"],
] as const;
export const limitVariables = variables.map(([, variable]) => variable);

/**
 * The limits as `SUPERVISOR_…` variables change them: for tests, and for machines that are unlike others.
 * @throws Error if one is not a positive number, or is less than a server needs to be there at all
 */
export function limitsFrom(env: Record<string, string | undefined>): SupervisorLimits {
  const limits = { ...supervisorLimits };
  for (const [name, variable] of variables) {
    const text = env[variable];
    if (text === undefined || text === "") continue;
    const value = Number(text);
    if (!(value > 0)) throw new Error(`${variable} must be a positive number; it is ${text}.`);
    if (name === "maxMemoryBytes" && value < leastMemoryBytes)
      throw new Error(
        `${variable} must be ${leastMemoryBytes} or more: with less, the runtime would be restarted again and again; it is ${text}.`,
      );
    limits[name] = value;
  }
  return limits;
}
