/** Tells how the operation that code names is called. */
import type { OpenedDocument, OperationSummary, Search } from "../catalog.ts";
import { describeOperation } from "./describe.ts";
import { signedPlaces, type Signed } from "./required.ts";

/** The types of answers that the document does not describe, as they were seen. */
export type SeenTypes = (operationId: string) => string | undefined;

export interface DescribeOptions {
  seen?: SeenTypes | undefined;
  /** Parameters that the gateway sets, besides those of the document's own security schemes. */
  signed?: readonly Signed[] | undefined;
  /** See `Described`. */
  client?: string | undefined;
}

/**
 * @param asked an id, `"GET /zones"`, or an object with an id or with method and path
 * @param within where it is looked up, and what finds the names nearest to one that does not exist
 */
export function describeIn(
  asked: OperationSummary | string,
  { document, find }: Pick<Search, "find"> & { document: OpenedDocument },
  { seen, signed, client = "api" }: DescribeOptions = {},
): string {
  const operation = named(asked, document.inOrder);
  if (!operation) throw new Error(unknownOperation(asked, find));
  const object = document.operationObject(operation);
  const places = signedPlaces(document.spec, signed);
  const text = describeOperation({ operation, object, signed: places, client });
  const type = seen?.(operation.id);
  return type === undefined
    ? text
    : `${text}\n// Not in the document, but seen in answers:\ntype Data = ${type}`;
}

function named(
  asked: OperationSummary | string,
  operations: readonly OperationSummary[],
): OperationSummary | undefined {
  const id = typeof asked === "string" ? asked : (asked as OperationSummary | undefined)?.id;
  const known = operations.find((operation) => operation.id === id);
  if (known) return known;
  const call = /^([A-Za-z]+) +(\/.*)$/.exec(callIn(asked));
  if (!call) return undefined;
  const method = (call[1] as string).toLowerCase();
  return operations.find((operation) => operation.path === call[2] && operation.method === method);
}

function callIn(asked: OperationSummary | string): string {
  if (typeof asked === "string") return asked.trim();
  return asked?.method && asked.path ? `${asked.method} ${asked.path}` : "";
}

function unknownOperation(asked: unknown, find: Search["find"]): string {
  const name = typeof asked === "string" ? asked : ((asked as { id?: unknown } | undefined)?.id ?? asked);
  const nearest = find(String(name), { limit: 3 }).map((operation) => operation.id);
  const hint = nearest.length > 0 ? `The nearest are: ${nearest.join(", ")}.` : "Use find(text) to find it.";
  return `There is no operation "${String(name)}". ${hint}`;
}
