/**
 * What one run may use, each number with its unit and its reason. Used by the host, which sets them, and by the
 * harness inside the isolate, which keeps to them. No API file sets these; what it sets is in `src/terms/budgets.ts`.
 */
import { programLimits } from "../terms/kept-programs.ts";

export interface RunLimits {
  /**
   * Processor time of the isolate, in milliseconds. Kept by Cloudflare's platform. Local workerd does not, so the
   * harness ends code that runs for so long without waiting.
   */
  cpuMs: number;
  /** Requests that leave the isolate, calls of `recall` among them. Kept by the platform as `cpuMs` is. */
  subRequests: number;
  /** Time by the clock on the wall, in milliseconds, waiting for the API included: the budget of this name. */
  runMs: number;
}

export const runLimits: Record<"search" | "execute", Omit<RunLimits, "runMs">> = {
  // Reading every parameter of the largest document known (22,361 operations) takes under a second.
  search: { cpuMs: 5_000, subRequests: 20 },
  // Beyond the budgets of requests, which the gateway counts: for those that it refuses, and for `recall`.
  execute: { cpuMs: 5_000, subRequests: 1_000 },
};

/** How much longer than `runMs` the host waits: the harness ends a run by itself, and then the logs come too. */
export const graceMs = 1_000;

/**
 * JSON text of a result, in UTF-16 units: at most 12 MiB of memory, so that several runs at once with their copies stay
 * inside a Worker's 128 MB, and well under what an RPC call may return (32 MiB). The ledger keeps all of it for `recall`.
 */
export const maxResultChars = 6 * 1024 * 1024;

/**
 * Values in a result, members that are undefined among them: as many as in an answer that is parsed. While they are written,
 * and read by the host, everybody waits.
 */
export const maxResultValues = 500_000;

/** Of one string in a result, in UTF-16 units, so that one long text leaves room for what stands beside it. */
export const maxStringChars = 1024 * 1024;

/** JSON text of what a program puts into `state`, in UTF-16 units (src/store/state/limits.ts counts bytes). */
export const maxStateChars = 4 * 1024 * 1024;

/** JSON text of what a kept program is called with, in UTF-16 units. */
export const maxInputChars = programLimits.inputChars;

/** Levels of nesting in a result. API documents and answers stay under 40; the writer recurses once per level. */
export const maxResultDepth = 100;

/** Body of a `Response` that is part of a result, in bytes. */
export const maxBodyBytes = 1024 * 1024;

/** Bytes in a result that are handed over beside it, together; how many of them; and fewer than this are shown as a size. */
export const maxAttachedBytes = 8 * 1024 * 1024;
export const maxAttached = 12;
export const minAttachedBytes = 65;

/** Pictures of one reply, and the bytes of one: what models' APIs take without scaling it down. Others become files. */
export const maxPictures = 4;
export const maxPictureBytes = 1024 * 1024;

/** Files that one run may make. */
export const maxFilesOfRun = 20;

/** Console calls that are kept in one run: more is a flood, and nobody reads it. */
export const maxLogEntries = 200;

/** Incomplete lists that a reply mentions. */
export const maxCutLists = 5;

/** Of one console entry, and of all together, in UTF-16 units: a model reads them beside the result. */
export const maxLogChars = 4 * 1024;
export const maxAllLogsChars = 64 * 1024;

/**
 * Names that a run in the background does not have: its code runs again from its beginning after each sleep, and has to
 * find the same.
 */
export const notLasting = ["state", "file", "files", "recall", "run"] as const;

/** Those that a kept program does not have: its `state` is what the run before it left, however often its code runs again. */
export const notKept = ["file", "files", "recall", "run"] as const;
