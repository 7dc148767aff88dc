/** Prepares a run whose code may call the API. All its requests go through the gateway, which knows the run, not the code. */
import { exports } from "cloudflare:workers";
import { checkCode } from "../check/read-code.ts";
import { gatewayProps } from "../gateway/run/props.ts";
import type { Result } from "../terms/result.ts";
import { approvalFor } from "./approval.ts";
import { checkLookingBack } from "./look-back.ts";
import type { ToolContext } from "./tool-context.ts";
import type { Prepared, ToolCall } from "./tools/tool.ts";

/** @param context its caller is whose rights the gateway holds the run to */
export async function prepareCalls(
  runId: string,
  { code, plan = false }: ToolCall,
  context: ToolContext,
): Promise<Result<Prepared>> {
  const { caller, apis, lookBack } = context;
  const checked = lookBack
    ? await checkLookingBack(code, context)
    : await checkCode(code, context).then((read) => (read.ok ? { ok: true as const, code: read } : read));
  if (!checked.ok) return checked;
  const asked = await approvalFor(runId, checked.code, plan, context);
  if (!asked.ok) return asked;
  const { approval, capabilities } = asked;
  const outbound = exports.Gateway({
    props: gatewayProps(runId, {
      caller,
      apis,
      ...(approval && { approval }),
      ...(capabilities && { capabilities }),
      ...(checked.code.insisted === true && { insisted: true as const }),
    }),
  });
  return { ...checked, target: { tool: "execute", outbound, writes: true }, ...(approval && { approval }) };
}
