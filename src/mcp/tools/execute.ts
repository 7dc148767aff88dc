import { exports } from "cloudflare:workers";
import { z } from "zod";
import { checkCode } from "../../check/read-code.ts";
import type { Caller } from "../../terms/caller.ts";
import { gatewayProps } from "../../gateway/run/props.ts";
import { approvalFor } from "../approval.ts";
import type { Tool } from "./tool.ts";

/** Runs code against the API. All its requests go through the gateway, which knows the run, not the code. */
export const execute: Tool = {
  name: "execute",
  title: "Call the API",
  input: z.object({ code: z.string(), plan: z.boolean().optional() }),
  annotations: (caller) => ({
    readOnlyHint: !may(caller, "write") && !may(caller, "delete"),
    destructiveHint: may(caller, "delete"),
    idempotentHint: false,
    openWorldHint: true,
  }),
  async prepare(runId, { code, plan = false }, context) {
    const { caller, apis } = context;
    const checked = await checkCode(code, context);
    if (!checked.ok) return checked;
    const asked = await approvalFor(runId, checked.program.code, plan, context);
    if (!asked.ok) return asked;
    const approval = asked.approval && { approval: asked.approval };
    const outbound = exports.Gateway({ props: gatewayProps(runId, { caller, apis, ...approval }) });
    return { ok: true, code: checked, target: { tool: "execute", outbound }, ...approval };
  },
};

function may(caller: Caller, kind: "write" | "delete"): boolean {
  return Object.values(caller.access).some((kinds) => kinds.includes(kind));
}
