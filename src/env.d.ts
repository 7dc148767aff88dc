/** Secrets and settings that are not in wrangler.jsonc because they differ by deployment. */
import type { workerVariables } from "./terms/worker-variables.ts";

declare global {
  interface Env extends Partial<Record<(typeof workerVariables)[number], string>> {}
}
