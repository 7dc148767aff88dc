import { z } from "zod";
import { readCode } from "../../check/read-code.ts";
import { prepareCalls } from "../prepare-calls.ts";
import type { Tool } from "./tool.ts";

/**
 * Runs code against the document. It has no network, so it can neither change nor read anything outside; or, where the
 * client's URL says so, it may also call operations that read, and the gateway refuses all others.
 */
export const search: Tool = {
  name: "search",
  title: "Search the API's description",
  input: z.object({ code: z.string() }),
  annotations: (_caller, { searchReads = false }) => ({
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: searchReads,
  }),
  async prepare(runId, { code }, context) {
    const { apis, caller, surface } = context;
    if (surface?.searchReads)
      return prepareCalls(runId, { code }, { ...context, caller: { ...caller, readsOnly: true } });
    const read = readCode(code, apis);
    return read.ok ? { ok: true, code: read, target: { tool: "search" } } : read;
  },
};
