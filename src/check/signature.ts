/** How an operation is called, as one expression: what a model needs to correct a call. */
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";
import { describeCall } from "../spec/read/describe.ts";

/**
 * @param client what the operation is called on in the code: `api`, `apis.github`
 * @returns `api.get("/zones/{zone_id}", { path: { zone_id: string } })`, within `maxChars`
 */
export function signatureOf(
  catalog: OpenedCatalog,
  operation: OperationSummary,
  client: string,
  maxChars: number,
): string {
  const call = describeCall(operation, catalog.operationObject(operation), maxChars);
  return call.replace(/^api\b/, client);
}

/** The same on one line, with the id before it. */
export function signatureLine(
  catalog: OpenedCatalog,
  operation: OperationSummary,
  client: string,
  maxChars: number,
): string {
  return `${operation.id}: ${signatureOf(catalog, operation, client, maxChars).replace(/\s+/g, " ")}`;
}
