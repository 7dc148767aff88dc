import { z } from "zod";
import type { Caller } from "../../terms/caller.ts";
import { prepareCalls } from "../prepare-calls.ts";
import type { Tool } from "./tool.ts";

/** Runs code against the API. */
export const execute: Tool = {
  name: "execute",
  title: "Call the API",
  input: z.object({
    code: z.string(),
    plan: z.boolean().optional(),
    background: z.boolean().optional(),
    // Its members are in the description, and checked with words of ours: a schema of them costs as much again.
    keep: z.unknown().optional().meta({ type: "object" }),
  }),
  annotations: (caller) => ({
    readOnlyHint: !may(caller, "write") && !may(caller, "delete"),
    destructiveHint: may(caller, "delete"),
    idempotentHint: false,
    openWorldHint: true,
  }),
  prepare: prepareCalls,
};

function may(caller: Caller, kind: "write" | "delete"): boolean {
  return Object.values(caller.access).some((kinds) => kinds.includes(kind));
}
