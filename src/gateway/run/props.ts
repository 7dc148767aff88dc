/**
 * What the gateway knows of a run. It travels to the entrypoint as props, set by the host: code in the sandbox can
 * neither read nor change them. They name the credential (through the API's file), they never hold it.
 */
import type { Caller } from "../../terms/caller.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { ApprovedRun } from "../../terms/approvals.ts";

export interface GatewayProps {
  runId: string;
  /** A `RunScope` as JSON. Each request gets props of its own: a text is had for nothing, and read once in a run. */
  scope: string;
}

export interface RunScope {
  caller: Caller;
  /** The APIs that this run may reach. */
  apis: DeployedApi[];
  /** Set for a run that may meet an `ask` or is a plan; without it, what needs approval is refused. */
  approval?: RunApproval;
}

/** What a document looked like when it was compiled is nothing to the gateway. */
export function gatewayProps(runId: string, { apis, ...scope }: RunScope): GatewayProps {
  const needed = apis.map(({ report: _report, change: _change, ...api }) => api);
  return { runId, scope: JSON.stringify({ ...scope, apis: needed } satisfies RunScope) };
}

export interface RunApproval {
  run: ApprovedRun;
  /** Whether this run goes on with a paused one. */
  continues: boolean;
}
