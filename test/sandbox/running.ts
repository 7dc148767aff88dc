import { env } from "cloudflare:workers";
import { parseProgram } from "../../src/check/parse.ts";
import type { SandboxOutcome } from "../../src/terms/outcome.ts";
import { runInSandbox, type SandboxRun } from "../../src/sandbox/run.ts";

/** Parses and runs code as the tool `search` does, without any API unless told. */
export async function search(code: unknown, more: Partial<SandboxRun> = {}): Promise<SandboxOutcome> {
  const parsed = parseProgram(code);
  if (!parsed.ok) return { ok: false, failure: parsed.failure, logs: [] };
  return runInSandbox(env.LOADER, { program: parsed.program, apis: [], target: { tool: "search" }, ...more });
}

/** The value that came back, or the failure. */
export async function valueOf(code: unknown, more: Partial<SandboxRun> = {}): Promise<unknown> {
  const outcome = await search(code, more);
  return outcome.ok ? (JSON.parse(outcome.result) as unknown) : outcome.failure;
}
