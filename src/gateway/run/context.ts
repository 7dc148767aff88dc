/** What the road of one request needs from outside: the run, who is calling, and where things are. */
import type { Caller } from "../../terms/caller.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";
import type { Approving } from "../approve/approving.ts";
import type { Learning } from "../../learned/learn.ts";
import type { RunState } from "./run-state.ts";

export interface CallContext {
  run: RunState;
  caller: Caller;
  apis: readonly DeployedApi[];
  /** The Worker's bindings and secrets by name. */
  env: Record<string, unknown>;
  open(api: DeployedApi): Promise<OpenedCatalog>;
  /** For a run that may meet an `ask`. */
  approving?: Approving | undefined;
  /** Looks at answers that the document says nothing of. */
  learning?: Learning;
}
