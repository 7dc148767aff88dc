/** How an operation is called, as one expression: what a model needs to correct a call. */
import type { OpenedCatalog, OperationSummary } from "../spec/catalog.ts";

/** @returns `api.get("/zones/{zone_id}", { path: { zone_id: string } })`, cut at `maxChars` */
export function signatureOf(
  catalog: OpenedCatalog,
  operation: OperationSummary,
  client: string,
  maxChars: number,
): string {
  const text = catalog.describe(operation);
  const from = text.search(/^api\./m);
  const to = text.indexOf("): Promise<", from);
  if (from < 0 || to < 0) return `${client}.call(${JSON.stringify(operation.id)})`;
  const call = client + text.slice(from + 3, to + 1);
  if (call.length <= maxChars) return call;
  const short = call.replace(/ \/\/.*$/gm, "").replace(/\s+/g, " ");
  return short.length <= maxChars ? short : `${short.slice(0, maxChars - 1)}…`;
}
