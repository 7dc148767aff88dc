/** What a request needs to know of its run: who is calling, what may be called, and where things are. */
import type { Caller } from "../../terms/caller.ts";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";
import type { RunState } from "./run-state.ts";

export interface RunContext {
  run: RunState;
  caller: Caller;
  apis: readonly DeployedApi[];
  /** The Worker's bindings and secrets by name. */
  env: Record<string, unknown>;
  open(api: DeployedApi): Promise<OpenedCatalog>;
}
