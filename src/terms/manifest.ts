/**
 * What a deployment serves: its APIs, each with the hash of its compiled catalog. It is stored as one small object
 * beside the catalogs. A catalog never changes; a new one has another hash.
 */
import { z } from "zod";
import { ApiFile, ApiName } from "./api-file.ts";

/** What people see of the compilation. */
export const DocumentReport = z.strictObject({
  /** `info.version`. */
  version: z.string(),
  operationsFound: z.number(),
  operationsKept: z.number(),
  /** The first of `faultCount`. */
  faults: z.array(z.strictObject({ pointer: z.string(), message: z.string() })),
  faultCount: z.number(),
  /** When the document was read, in milliseconds since the epoch. */
  readAtMs: z.number(),
});
export type DocumentReport = z.infer<typeof DocumentReport>;

/** What people see of the last accepted refresh. */
export const DocumentChange = z.strictObject({
  /** In milliseconds since the epoch. */
  atMs: z.number(),
  /** How many operations. */
  added: z.number(),
  removed: z.number(),
  changed: z.number(),
  /** The first of each kind: `+ GET /zones (listZones)`, `-` for removed, `~` for changed. */
  lines: z.array(z.string()),
});
export type DocumentChange = z.infer<typeof DocumentChange>;

const CatalogHash = z.string().regex(/^[0-9a-f]{64}$/);

export const DeployedApi = z.strictObject({
  name: ApiName,
  title: z.string(),
  /** Content hash of the compiled catalog (lower-case hex, SHA-256). */
  hash: CatalogHash,
  /** That of the catalog that was deployed, if refreshes have replaced it since. */
  accepted: CatalogHash.optional(),
  file: ApiFile,
  /** It is the demo that comes with isogate, started with this server: whatever is done to it harms nobody. */
  demo: z.literal(true).optional(),
  report: DocumentReport.optional(),
  change: DocumentChange.optional(),
});
export type DeployedApi = z.infer<typeof DeployedApi>;

export const Manifest = z.strictObject({ apis: z.array(DeployedApi) });
export type Manifest = z.infer<typeof Manifest>;
