/**
 * A document as it was read: the root, the other files it refers to, and what went wrong on the way. Loading
 * (I/O) makes it, compiling (pure) takes it.
 */
import type { Fault } from "./catalog.ts";

export interface LoadedDocument {
  /** URL of the root file (`file:`, `http:`, `https:` or `npm:`). Relative servers and references start here. */
  url: string;
  /** Every file that was read, parsed, by its URL without fragment. Holds the root. */
  files: Map<string, unknown>;
  /** Files that are referred to and were not read, with the reason. */
  refused: Map<string, string>;
  /** Faults of reading: a duplicate key. */
  faults: Fault[];
  /** Bytes of all files, unpacked. */
  bytes: number;
}

/** What is wrong with a document as a whole. Faults in a corner are no error: they are in the report. */
type DocumentErrorCode =
  | "missing"
  | "unreachable"
  | "too-large"
  | "not-text"
  | "html"
  | "broken-json"
  | "broken-yaml"
  | "not-openapi"
  | "refused";

/**
 * A document that cannot be served at all. The message is one or two sentences for the person who named the
 * document: what was found, where, and what to do next.
 */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  readonly code: DocumentErrorCode;
  /** Where in the document, if the fault has a place: a JSON pointer, or line and column. */
  readonly at: string | undefined;

  constructor(code: DocumentErrorCode, message: string, at?: string) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

/** Bounds of reading, each configurable by the caller. */
export interface LoadLimits {
  /** Bytes of all files of a document together, unpacked: Microsoft Graph's beta, the largest known, has 47 MB. */
  maxBytes: number;
  /** Files of one document: DigitalOcean, the most finely cut one known, has 2,907. */
  maxFiles: number;
  /** For one file over the network. */
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
      "Serve a part of it: a document with only the paths you need.",
  );
}

/** The last part of an address, as people know it. */
export function fileName(url: string): string {
  const last = url.slice(url.lastIndexOf("/") + 1) || url;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
