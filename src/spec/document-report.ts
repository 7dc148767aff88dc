/** What of a compile report travels with a deployment, for people. Pure. */
import type { DocumentReport } from "../terms/manifest.ts";
import type { CompileReport } from "./catalog.ts";

/** Faults that travel with the deployment; a document may have thousands. */
const maxShownFaults = 100;

export function documentReport(
  { version, operationsFound, operationsKept, faults }: CompileReport,
  readAtMs: number,
): DocumentReport {
  return {
    version,
    operationsFound,
    operationsKept,
    faults: faults.slice(0, maxShownFaults),
    faultCount: faults.length,
    readAtMs,
  };
}
