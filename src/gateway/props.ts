/**
 * What the gateway knows of a run. These travel to the entrypoint as props, set by the host: code in the sandbox
 * can neither read nor change them. They name the credential (through the API's file), they never hold it.
 */
import type { Caller } from "../auth/caller.ts";
import type { DeployedApi } from "../deployment/manifest.ts";
import type { ApprovedRun } from "./approvals.ts";

export interface GatewayProps {
  runId: string;
  caller: Caller;
  /** The APIs that this run may reach. */
  apis: DeployedApi[];
  /** Set for a run that may meet an `ask` or is a plan; without it, what needs approval is refused. */
  approval?: RunApproval;
}

export interface RunApproval {
  run: ApprovedRun;
  /** Whether this run goes on with a paused one. */
  continues: boolean;
}
