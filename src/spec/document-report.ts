/** The part of a compile report that travels with a deployment. Pure. */
import type { DocumentReport } from "../terms/manifest.ts";
import type { CompileReport } from "./catalog.ts";

/** A document may have thousands of faults. */
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
