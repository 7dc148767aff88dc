/** Tells how operations that code names are called, and what the schemas of a document are. */
import type { Asked, DescribeDetail, OpenedDocument, OperationSummary, Search } from "../catalog.ts";
import { isObject, objectOf } from "../objects.ts";
import { describeAll, type DescribedSchema } from "./describe.ts";
import { signedPlaces } from "./required.ts";
import type { Described, SignatureOptions } from "./signature.ts";
import { shownName } from "./types.ts";

/** The types of answers that the document does not describe, as they were seen. */
export type SeenTypes = (operationId: string) => string | undefined;

export interface DescribeOptions extends SignatureOptions {
  seen?: SeenTypes | undefined;
  /** A line for every operation. */
  more?: string | undefined;
}

/** What was asked for and is there. */
export type Subject = Described | DescribedSchema;

/**
 * @param asked an id, `"GET /zones"`, an operation, the name of a schema, or a list of them
 * @param within where it is looked up, and what finds the names nearest to one that does not exist
 * @returns the text, with a sentence in place of what does not exist
 */
export function describeIn(
  asked: Asked,
  within: Pick<Search, "find"> & { document: OpenedDocument },
  options: DescribeOptions = {},
  detail: DescribeDetail = {},
): string {
  const list = Array.isArray(asked) ? asked : [asked as OperationSummary | string];
  const found = list.map((one) => subjectOf(one, within.document, options));
  return textOf(found, detail, (index) => notFound(list[index], within.find));
}

/** @param sentence in place of the one that was not found */
export function textOf(
  found: readonly (Subject | undefined)[],
  detail: DescribeDetail,
  sentence: (index: number) => string,
): string {
  const texts = describeAll(
    found.filter((one) => one !== undefined),
    detail,
  );
  let next = 0;
  return found.map((one, index) => (one ? (texts[next++] as string) : sentence(index))).join("\n\n");
}

/** The operation or the schema that code names, ready to be described; undefined if there is none. */
export function subjectOf(
  asked: OperationSummary | string,
  document: OpenedDocument,
  { seen, signed, client = "api", more }: DescribeOptions = {},
): Subject | undefined {
  const operation = named(asked, document.inOrder);
  if (!operation) return typeof asked === "string" ? schemaOf(asked.trim(), document, client) : undefined;
  return {
    operation,
    object: document.operationObject(operation),
    signed: signedPlaces(document.spec, signed),
    client,
    seen: seen?.(operation.id),
    more,
  };
}

function schemaOf(name: string, { spec }: OpenedDocument, client: string): DescribedSchema | undefined {
  const schemas = objectOf(objectOf(spec["components"])["schemas"]);
  const key = Object.hasOwn(schemas, name)
    ? name
    : Object.keys(schemas).find((one) => shownName(one) === name);
  const schema = key === undefined ? undefined : schemas[key];
  return key !== undefined && isObject(schema) ? { name: key, schema, client } : undefined;
}

function named(
  asked: OperationSummary | string,
  operations: readonly OperationSummary[],
): OperationSummary | undefined {
  const { id: own, operationId } = Object(asked) as { id?: string; operationId?: string };
  const id = typeof asked === "string" ? asked.trim() : (own ?? operationId);
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

function notFound(asked: unknown, find: Search["find"]): string {
  const name = nameOf(asked);
  const nearest = find(name, { limit: 3 }).map((operation) => operation.id);
  return notThere(name, nearest);
}

/** What code asked for, in words. */
export function nameOf(asked: unknown): string {
  if (typeof asked === "string") return asked;
  const { id, operationId } = Object(asked) as { id?: unknown; operationId?: unknown };
  const name = id ?? operationId ?? asked;
  if (typeof name === "function") return "a function";
  return typeof name === "object" && name !== null ? shownObject(name) : String(name);
}

/** What an object has that is no operation: code often gives one of `spec`, which has no id of its own. */
function shownObject(value: object): string {
  const names = Object.keys(value).slice(0, 6);
  return names.length === 0 ? "{}" : `{ ${names.join(", ")} }`;
}

/** @param nearest as each is named where the sentence is read */
export function notThere(name: string, nearest: readonly string[]): string {
  const hint = nearest.length > 0 ? `The nearest are: ${nearest.join(", ")}.` : "Use find(text) to find it.";
  return `There is no operation or schema "${name.slice(0, 200)}". ${hint}`;
}
