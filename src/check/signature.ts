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
  catalog: OpenedCatalog,
  operation: OperationSummary,
  { client, maxChars, signed }: { client: string; maxChars: number; signed: readonly Signed[] },
): string {
  const object = catalog.operationObject(operation);
  return describeCall({ operation, object, signed }, maxChars).replace(/^api\b/, client);
}
