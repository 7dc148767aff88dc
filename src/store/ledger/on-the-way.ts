/** Runs of this isolate that have ended and whose record is on its way to the ledger: who asks for one has to wait for it. */
import { BoundedMap } from "../../terms/bounded-map.ts";

/** More than end in the seconds that a record may take. */
const maxRuns = 10_000;

const onTheWay = new BoundedMap<string, true>(maxRuns);

export const isOnTheWay = (runId: string): boolean => onTheWay.has(runId);

/** @param arrived settles when the record is there, or lost */
export function setOut(runId: string, arrived: Promise<unknown>): void {
  onTheWay.set(runId, true);
  const end = () => void onTheWay.delete(runId);
  arrived.then(end, end);
}
