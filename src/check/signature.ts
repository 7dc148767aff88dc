/** How an operation is called, as one expression: what a model needs to correct a call. */
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { describeCall } from "../spec/read/describe.ts";
import type { Signed } from "../spec/read/required.ts";

/**
 * @param signed parameters that the gateway sets
 * @param client what the operation is called on in the code: `api`, `apis.github`
 * @returns `api.get("/zones/{zone_id}", { path: { zone_id: string } })`, within `maxChars`
 */
export function signatureOf(
  { catalog }: { catalog: OpenedCatalog },
  signed: readonly Signed[],
  operation: OperationSummary,
  client: string,
  maxChars: number,
): string {
  const call = describeCall(operation, catalog.operationObject(operation), maxChars, signed);
  return call.replace(/^api\b/, client);
}

/** The same on one line, with the id before it. */
export function signatureLine(
  api: { catalog: OpenedCatalog },
  signed: readonly Signed[],
  operation: OperationSummary,
  client: string,
  maxChars: number,
): string {
  return `${operation.id}: ${signatureOf(api, signed, operation, client, maxChars).replace(/\s+/g, " ")}`;
}
