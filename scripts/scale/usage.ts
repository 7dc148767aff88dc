/** From users to what they use up in a month, what that costs, and what is in flight in the busiest hour. Pure. */

export interface Price {
  /** Units that the plan has in it. */
  included: number;
  /** Dollars for so many units beyond. */
  per: number;
  price: number;
}

export interface ScaleInputs {
  users: number[];
  use: {
    daysAMonth: number;
    sessionsADay: number;
    callsASession: number;
    executeShare: number;
    requestsAnExecute: number;
    busiestHourShare: number;
    callSeconds: number;
  };
  call: {
    workerRequests: number;
    kvReads: number;
    dynamicWorkerRequests: { search: number; execute: number };
    dynamicWorkersLoaded: number;
    ledgerRequests: number;
    ledgerRowsWritten: number;
    ledgerRowsRead: number;
    hostCpuMs: number;
    isolateCpuMs: { search: number; execute: number };
    ledgerSeconds: number;
    ledgerKilobytes: number;
  };
  session: { workerRequests: number; kvReads: number; kvWrites: number };
  host: {
    callsAnIsolate: number;
    manifestSeconds: number;
    shapesSeconds: number;
    catalogsAnIsolate: number;
    callsInFlightAnIsolate: number;
  };
  prices: { base: number } & Record<Metric, Price>;
}

export type Metric =
  | "workerRequests"
  | "cpuMs"
  | "dynamicWorkers"
  | "durableObjectRequests"
  | "durableObjectGbSeconds"
  | "rowsRead"
  | "rowsWritten"
  | "storedGb"
  | "kvReads"
  | "kvWrites"
  | "r2Reads";

/** Memory that a Durable Object is billed for, whatever it uses. */
const durableObjectGb = 0.128;
/** A ledger keeps 90 days (docs/storage.md). */
const ledgerMonths = 3;

/** Of so many users in a month. */
export function usageOf(users: number, { use, call, session, host }: ScaleInputs): Record<Metric, number> {
  const sessions = users * use.daysAMonth * use.sessionsADay;
  const calls = sessions * use.callsASession;
  const mixed = (each: { search: number; execute: number }) =>
    each.search * (1 - use.executeShare) + each.execute * use.executeShare;
  const hosts = hostsOf(users, { use, host });
  // Busy hosts read the manifest again and again; a working day has eight hours.
  const busySeconds = hosts * use.daysAMonth * 8 * 3_600;
  const manifestReads = Math.min(calls, busySeconds / host.manifestSeconds);
  const shapeReads = Math.min(calls, (busySeconds / host.shapesSeconds) * host.catalogsAnIsolate);
  return {
    workerRequests:
      calls * (call.workerRequests + mixed(call.dynamicWorkerRequests)) + sessions * session.workerRequests,
    cpuMs: calls * (call.hostCpuMs + mixed(call.isolateCpuMs)),
    dynamicWorkers: calls * call.dynamicWorkersLoaded,
    durableObjectRequests: calls * call.ledgerRequests + shapeReads,
    durableObjectGbSeconds: calls * call.ledgerSeconds * durableObjectGb,
    rowsRead: calls * call.ledgerRowsRead,
    rowsWritten: calls * call.ledgerRowsWritten,
    storedGb: (calls * ledgerMonths * call.ledgerKilobytes) / 1e6,
    kvReads: calls * call.kvReads + sessions * session.kvReads,
    kvWrites: sessions * session.kvWrites,
    r2Reads: manifestReads + (calls / host.callsAnIsolate) * host.catalogsAnIsolate * 2,
  };
}

export function callsOf(users: number, { use }: Pick<ScaleInputs, "use">): number {
  return users * use.daysAMonth * use.sessionsADay * use.callsASession;
}

/** Calls a second in the busiest hour. */
export function busiestRate(users: number, { use }: Pick<ScaleInputs, "use">): number {
  return (users * use.sessionsADay * use.callsASession * use.busiestHourShare) / 3_600;
}

/** Calls that are in flight at a moment of that hour (Little's law). */
export function inFlight(users: number, inputs: Pick<ScaleInputs, "use">): number {
  return busiestRate(users, inputs) * inputs.use.callSeconds;
}

/** Isolates of the Worker that are busy then; one at least. */
export function hostsOf(users: number, inputs: Pick<ScaleInputs, "use" | "host">): number {
  return Math.max(1, inFlight(users, inputs) / inputs.host.callsInFlightAnIsolate);
}

/** Dollars a month for one kind of use. */
export function costOf(used: number, { included, per, price }: Price): number {
  return (Math.max(0, used - included) / per) * price;
}

/**
 * How often a moment has more calls in one host than it has room for, when calls come as they like (Poisson).
 * @param mean calls in flight in a host
 */
export function shareAbove(room: number, mean: number): number {
  let term = Math.exp(-mean);
  let below = 0;
  for (let calls = 0; calls <= room; calls++) {
    below += term;
    term *= mean / (calls + 1);
  }
  return Math.max(0, 1 - below);
}
