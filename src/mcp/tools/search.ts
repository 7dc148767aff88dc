import { z } from "zod";
import { readCode } from "../../check/read-code.ts";
import type { Tool } from "./tool.ts";

/** Runs code against the document. It has no network, so it can neither change nor read anything outside. */
export const search: Tool = {
  name: "search",
  title: "Search the API's description",
  input: z.object({ code: z.string() }),
  annotations: () => ({
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  }),
  async prepare(_runId, { code }, { apis }) {
    const read = readCode(code, apis);
    return read.ok ? { ok: true, code: read, target: { tool: "search" } } : read;
  },
};
