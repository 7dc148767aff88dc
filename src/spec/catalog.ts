/**
 * The shape of a compiled document. See docs/design.md, "The catalog".
 *
 * A catalog is two buffers: the index (text: enough for `operations` and `find`) and the body (JSON chunks, one per
 * path and component, addressed by byte offset). Both are opaque to everyone but `compile` and `open`.
 */
import type { Access } from "../terms/api-file.ts";

export interface CompiledCatalog {
  /** SHA-256 over index and body, lower-case hex. */
  hash: string;
  index: string;
  body: Uint8Array;
}

/** One entry of `operations`, as the model sees it. `method` is lower case, as the key in `spec.paths[path]`. */
export interface OperationSummary {
  id: string;
  method: string;
  path: string;
  summary: string;
  tags: string[];
  access: Access;
  deprecated: boolean;
}

/** One thing that is wrong in a document, and where. The operation it touches is kept. */
export interface Fault {
  /** JSON pointer into the document as it was read (RFC 6901), with the file before `#` if there are several. */
  pointer: string;
  message: string;
}

export interface CompileReport {
  title: string;
  version: string;
  /** Operations found in the raw document and operations in the catalog: the same number, or it is a bug. */
  operationsFound: number;
  operationsKept: number;
  faults: Fault[];
}

export interface FindOptions {
  /** How many to return; 10 by default. */
  limit?: number;
  tag?: string;
  access?: Access;
}

/** The document of a catalog, opened in memory: in an isolate for the model's code, or in the gateway. */
export interface OpenedDocument {
  /** The OpenAPI document, every `$ref` already the thing itself. Needs the body; built when touched. */
  spec: Record<string, unknown>;
  operations: OperationSummary[];
  /** The same in the order of the document, whatever code made of the list. */
  inOrder: readonly OperationSummary[];
  /** The operation object of `spec` that belongs to an entry of `operations`. */
  operationObject(operation: OperationSummary): Record<string, unknown>;
  /** The effective servers of an operation, from the index alone. Operations that share them share the list. */
  servers(operation: OperationSummary): unknown[];
}

export interface Search {
  find(text: string, options?: FindOptions): OperationSummary[];
  /** @throws Error with the nearest ids, if there is no such operation */
  describe(operation: OperationSummary | string): string;
}

export interface OpenedCatalog extends OpenedDocument, Search {}

/** The content hash of a compiled catalog: SHA-256 of both parts, lower-case hex. */
export async function catalogHash(index: Uint8Array, body: Uint8Array): Promise<string> {
  const both = new Uint8Array(index.length + 1 + body.length);
  both.set(index);
  both.set(body, index.length + 1);
  const digest = await crypto.subtle.digest("SHA-256", both);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
