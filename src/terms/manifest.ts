/**
 * What one deployment serves: the list of its APIs, each with the hash of its compiled catalog. Stored as one
 * small object beside the catalogs; a catalog is never changed, only replaced by one with another hash.
 */
import { z } from "zod";
import { ApiFile, ApiName } from "./api-file.ts";

/** What was found when the document was compiled, for people. */
export const DocumentReport = z.strictObject({
  /** `info.version` of the document. */
  version: z.string(),
  operationsFound: z.number(),
  operationsKept: z.number(),
  /** The first faults, and how many there are. */
  faults: z.array(z.strictObject({ pointer: z.string(), message: z.string() })),
  faultCount: z.number(),
  /** When it was read, in milliseconds since the epoch. */
  readAtMs: z.number(),
});
export type DocumentReport = z.infer<typeof DocumentReport>;

/** What the last accepted refresh changed, for people. */
export const DocumentChange = z.strictObject({
  /** When it was accepted, in milliseconds since the epoch. */
  atMs: z.number(),
  /** Numbers of operations. */
  added: z.number(),
  removed: z.number(),
  changed: z.number(),
  /** The first of each kind: `+ GET /zones (listZones)`; `-` for removed, `~` for changed. */
  lines: z.array(z.string()),
});
export type DocumentChange = z.infer<typeof DocumentChange>;

export const DeployedApi = z.strictObject({
  name: ApiName,
  /** Title for people and models. */
  title: z.string(),
  /** Content hash of the compiled catalog (lower-case hex, SHA-256). */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  file: ApiFile,
  report: DocumentReport.optional(),
  change: DocumentChange.optional(),
});
export type DeployedApi = z.infer<typeof DeployedApi>;

export const Manifest = z.strictObject({ apis: z.array(DeployedApi) });
export type Manifest = z.infer<typeof Manifest>;
