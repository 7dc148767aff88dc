/** What a tool of this server is. To add one, create a file in this folder and list it in `index.ts`. */
import type { ToolAnnotations } from "@modelcontextprotocol/server";
import type { z } from "zod";
import type { ReadCode } from "../../check/read-code.ts";
import type { RunApproval } from "../../gateway/run/props.ts";
import type { SandboxRun } from "../../sandbox/run.ts";
import type { Caller } from "../../terms/caller.ts";
import type { Result } from "../../terms/result.ts";
import type { ToolTexts } from "../describe-tools.ts";
import type { RefusedCall } from "../look-back.ts";
import type { Surface } from "../surface.ts";
import type { ToolContext } from "../tool-context.ts";

/** What a client sends with a call. */
export interface ToolCall {
  code: unknown;
  /** Writes are listed, not sent. */
  plan?: boolean | undefined;
  /** It goes on after the reply. */
  background?: boolean | undefined;
  /** It does not run: it is proposed as a program that is kept. */
  keep?: unknown;
}

/** A program that may run, and how. */
export interface Prepared {
  code: ReadCode;
  /** What kind of isolate runs it, and where its requests go. */
  target: SandboxRun["target"];
  /** Set for a run that may be paused, or is a plan. */
  approval?: RunApproval;
  /** Of a look back: why the check refuses the code today. It runs all the same, so that the rest can be seen. */
  refused?: RefusedCall;
}

export interface Tool {
  name: keyof Pick<ToolTexts, "search" | "execute">;
  title: string;
  /** The arguments of a call, as clients see them. */
  input: z.ZodType<ToolCall>;
  /** Hints for the client's own confirmations, from what the caller was granted. */
  annotations(caller: Caller, surface: Surface): ToolAnnotations;
  /**
   * Reads the code and collects what the run needs. Sends nothing to an API.
   * @returns a failure if the code must not run
   */
  prepare(runId: string, call: ToolCall, context: ToolContext): Promise<Result<Prepared>>;
}
