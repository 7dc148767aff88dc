import type { Program } from "../check/program.ts";
import type { SandboxOutcome } from "./outcome.ts";
export interface SandboxApi {
  name: string;
  index: string;
  body?: ArrayBuffer;
}
export interface SandboxRun {
  program: Program;
  tool: "search" | "execute";
  apis: SandboxApi[];
  outbound: Fetcher | null;
  env?: Record<string, unknown>;
}
export async function runInSandbox(_loader: WorkerLoader, _run: SandboxRun): Promise<SandboxOutcome> {
  throw new Error("not written yet");
}
