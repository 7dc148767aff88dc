import { exports } from "cloudflare:workers";
import type { Caller } from "../../terms/caller.ts";
import { gatewayProps } from "../../gateway/run/props.ts";
import type { Tool } from "./tool.ts";

/** Code against the API. Every request of it goes through the gateway, which knows the run, not the code. */
export const execute: Tool = {
  name: "execute",
  title: "Call the API",
  annotations: (caller) => ({
    readOnlyHint: !may(caller, "write") && !may(caller, "delete"),
    destructiveHint: may(caller, "delete"),
    idempotentHint: false,
    openWorldHint: true,
  }),
  target: ({ caller, apis }, runId, approval) => ({
    tool: "execute",
    outbound: exports.Gateway({
      props: gatewayProps(runId, { caller, apis, ...(approval && { approval }) }),
    }),
  }),
};

function may(caller: Caller, kind: "write" | "delete"): boolean {
  return Object.values(caller.access).some((kinds) => kinds.includes(kind));
}
