/** What a tool of this server is. To add one: a file in this folder, listed in `index.ts`. */
import type { ToolAnnotations } from "@modelcontextprotocol/server";
import type { Sink } from "../../gateway/record/sinks/sink.ts";
import type { Caller } from "../../terms/caller.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { RunApproval } from "../../gateway/run/props.ts";
import type { SandboxRun } from "../../sandbox/run.ts";
import type { ToolTexts } from "../describe-tools.ts";

/** One call's surroundings: who, which APIs, and the way to the platform. */
export interface ToolContext {
  env: Env;
  ctx: Pick<ExecutionContext, "waitUntil">;
  caller: Caller;
  apis: DeployedApi[];
  /** Origin that people reach the console at. */
  origin: string;
  /** Where the run is recorded; everywhere, unless told. */
  sinks?: readonly Sink[];
  /** The call as a supervisor knows it (src/gateway/run/trace.ts). */
  call?: string | undefined;
}

export interface Tool {
  name: keyof Pick<ToolTexts, "search" | "execute">;
  title: string;
  /** Hints for the client's own confirmations; they follow what the caller was granted. */
  annotations(caller: Caller): ToolAnnotations;
  /** What kind of isolate runs the code, and where its requests go. */
  target(context: ToolContext, runId: string, approval?: RunApproval): SandboxRun["target"];
}
