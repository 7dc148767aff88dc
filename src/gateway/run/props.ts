/**
 * What the gateway knows of a run. The host passes it to the entrypoint as props, which code in the sandbox can neither
 * read nor change. They name the credential (through the API file) and never hold it.
 */
import type { Caller } from "../../terms/caller.ts";
import type { CapabilitySet } from "../../terms/capabilities.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { ApprovedRun, SliceName } from "../../terms/approvals.ts";
import type { OperationsThen } from "./operations-then.ts";

export interface GatewayProps {
  runId: string;
  /** A `RunScope` as JSON: the runtime copies props for each request, and a text is cheap to copy. */
  scope: string;
}

export interface RunScope {
  caller: Caller;
  /** The APIs that this run may reach. */
  apis: DeployedApi[];
  /** For a run that may meet an `ask` or is a plan; without it, a request that needs approval is refused. */
  approval?: RunApproval;
  /** What the program may call at most, if a person allowed it as a whole. */
  capabilities?: CapabilitySet;
  /** The same code was refused before for what may be a fault of the document: now it passes. */
  insisted?: true;
  /** For a slice of a lasting run. */
  slice?: SliceName;
}

/** The gateway does not need the compile report. */
export function gatewayProps(runId: string, { apis, ...scope }: RunScope): GatewayProps {
  const needed = apis.map(({ report: _report, change: _change, ...api }) => api);
  return { runId, scope: JSON.stringify({ ...scope, apis: needed } satisfies RunScope) };
}

export interface RunApproval {
  run: ApprovedRun;
  /** Whether this run continues a paused one. */
  continues: boolean;
  /** For a look back, which is a plan: what the run of then called. */
  lookBack?: OperationsThen;
}
