/**
 * A document as it was read: the root, the files that it refers to, and the faults on the way. Loading (I/O) produces
 * it, compiling (pure) consumes it.
 */
import type { Fault } from "./catalog.ts";
import { decoded } from "./pointer.ts";

export interface LoadedDocument {
  /** URL of the root file. Relative servers and references start here. */
  url: string;
  /** Every file, parsed, by its URL without fragment; the root too. */
  files: Map<string, unknown>;
  /** Files that were not read although they are referred to, and places in files that are not shown, with the reason. */
  refused: Map<string, string>;
  /** Faults of reading, such as duplicate keys. */
  faults: Fault[];
  /** Bytes of all files, unpacked. */
  bytes: number;
}

/** Why a document cannot be served. Local faults are not errors: the report lists them. */
type DocumentErrorCode =
  | "missing"
  | "unreachable"
  | "too-large"
  | "not-text"
  | "html"
  | "broken-json"
  | "broken-yaml"
  | "too-deep"
  | "not-openapi"
  | "refused";

/** The message is for the person who named the document: what was found, where, and what to do next. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  readonly code: DocumentErrorCode;

  constructor(code: DocumentErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface LoadLimits {
  /** All files of a document together, unpacked. Microsoft Graph's beta, the largest known, has 47 MB. */
  maxBytes: number;
  /** DigitalOcean's document has the most files known: 2,907. */
  maxFiles: number;
  /** For each file over the network. */
  timeoutMs: number;
  maxRedirects: number;
}

export const defaultLimits: LoadLimits = {
  maxBytes: 100 * 1024 * 1024,
  maxFiles: 10_000,
  timeoutMs: 30_000,
  maxRedirects: 5,
};

export function tooLarge(name: string, maxBytes: number): DocumentError {
  const limit = `${Math.floor(maxBytes / 1024 / 1024)} MB`;
  return new DocumentError(
    "too-large",
    `${name} is larger than the limit of ${limit} for a document with all its files, unpacked. ` +
      "Use a smaller document with only the paths that you need.",
  );
}

/** The last part of a URL, decoded. */
export function fileName(url: string): string {
  return decoded(url.slice(url.lastIndexOf("/") + 1) || url);
}
