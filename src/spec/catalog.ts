/**
 * A compiled document (docs/design.md, "The catalog"). It consists of two buffers: the index (text, enough for
 * `operations` and `find`) and the body (JSON chunks, addressed by byte offset). Only `compile` and `read` know the
 * format (`layout.ts`).
 */
import type { Operation } from "../terms/public.ts";
import type { DocumentObject, OperationObject } from "./openapi.ts";
import type { Access } from "../terms/api-file.ts";

export interface CompiledCatalog {
  /** See `catalogHash`. */
  hash: string;
  index: string;
  body: Uint8Array;
}

/** An entry of `operations`, as the model sees it. `method` is in lower case, like the key in `spec.paths[path]`. */
export type OperationSummary = Operation;

/** Something wrong in a document. The operation that it affects is kept. */
export interface Fault {
  /** JSON pointer (RFC 6901) into the document, after the file and `#` if there are several files. */
  pointer: string;
  message: string;
}

export interface CompileReport {
  title: string;
  version: string;
  /** Operations in the raw document and in the catalog. If the numbers differ, that is a bug. */
  operationsFound: number;
  operationsKept: number;
  faults: Fault[];
}

export interface FindOptions {
  /** How many to return. Default: 10. */
  limit?: number;
  tag?: string;
  access?: Access;
}

/** The document of a catalog, opened in an isolate for the model's code or in the gateway. */
export interface OpenedDocument {
  /** The OpenAPI document with every `$ref` resolved. Needs the body; built when touched. */
  spec: DocumentObject;
  operations: OperationSummary[];
  /** The same list, which code cannot reorder. */
  inOrder: readonly OperationSummary[];
  /** The operation object in `spec` of an entry of `operations`. */
  operationObject(operation: OperationSummary): OperationObject;
  /** Whether the document or the API file says of any operation what security it needs. Needs the body. */
  statesSecurity: boolean;
  /** The effective servers, from the index alone. Operations with the same servers share the list. */
  servers(operation: OperationSummary): unknown[];
}

/** What `describe` takes: an operation, its id, `"GET /zones"`, the name of a schema, or a list of these. */
export type Asked = OperationSummary | string | readonly (OperationSummary | string)[];

export interface DescribeDetail {
  /** Only these members, besides what a call needs. */
  members?: readonly string[] | undefined;
  /** Everything. */
  full?: boolean | undefined;
  /** Words of the task: members that are called so come first. */
  words?: ReadonlySet<string> | undefined;
}

export interface Search {
  /**
   * How an operation is called, in brief.
   * @param members these with what is around them, and of all others only what a call needs
   */
  signature(operation: OperationSummary, members?: readonly string[]): string;
  find(text: string, options?: FindOptions): OperationSummary[];
  /** Never throws: what does not exist is answered with a sentence. */
  describe(asked: Asked, detail?: DescribeDetail): string;
}

export interface OpenedCatalog extends OpenedDocument, Search {}

/** SHA-256 over index and body, lower-case hex. */
export async function catalogHash(index: Uint8Array, body: Uint8Array): Promise<string> {
  const both = new Uint8Array(index.length + 1 + body.length);
  both.set(index);
  both.set(body, index.length + 1);
  const digest = await crypto.subtle.digest("SHA-256", both);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
