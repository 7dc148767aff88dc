import type { Tool } from "./tool.ts";

/** Code against the document. It has no network, so it can neither change nor learn anything outside. */
export const search: Tool = {
  name: "search",
  title: "Search the API's description",
  annotations: () => ({
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  }),
  target: () => ({ tool: "search" }),
};
